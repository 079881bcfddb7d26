import { expect, it } from 'vitest';
import { HELP_TOPICS } from '../../src/cli/help/topics.js';
import { runCli } from '../support/cli.js';

it.each(Object.entries(HELP_TOPICS))('help %s tells all of it, within 80 columns', async (topic, { summary, rows }) => {
  const { code, stdout, stderr } = await runCli(['help', topic]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^${summary}\n\n`));
  for (const [name] of rows) expect(stdout).toContain(`\n  ${name}`);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

it('help of what there is not ends as an unknown command does', async () => {
  const told = await runCli(['help', 'outcome']);
  expect(told).toMatchObject({ code: 127, stdout: '' });
  expect(told.stderr).toContain('there is no command "outcome"');
});
