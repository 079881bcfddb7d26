import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatedParts, ROOT, withParts } from './support/reference.js';
import { blocksOf, commandsOf, cronCommandsOf } from './support/shown.js';
import { Stage } from './support/stage.js';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** What a shell would do with the README's `sh` blocks is shown by `.ci/run` instead: it runs just these. */
const SHOWN_BY_CI = ['npm start'];

const blocks = blocksOf(README);
const commands = commandsOf(README);

describe('the README', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open(blocks);
  });

  afterAll(() => stage.close());

  it('has the generated parts as the code has them', async () => {
    const wanted = withParts(README, await generatedParts());
    if (process.env.UPDATE_README) writeFileSync(join(ROOT, 'README.md'), wanted);
    else
      expect(README, 'UPDATE_README=1 npx vitest run --config test/vitest.config.ts test/readme.test.ts').toBe(wanted);
  });

  it('has no bar in a table that is escaped twice, which would be shown with a backslash', async () => {
    const parts = await generatedParts();
    expect(parts.flags).toContain('N\\|N%');
    for (const part of Object.values(parts)) expect(part).not.toContain('\\\\|');
  });

  it('shows no shell command that no test runs', () => {
    const shown = blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.trim().split('\n'));
    expect(shown).toEqual(SHOWN_BY_CI);
  });

  it('has a crontab line whose command is one of those that are run', () => {
    const [command = ''] = cronCommandsOf(README);
    expect(commands.map((shown) => shown.command)).toContain(command.replace('/etc/phones.csv', 'phones.csv'));
  });

  it('has crontabs that say where phonectl is, which cron does not look for in /usr/local/bin', () => {
    const crontabs = blocks.filter(({ language }) => language === 'crontab');
    expect(crontabs.length).toBeGreaterThan(1);
    for (const { text } of crontabs) expect(text).toMatch(/^PATH=\/usr\/local\/bin:/);
  });

  it.each(commands)('$command', async ({ command, output }) => {
    expect(await stage.run(command)).toBe(output);
  });
});
