import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../../src/cli/output/html.js';
import { Tally } from '../../../src/run/journal/tally.js';
import { OUTCOMES } from '../../../src/run/outcome.js';
import { head, outcome } from '../../run/journal/support.js';

const CHROMIUM = '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Each of them leaves a mark on the page if it runs. */
const HOSTILE = [
  '</script><script>window.harm = 1</script>',
  `"><img src="http://127.0.0.1:9/x.png" onerror="window.harm = 1">`,
  '</title></style></svg><svg onload="window.harm = 1"><script>window.harm = 1</script></svg>',
  '</td></tr></table><iframe srcdoc="<script>parent.harm = 1</script>"></iframe>',
  '<meta http-equiv="refresh" content="0; url=http://127.0.0.1:9/">',
  '\u202e\u0000\u001b[31m',
  'x'.repeat(2000),
];

// What runs in the page is text here: the types of a page would be those of phonectl as well.
const WIDTHS = '[document.documentElement, document.body].map(({ scrollWidth }) => scrollWidth)';
/** Parts that are cut off; what is wider than the page scrolls in its own place. */
const OUTSIDE = `[...document.querySelectorAll('h1, h2, p, dd, .totals li, .legend li, form, input, svg, .scroll')]
  .filter((element) => {
    const { left, right } = element.getBoundingClientRect();
    return left < 0 || right > innerWidth + 0.5;
  })
  .map(({ outerHTML }) => outerHTML.slice(0, 80))`;
const COLORS = '(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.body))';
const LABELS = `[...document.querySelector('.phones tbody tr').children].map((cell) =>
  getComputedStyle(cell, '::before').content.replaceAll('"', '').trim().toLowerCase())`;
/** Does what an escape that was forgotten would. */
const INJECT = `{
  const script = document.createElement('script');
  script.textContent = 'window.harm = 1';
  document.body.append(script);
  document.body.insertAdjacentHTML('beforeend', '<details open ontoggle="window.harm = 1"></details>');
}`;

/** The red of `rgb(29, 36, 48)`, which will do: the colours are greys. */
function brightness(color: string): number {
  return Number(/\d+/.exec(color)?.[0]);
}

function reportOf(count: number): string {
  const run = head({ phones: count, args: HOSTILE, servers: HOSTILE, command: HOSTILE[0] ?? '' });
  const tally = new Tally('returned');
  const started = Date.parse(run.started);
  for (let row = 0; row < count; row++) {
    const text = HOSTILE[row % HOSTILE.length] ?? '';
    const isHostile = row % 2 === 1;
    const traits = isHostile
      ? { vendor: text, model: text, firmware: text, reason: text, server: text, profile: text, aor: `${row}${text}` }
      : { vendor: 'snom', model: 'D785', firmware: '10.1.184.14', reason: 'the evidence did not come' };
    tally.add(
      outcome(row, { at: started + row * 450, outcome: OUTCOMES[row % OUTCOMES.length] ?? 'unknown', ...traits }),
    );
  }
  return renderHtml(run, { endedAt: started + count * 450, exitCode: 5 }, tally);
}

const hasBrowser = existsSync(CHROMIUM);
const title = hasBrowser
  ? 'the HTML report in a browser'
  : `the HTML report in a browser: skipped, no ${CHROMIUM} here`;

