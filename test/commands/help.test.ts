import { expect, it } from 'vitest';
import { HELP_PAGES, HELP_TOPICS } from '../../src/cli/help/topics.js';
import { runCli } from '../support/cli.js';
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
