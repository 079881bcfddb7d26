import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { manualPage } from '../../../src/cli/help/manual.js';
import { HELP_TOPICS } from '../../../src/cli/help/topics.js';
import { type CommandEntry, type Manifest, readManifest } from '../../../src/cli/manifest.js';
import { ensureBuilt, PROJECT } from '../../support/built.js';

const REQUESTS = /^\.(TH|SH|SS|PP|TP|EX|EE|br|nh|ad)\b/;

/** The text of a page, without what is for the formatter. */
function plain(page: string): string {
  return page
    .replace(/\\f[BIR]|\\&/g, '')
    .replace(/\\\[u([0-9A-F]+)\]/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll('\\-', '-')
    .replaceAll('\\(aq', "'")
    .replaceAll('\\(ga', '`')
    .replaceAll('\\(ti', '~')
    .replaceAll('\\(ha', '^')
    .replaceAll('\\(dq', '"')
    .replaceAll('\\e', '\\');
}

function flat(words: string): string {
  return words.replace(/\s+/g, ' ').trim();
}

describe('the manual page', () => {
  let manifest: Manifest;
  let page: string;
  let text: string;

  beforeAll(async () => {
    await ensureBuilt();
    manifest = await readManifest(PROJECT);
    page = readFileSync(join(PROJECT, 'dist/man/phonectl.1'), 'utf8');
    text = flat(plain(page));
  });

  it('has the sections that such pages have, in their order', () => {
    const topics = Object.keys(HELP_TOPICS).filter((topic) => topic !== 'exit-codes');
    expect([...page.matchAll(/^\.SH (.*)$/gm)].map(([, heading]) => heading)).toEqual([
      ...['NAME', 'SYNOPSIS', 'DESCRIPTION', 'COMMANDS', 'FLAGS OF SEVERAL COMMANDS'],
      ...topics.map((topic) => topic.toUpperCase()),
      ...['EXIT STATUS', 'ENVIRONMENT', 'FILES', 'EXAMPLES', 'SEE ALSO'],
    ]);
    expect(page).toMatch(/^\.TH PHONECTL 1 \d{4}-\d\d-\d\d "phonectl [\d.]+" "User Commands"\n/);
    expect(page).toContain('.SH NAME\nphonectl \\- tell desk phones behind FreeSWITCH what to do\n');
  });

  it('has every command with its usage, arguments, text and examples', () => {
    for (const { usage = '', summary = '', description = '', examples = [] } of Object.values(manifest.commands)) {
      expect(text).toContain(`.SS phonectl ${usage} ${summary}.`);
      for (const paragraph of description.split('\n\n')) expect(text).toContain(flat(paragraph.replaceAll('`', '')));
      for (const example of examples) {
        expect(text.replaceAll(' \\ ', ' ')).toContain(example.replaceAll('<%= config.bin %>', 'phonectl'));
      }
    }
  });

  it('explains every flag of every command, there or among those of several, and every variable', () => {
    const [, shared = ''] = /\.SH FLAGS OF SEVERAL COMMANDS(.*?)\.SH/s.exec(text) ?? [];
    for (const { usage = '', flags } of Object.values(manifest.commands)) {
      const at = text.indexOf(`.SS phonectl ${usage} `);
      const own = text.slice(at, text.indexOf('.S', at + 4));
      for (const { name, summary = '', hidden, env, allowNo, char } of Object.values(flags)) {
        if (hidden) expect(`${own}${shared}`).not.toContain(`.TP --${name} `);
        else {
          const term = `.TP ${char ? `-${char}, ` : ''}--${allowNo ? '[no-]' : ''}${name} `;
          expect(`${own}${shared}`).toContain(term);
          expect(`${own}${shared}`).toContain(summary);
        }
        if (env) expect(text).toContain(`.TP ${env} The same as --${name}, which wins.`);
      }
    }
    expect(text).toContain('.TP PHONECTL_PASSWORD The password of the event socket');
  });

  it('says what outcomes, exit codes, columns and helpers are, as help does', () => {
    for (const { rows, text: paragraphs } of Object.values(HELP_TOPICS)) {
      for (const [name, about] of rows) expect(text).toContain(flat(`.TP ${name} ${about}`.replaceAll('`', '')));
      for (const paragraph of paragraphs) expect(text).toContain(paragraph);
    }
  });

  it('holds no line that could be taken for a request, no bare hyphen, and nothing but ASCII', () => {
    for (const line of page.split('\n')) {
      if (/^[.']/.test(line)) expect(line).toMatch(REQUESTS);
      if (!line.startsWith('.TH')) expect(line).not.toMatch(/(?<!\\)-/);
    }
    expect(page).toMatch(/^[\n -~]*$/);
  });

  it('is read without complaint by mandoc and groff, where there are any', () => {
    for (const [command, ...args] of [
      ['mandoc', '-Tlint'],
      ['groff', '-ww', '-man', '-Tutf8', '-z'],
    ] as const) {
      const { error, stdout, stderr } = spawnSync(command, [...args, join(PROJECT, 'dist/man/phonectl.1')], {
        encoding: 'utf8',
      });
      if (!error) expect({ command, said: stdout + stderr }).toEqual({ command, said: '' });
    }
  });

  it('keeps text as it is, whatever of it would mean something to a formatter', () => {
    const nasty = '\\fBx\\n .SH \'q\' `b` ^~ - -- …\u{1f4de} "d"';
    const command: CommandEntry = {
      id: 'x',
      usage: "x '.y'",
      summary: `.TH ${nasty}`,
      description: `'br ${nasty}. .SH Next`,
      examples: [`.x ${nasty}`, "'x"],
      args: {},
      flags: { f: { name: 'f', type: 'option', summary: `.f ${nasty}`, helpValue: '.V' } },
    };
    const made = manualPage({
      manifest: { version: '1', topics: {}, commands: { x: command } },
      description: `A: ${nasty}`,
      date: '2026-11-25',
    });
    const said = plain(made).replace(/\s+/g, ' ');
    for (const line of made.split('\n')) if (/^[.']/.test(line)) expect(line).toMatch(REQUESTS);
    for (const part of [`.TH ${nasty}`, `'br ${nasty}.`, `.f ${nasty}`]) {
      expect(said).toContain(part.replaceAll('`', ''));
    }
    expect(said).toContain(`.x ${nasty} 'x`);
    expect([...made.matchAll(/^\.(TH|SH) ?(.*)$/gm)].map(([, , heading]) => heading)).not.toContain('Next');
  });
});
