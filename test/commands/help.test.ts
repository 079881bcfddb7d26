import { Config } from '@oclif/core/config';
import { expect, it } from 'vitest';
import { FLAG_GROUPS } from '../../src/cli/help/order.js';
import Page from '../../src/cli/help/page.js';
import { HELP_PAGES, HELP_TOPICS } from '../../src/cli/help/topics.js';
import { readManifest } from '../../src/cli/manifest.js';
import { ensureBuilt, PROJECT } from '../support/built.js';
import { linesOf, runCli } from '../support/cli.js';
import { PAGES } from '../support/pages.js';

it.each(Object.entries(HELP_TOPICS))('help %s tells all of it, within 80 columns', async (topic, { summary, rows }) => {
  const { code, stdout, stderr } = await runCli(['help', topic]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^${summary}\n\n`));
  for (const [name] of rows) expect(stdout).toContain(`\n  ${name}`);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

it('help has every page of the documentation', () => {
  expect([...HELP_PAGES].sort()).toEqual([...PAGES].sort());
});

it.each(HELP_PAGES)('help %s is the page for a terminal: its text wrapped, and no marks of Markdown', async (page) => {
  const { code, stdout, stderr } = await runCli(['help', page]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  // What was typed and printed is indented and stays as it is; so are templates, which have braces.
  const text = stdout.split('\n').filter((line) => !/^ {2}/.test(line));
  expect(text.length).toBeGreaterThan(10);
  expect(Math.max(...text.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(text.join('\n')).not.toMatch(/[`|]|\]\(|\*\*|<!--|^#/m);
  expect(stdout).toMatch(/^ {2}\$ phonectl /m);
});

it('help of what there is not ends as an unknown command does', async () => {
  const told = await runCli(['help', 'outcome']);
  expect(told).toMatchObject({ code: 127, stdout: '' });
  expect(told.stderr).toContain('there is no command "outcome"');
});

it('the first page has every command and topic, what tells phones before the rest, within 80 columns', async () => {
  const { stdout } = await runCli(['--help']);
  const { commands } = await readManifest(PROJECT);
  const words = new Set(Object.keys(commands).map((id) => id.split(':')[0] ?? ''));
  const listed = [...stdout.matchAll(/^ {2}(\w+) {2,}\S/gm)].map(([, word]) => word);
  expect([...listed].sort()).toEqual([...words].sort());
  expect(listed.slice(0, 2)).toEqual(['resync', 'reboot']);
  for (const topic of Object.keys(HELP_TOPICS)) expect(stdout).toContain(topic);
  expect(Math.max(...linesOf(stdout).map((line) => line.length))).toBeLessThanOrEqual(80);
});

it('the page of a command has whom, how and how sure before where, and what a flag means before its default', async () => {
  const { stdout } = await runCli(['resync', '--help']);
  const groups = [...stdout.matchAll(/^([A-Z]+) FLAGS$/gm)].map(([, group]) => group);
  expect(groups).toEqual(FLAG_GROUPS.filter((group) => group !== 'UNICAST'));
  const text = stdout.replace(/\s+/g, ' ');
  expect(text).toContain('--concurrency=N orders in flight [default: 16, env: PHONECTL_CONCURRENCY]');
  expect(text).toContain('format of the outcomes [default: table, env: PHONECTL_OUTPUT] <options: table|');
  // Said once, above.
  expect(stdout.match(/Make phones read their settings again/g)).toHaveLength(1);
  // Flags without a letter stand below the others, and all begin in one column.
  expect(stdout).toMatch(/^SENDING FLAGS\n {2}-n, --dry-run [\s\S]*?\n {6}--sip-profile=/m);
});

it('every flag with a value says which', async () => {
  const { commands } = await readManifest(PROJECT);
  const silent = Object.values(commands).flatMap(({ id, flags }) =>
    Object.values(flags)
      .filter(({ type, helpValue, options, hidden }) => type === 'option' && !hidden && !helpValue && !options)
      .map(({ name }) => `${id} --${name}`),
  );
  expect(silent).toEqual([]);
});

it.each(['constructor', '__proto__'])('knows no topic %s', async (word) => {
  const { code, stderr } = await runCli(['help', word]);
  expect([code, stderr]).toEqual([127, expect.stringContaining(`there is no command "${word}"`)]);
});

it('the page of each command has all that is said of it, its arguments, flags and examples', async () => {
  await ensureBuilt();
  const config = await Config.load(PROJECT);
  const lacking: string[] = [];
  for (const command of config.commands.filter(({ hidden }) => !hidden)) {
    const said: string[] = [];
    class Heard extends Page {
      protected override log(...lines: string[]): void {
        said.push(...lines);
      }
    }
    await new Heard(config, config.pjson.oclif.helpOptions ?? {}).showCommandHelp(command);
    const flat = (text: string): string => text.replace(/\\\n|\s+/g, ' ').trim();
    const page = flat(said.join('\n'));
    const shown = [command.summary ?? '', command.description ?? ''];
    for (const { name, description = '', hidden } of Object.values(command.args)) {
      if (!hidden) shown.push(name.toUpperCase(), description);
    }
    for (const { name, summary = '', hidden } of Object.values(command.flags)) if (!hidden) shown.push(name, summary);
    for (const example of command.examples ?? []) if (typeof example === 'string') shown.push(example);
    for (const text of shown) {
      if (!page.includes(flat(text.replaceAll('<%= config.bin %>', 'phonectl'))))
        lacking.push(`${command.id}: ${text}`);
    }
  }
  expect(lacking).toEqual([]);
});

it('help inventory import says which exports it reads, and what to tick', async () => {
  const { stdout } = await runCli(['inventory', 'import', '--help']);
  expect(stdout).toMatch(/^ {2}fusionpbx: the CSV exports of devices/m);
  expect(stdout.replace(/\s+/g, ' ')).toContain('Tick device_uuid, device_address,');
  // The paragraphs stand apart.
  expect(stdout).toMatch(/\n\n {2}yealink: /);
});

it('each word that begins several commands is described as them all, not as the first of them', async () => {
  await ensureBuilt();
  const { topics, commands } = await Config.load(PROJECT);
  const summaries = new Set(commands.map(({ summary }) => summary));
  for (const { name, description } of topics.filter((topic) =>
    commands.some(({ id }) => id.startsWith(`${topic.name}:`)),
  )) {
    expect([name, description]).toEqual([name, expect.stringMatching(/./)]);
    expect(summaries).not.toContain(description);
  }
});
