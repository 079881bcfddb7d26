import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureBuilt } from './support/built.js';
import { DOCS, generatePage, makeFolder, PAGES, sourceOf } from './support/pages.js';
import { generatePicture, PICTURES } from './support/pictures.js';
import { hasRedis } from './support/redis.js';
import { blocksOf, commandsOf, cronCommandsOf } from './support/shown.js';
import { parseXml } from './support/xml.js';

const MINUTES = 60_000;

describe('docs/', () => {
  const played = PAGES.filter((page) => page !== 'sites' || hasRedis);
  it.each(played)('%s is what its source and its commands make', { timeout: 5 * MINUTES }, async (page) => {
    await ensureBuilt();
    agree(`${page}.md`, await generatePage(page));
  });

  it.each(Object.keys(PICTURES))('%s.svg shows what its commands print, and needs nothing else', async (picture) => {
    await ensureBuilt();
    const svg = await generatePicture(picture);
    expect(parseXml(svg.replaceAll(/>[^<]+</g, '><')).name).toBe('svg');
    expect(svg).not.toMatch(/<script|href|url\(|@import/);
    agree(`${picture}.svg`, svg);
  });

  it('has nothing that is not made', () => {
    const made = [...PAGES.map((page) => `${page}.md`), ...Object.keys(PICTURES).map((picture) => `${picture}.svg`)];
    expect(readdirSync(DOCS).sort()).toEqual(made.sort());
  });

  it.each(PAGES)('%s: crontab lines have commands that are run, and scripts are files that are', (page) => {
    const source = sourceOf(page);
    const run = commandsOf(source).map(({ command }) => command);
    for (const command of cronCommandsOf(source)) expect(run).toContain(command.replaceAll('/etc/', ''));
    for (const { language, file } of blocksOf(source)) {
      if (language === 'sh') expect(run).toContainEqual(expect.stringMatching(`^sh ${file}\\b`));
    }
  });

  it.each(PAGES)('%s: crontabs say where phonectl is, which cron does not look for in /usr/local/bin', (page) => {
    for (const { language, text } of blocksOf(sourceOf(page))) {
      if (language === 'crontab') expect(text).toMatch(/^PATH=\/usr\/local\/bin:/);
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

/** The file is what was made; or is from now on, if it is to be. */
function agree(name: string, made: string): void {
  const file = join(DOCS, name);
  if (process.env.UPDATE_DOCS) {
    makeFolder();
    writeFileSync(file, made);
  } else {
    expect(existsSync(file) ? readFileSync(file, 'utf8') : '', 'npm run docs').toBe(made);
  }
}

/** How a heading is linked to on the web. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
