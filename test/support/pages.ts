import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SUBJECT_LABELS, settingName } from '../../src/cli/output/vendor.js';
import { VENDORS } from '../../src/vendor/table.js';
import { SETTING_SUBJECTS } from '../../src/vendor/vendor.js';
import { code, generatedParts, ROOT, table, withParts } from './reference.js';
import { blocksOf, withOutputs } from './shown.js';
import { type Scene, Stage } from './stage.js';

const SOURCES = join(ROOT, 'src/docs');

/** Where the pages go. */
export const DOCS = join(ROOT, 'docs');

/** The names of the pages, without their ending. */
export const PAGES = readdirSync(SOURCES)
  .filter((file) => file.endsWith('.md'))
  .map((file) => file.replace(/\.md$/, ''));

/** A comment of a page's source that says what the FreeSWITCH behind the commands below it is like. */
const SCENE = /^<!-- scene: (.*) -->\n/m;

/** The source of a page, as it is written. */
export function sourceOf(page: string): string {
  return readFileSync(join(SOURCES, `${page}.md`), 'utf8');
}

/** The files that every page can name. */
export function sampleFiles(): { file: string; text: string }[] {
  return [{ file: 'phones.csv', text: readFileSync(join(SOURCES, 'phones.csv'), 'utf8') }];
}

/** A page as it should be: with what its commands print, and its tables. */
export async function generatePage(page: string): Promise<string> {
  const source = sourceOf(page);
  const stage = await Stage.open([...sampleFiles(), ...blocksOf(source)]);
  try {
    const [first = '', ...others] = source.split(SCENE);
    let text = await withOutputs(first, (command) => stage.run(command));
    for (let index = 0; index < others.length; index += 2) {
      await stage.play(JSON.parse(others[index] ?? '') as Scene);
      text += await withOutputs(others[index + 1] ?? '', (command) => stage.run(command));
    }
    const made = withParts(text, { ...(await generatedParts()), ...settings(), texts: texts() });
    return `<!-- Made by npm run docs from src/docs/${page}.md -->\n\n${made.replace(/^<!-- \/?\w+ -->\n/gm, '')}`;
  } finally {
    await stage.close();
  }
}

/** For pages that are written. */
export function makeFolder(): void {
  mkdirSync(DOCS, { recursive: true });
}

/** The phones' settings by what they decide, as a table each: `<!-- settings_lamp -->`. */
function settings(): Record<string, string> {
  return Object.fromEntries(
    SETTING_SUBJECTS.map((subject) => {
      const rows = VENDORS.flatMap(({ key, settings = [] }) =>
        settings
          .filter(({ decides }) => decides === subject)
          .map((setting) => [
            code(key),
            settingName(setting).replace(/^[^"]+?(?= "|$)/, (file) => file.split(', ').map(code).join(', ')),
            setting.value ?? '',
            `${setting.about} (${setting.certainty})`,
          ]),
      );
      return [`settings_${subject}`, table(['vendor', 'setting', SUBJECT_LABELS[subject], 'what it does'], rows)];
    }),
  );
}

/** The ways to show a text, by vendor. */
function texts(): string {
  const rows = VENDORS.flatMap(({ key, texts = [] }) =>
    texts.map(({ template, note = '', certainty }) => [code(key), code(template), note, certainty]),
  );
  return table(['vendor', 'template', 'where it shows', 'certainty'], rows);
}