describe.skipIf(!hasBrowser)(title, () => {
  let browser: Browser;
  let folder: string;
  let address: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'phonectl-html-'));
    const file = join(folder, 'report.html');
    await writeFile(file, reportOf(140));
    address = pathToFileURL(file).href;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens the report; what the page complains of and what it asks for is noted. */
  async function withReport(
    options: BrowserContextOptions,
    use: (page: Page, notes: { readonly complaints: string[]; readonly requests: string[] }) => Promise<void>,
  ): Promise<void> {
    const context = await browser.newContext(options);
    const complaints: string[] = [];
    const requests: string[] = [];
    const page = await context.newPage();
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => void dialog.dismiss());
    page.on('request', (request) => requests.push(request.url()));
    try {
      await page.goto(address);
      await use(page, { complaints, requests });
    } finally {
      await context.close();
    }
  }

  const shownRows = (page: Page) => page.locator('.phones tbody tr:visible').count();

  for (const width of [1280, 380]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`fits into ${width} pixels, ${colorScheme}, and neither complains nor loads anything`, async () => {
        await withReport({ viewport: { width, height: 900 }, colorScheme }, async (page, { complaints, requests }) => {
          expect(Math.max(...(await page.evaluate<number[]>(WIDTHS)))).toBe(width);
          // No part is cut off either: what is wider scrolls in its own place.
          expect(await page.evaluate(OUTSIDE)).toEqual([]);
          expect(complaints).toEqual([]);
          expect(requests).toEqual([address]);
          const [ink = '', paper = ''] = await page.evaluate<string[]>(COLORS);
          expect(brightness(ink) < brightness(paper)).toBe(colorScheme === 'light');
        });
      });
    }
  }

  it('runs nothing of what phones say of themselves', async () => {
    await withReport({ viewport: { width: 1280, height: 900 } }, async (page) => {
      expect(await page.evaluate("'harm' in window")).toBe(false);
      expect(await page.locator('script').count()).toBe(1);
      expect(await page.locator('img, iframe, meta[http-equiv=refresh]').count()).toBe(0);
      expect(await page.locator('h1').textContent()).toBe(`phonectl ${HOSTILE[0]}`);
      expect(await page.locator('.phones .reason', { hasText: '\\u202e\\0\\u001b[31m' }).count()).toBeGreaterThan(0);
    });
  });

  it('would run nothing even if a value came through: the policy knows its own script by its hash', async () => {
    await withReport({}, async (page) => {
      await page.evaluate(INJECT);
      await page.waitForTimeout(100);
      expect(await page.evaluate("'harm' in window")).toBe(false);
    });
  });

  for (const width of [1280, 380]) {
    it(`filters the phones by text and by outcome, ${width} pixels`, async () => {
      await withReport({ viewport: { width, height: 900 } }, async (page, { complaints }) => {
        const status = page.locator('#filter output');
        const all = await page.locator('.phones tbody tr').count();
        // Planned and returned did not fall short.
        expect(all).toBe(112);
        expect(await shownRows(page)).toBe(all);
        expect(await status.textContent()).toBe('112 of 112 shown');
        const search = page.getByRole('searchbox', { name: 'Filter the phones' });
        await search.fill('1004@PHONES.test');
        expect(await shownRows(page)).toBe(1);
        await search.fill('snom  refused');
        expect(await status.textContent()).toBe('0 of 112 shown');
        await search.fill('d785 answered');
        const answered = await shownRows(page);
        expect(answered).toBeGreaterThan(0);
        await page.getByRole('checkbox', { name: 'answered', exact: true }).uncheck();
        expect(await shownRows(page)).toBe(0);
        await search.fill('');
        expect(await shownRows(page)).toBe(all - 14);
        expect(await page.locator('.phones tbody tr:visible', { hasText: 'answered' }).count()).toBe(0);
        await search.press('Enter');
        expect(page.url()).toBe(address);
        expect(complaints).toEqual([]);
      });
    });
  }

  it('shows on a narrow screen what a column is by its name', async () => {
    await withReport({ viewport: { width: 380, height: 900 } }, async (page) => {
      const headers = await page.locator('.phones th').allTextContents();
      const labels = await page.evaluate<string[]>(LABELS);
      expect(labels.slice(3)).toEqual(headers.slice(3).map((header) => header.toLowerCase()));
    });
  });

  it('can be read without JavaScript, and has no controls that do nothing', async () => {
    await withReport({ javaScriptEnabled: false, viewport: { width: 380, height: 900 } }, async (page) => {
      expect(await page.locator('form').isVisible()).toBe(false);
      expect(await shownRows(page)).toBe(112);
      expect(await page.locator('svg').isVisible()).toBe(true);
      expect(await page.getByText('112 of 140 phones fell short').isVisible()).toBe(true);
    });
  });

  it('can be printed: all phones, no controls, nothing cut off', async () => {
    // A4 less its margins.
    await withReport({ viewport: { width: 718, height: 1000 } }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(718);
      expect(await page.locator('form').isVisible()).toBe(false);
      expect(await shownRows(page)).toBe(112);
    });
  });
});
