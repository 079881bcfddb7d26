import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureBuilt } from './support/built.js';
import { DOCS, generatePage, makeFolder, PAGES, sourceOf } from './support/pages.js';
import { blocksOf, commandsOf, cronCommandsOf } from './support/shown.js';

const MINUTES = 60_000;

describe('docs/', () => {
  it.each(PAGES)('%s is what its source and its commands make', { timeout: 5 * MINUTES }, async (page) => {
    await ensureBuilt();
    const file = join(DOCS, `${page}.md`);
    const wanted = await generatePage(page);
    if (process.env.UPDATE_DOCS) {
      makeFolder();
      writeFileSync(file, wanted);
    } else {
      expect(existsSync(file) ? readFileSync(file, 'utf8') : '', 'npm run docs').toBe(wanted);
    }
  });

  it('has no page without a source', () => {
    const pages = existsSync(DOCS) ? readdirSync(DOCS).filter((file) => file.endsWith('.md')) : [];
    expect(pages.sort()).toEqual(PAGES.map((page) => `${page}.md`).sort());
  });

  it.each(PAGES)('%s: crontab lines have commands that are run, and scripts are files that are', (page) => {
    const source = sourceOf(page);
    const run = commandsOf(source).map(({ command }) => command);
    for (const command of cronCommandsOf(source)) expect(run).toContain(command.replaceAll('/etc/', ''));
    for (const { language, file } of blocksOf(source)) {
      if (language === 'sh') expect(run).toContainEqual(expect.stringMatching(`^sh ${file}\\b`));
    }
  });

  it.each(PAGES)('%s: links lead to pages and to headings that there are', (page) => {
    for (const [, target = '', heading] of sourceOf(page).matchAll(/\]\(([^)#:]*)(?:#([^)]+))?\)/g)) {
      const name = target === '' ? page : target.replace(/\.md$/, '');
      expect(PAGES).toContain(name);
      if (heading === undefined) continue;
      const headings = [...sourceOf(name).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => anchor(text));
      expect(headings).toContain(heading);
    }
  });
});

/** How a heading is linked to on the web. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
