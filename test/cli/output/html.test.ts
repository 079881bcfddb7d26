import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../src/cli/output/html.js';
import { MAX_GROUPS, MAX_SHORT, Tally } from '../../../src/run/journal/tally.js';
import { head, outcome } from '../../run/journal/support.js';

type Phone = Parameters<typeof outcome>[1];

const STARTED = Date.parse(head().started);

function report(
  phones: readonly Phone[],
  run: Parameters<typeof head>[0] = {},
  end: Parameters<typeof renderHtml>[1] = { endedAt: STARTED + 185_000, exitCode: 5 },
): string {
  const made = head({ phones: phones.length, ...run });
  const tally = new Tally(made.evidence);
  for (const [index, phone] of phones.entries()) {
    tally.add(outcome(index + 2, { at: STARTED + index * 1000, ...phone }));
  }
  return renderHtml(made, end, tally);
}

const FLEET: readonly Phone[] = [
  { vendor: 'snom', model: 'D785', firmware: '10.1.1' },
  { vendor: 'snom', model: 'D785', firmware: '10.1.1' },
  { vendor: 'yealink', model: 'T46U', firmware: '108.86', outcome: 'refused', reason: '489 Bad Event', sipStatus: 489 },
  { vendor: null, outcome: 'skipped', reason: 'not registered on internal' },
];

/** What a reader sees of a part, its tags taken away. */
function textOf(html: string): string {
  return html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

/** The section under a heading. */
function section(html: string, title: string): string {
  const found = html.split('<section').find((part) => textOf(part).includes(` ${title} `) && part.includes('<h2>'));
  return textOf(`<section${found ?? ''}`);
}

function bodyRows(html: string, title: string): string[] {
  const [, part = ''] = html.split(`<h2>${title}`);
  const [, body = ''] = (part.split('</section>')[0] ?? '').split('<tbody>');
  return [...body.matchAll(/<tr.*?<\/tr>/gs)].map(([row]) => textOf(row).trim());
}

describe('the HTML report', () => {
  it('says what the run was, and what came of it', () => {
    const args = ['-i', 'my phones.csv'];
    const text = textOf(report(FLEET, { args, phones: 6, servers: ['a:8021', 'b:8021'] }));
    for (const expected of [
      'phonectl resync',
      '2 of 4 phones fell short of “accepted”; 2 more phones of the run have no outcome.',
      'Run 20261125-073201-3f9a',
      'Servers a:8021, b:8021',
      'Started 2026-11-25 07:32:01 UTC',
      'Duration 3:05 min',
      'Exit code 5 at least one phone fell short',
      'phonectl resync -i &apos;my phones.csv&apos;',
      'accepted 2 50%',
      'refused 1 25%',
    ]) {
      expect(text).toContain(expected);
    }
  });

  it('says that nobody fell short', () => {
    const end = { endedAt: STARTED, exitCode: 0 };
    expect(textOf(report([{}], {}, end))).toContain('phonectl resync The phone reached “accepted”.');
    expect(textOf(report([{}, {}], {}, end))).toContain('phonectl resync All 2 phones reached “accepted”.');
  });

  it('says that a run did not end in order', () => {
    const text = textOf(report(FLEET, {}, { endedAt: STARTED + 4000, exitCode: null }));
    expect(text).toContain('Duration 4 s to the last outcome');
    expect(text).toContain('Exit code none: it was killed, or is under way');
    expect(textOf(report(FLEET, {}, { endedAt: null, exitCode: null }))).toContain('Duration not known');
  });

  it('tells tenths of seconds of a run of less than a minute, and how long it took as the run itself does', () => {
    const phones = [0, 120, 140, 690].map((ms) => ({ at: STARTED + ms }));
    const html = report(phones, {}, { endedAt: STARTED + 821, exitCode: 0, ms: 344 });
    expect(textOf(html)).toContain('Started 2026-11-25 07:32:01.0 UTC Duration 344 ms');
    expect(bodyRows(html, 'Outcomes over time')).toEqual([
      '2026-11-25 07:32:01.0 1 accepted',
      '2026-11-25 07:32:01.1 2 accepted',
      '2026-11-25 07:32:01.6 1 accepted',
    ]);
    // The axis ends where the last of them came, and not far behind it.
    const labels = [...html.matchAll(/<text x="([^"]*)" y="\d+" text-anchor="middle">([^<]+)</g)];
    expect(labels.at(-1)?.slice(1)).toEqual(['100%', '07:32:01.7']);
  });

  it('has no chart and no table of a run without an outcome', () => {
    const html = report([], { phones: 3 });
    expect(textOf(html)).toContain('No phone has an outcome.');
    expect(html).not.toContain('<svg');
    expect(html).not.toContain('<table');
  });

  it('draws a chart that says in words what it shows', () => {
    const html = report(FLEET);
    expect(html).toMatch(/<svg [^>]*role="img" aria-labelledby="chart-title chart-desc">/);
    expect(html).toContain('<title id="chart-title">Outcomes over time</title>');
    expect(html).toMatch(/<desc id="chart-desc">Stacked bars, one for each 100 ms, from 2026-11-25 07:32:01\.0 to /);
    expect(html).toContain('phones per 100 ms');
    expect(html).toContain('time (UTC)');
    expect(html).toContain('<title>07:32:03.0: 1 refused</title><rect class="o-refused"');
    for (const word of ['accepted', 'refused', 'skipped']) {
      expect(html).toContain(`<li><i class="o-${word}"></i>${word}</li>`);
    }
    // The same in a table, for who can't see it.
    expect(html).toContain('<tr><td>2026-11-25 07:32:03.0</td><td>1 refused</td></tr>');
  });

  it('stays within its plot', () => {
    const phones = Array.from({ length: 500 }, (_, index) => ({ at: STARTED + index ** 2 * 10 }));
    const rects = [...report(phones).matchAll(/<rect class="\S+" x="(\S+)%" width="(\S+)%" y="(\S+)" height="(\S+)"/g)];
    expect(rects.length).toBeGreaterThan(20);
    for (const [, x, width, y, height] of rects) {
      expect(Number(x) + Number(width)).toBeLessThanOrEqual(100);
      expect(Number(y)).toBeGreaterThanOrEqual(28);
      expect(Number(y) + Number(height)).toBeLessThanOrEqual(228.01);
    }
  });

  it.each([0, 1, 86_400_000, 40 * 86_400_000, 9e12])('has a time axis of few labels for a run of %d ms', (ms) => {
    const html = report([{ at: STARTED }, { at: STARTED + ms }]);
    const labels = [...html.matchAll(/<text x="[^"]*" y="\d+" text-anchor="middle">([^<]+)</g)].map(([, text]) => text);
    expect(labels.length).toBeGreaterThan(1);
    expect(labels.length).toBeLessThanOrEqual(10);
    expect(new Set(labels).size).toBe(labels.length);
  });

  it('has a table by vendor, model, firmware and server', () => {
    const html = report(FLEET);
    expect(bodyRows(html, 'By vendor')).toEqual([
      'yealink 1 100% 1 0 0 1',
      'not known 1 100% 1 0 1 0',
      'snom 0 2 2 0 0',
    ]);
    expect(bodyRows(html, 'By model')[0]).toBe('T46U yealink 1 100% 1 0 0 1');
    expect(bodyRows(html, 'By firmware').at(-1)).toBe('10.1.1 snom 0 2 2 0 0');
    expect(bodyRows(html, 'By server')).toEqual(['fs:8021 2 50% 4 2 1 1']);
  });

  it('shows 50 groups, and sums up the rest', () => {
    const rows = bodyRows(report(Array.from({ length: 60 }, (_, index) => ({ model: `m${index}` }))), 'By model');
    expect(rows).toHaveLength(51);
    expect(rows.at(-1)).toBe('… and 10 more 0 10 10');
    const others = Array.from({ length: MAX_GROUPS + 5 }, (_, index) => ({ model: `m${index}` }));
    expect(bodyRows(report(others), 'By model').at(-1)).toBe('… and more than 9,950 more 0 9,955 9,955');
  });

  it('lists the phones that fell short, with their reasons', () => {
    expect(bodyRows(report(FLEET), 'Phones that fell short')).toEqual([
      '1004@phones.test refused 489 Bad Event 489 yealink T46U 108.86 fs:8021 internal 4',
      '1005@phones.test skipped not registered on internal fs:8021 internal 5',
    ]);
  });

  it('lists so many phones, and says how many more there are', () => {
    const phones = Array.from({ length: MAX_SHORT + 1234 }, () => ({ outcome: 'no-answer' }) as const);
    const html = report(phones);
    expect(bodyRows(html, 'Phones that fell short')).toHaveLength(MAX_SHORT);
    expect(section(html, 'Phones that fell short')).toContain('… and 1,234 more; the CSV has all');
    expect(section(report(FLEET), 'Phones that fell short')).not.toContain('more; the CSV');
  });

  it('hides its filter from who has no script', () => {
    const html = report(FLEET);
    expect(html).toContain('<form id="filter" hidden>');
    const boxes = [...html.matchAll(/type="checkbox" value="([^"]+)" checked/g)].map(([, word]) => word);
    expect(boxes).toEqual(['skipped', 'refused']);
  });

  it('needs nothing from anywhere', () => {
    expect(report(FLEET)).not.toMatch(/https?:|src=|href=|url\(|@import|<link|<img|<iframe|\bon\w+=/i);
  });

  it('lets no script run but its own', () => {
    const html = report(FLEET);
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    const scripts = [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script]) => script ?? '');
    expect(scripts).toHaveLength(1);
    const hash = createHash('sha256')
      .update(scripts[0] ?? '')
      .digest('base64');
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "style-src 'unsafe-inline'",
      `script-src 'unsafe-inline' 'sha256-${hash}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    // Before anything that it could be about.
    expect(html.indexOf(policy)).toBeLessThan(html.indexOf('<style'));
  });
});

const HOSTILE = [
  '</script><script>alert(1)</script>',
  `"><img src=x onerror='alert(1)'>`,
  '</title></style><svg onload=alert(1)>',
  '</td></table><iframe srcdoc="x">',
  '<!-- ',
  'a\u0000b\u001b[31m\u0007\r\n',
  '\u202egnp.exe\u2066\u200f',
  '\ud800 half a pair \uffff',
  '&lt;b&gt;',
];

describe('hostile values in the HTML report', () => {
  const tags = (html: string) => [...html.matchAll(/<[/!]?[a-z]+/gi)].map(([tag]) => tag);

  /** A report with this text wherever a text can be. */
  function everywhere(text: string): string {
    const phone = { aor: text, server: text, profile: text, vendor: text, model: text, firmware: text, reason: text };
    const run = { run: text, command: text, args: [text], version: text, started: text, servers: [text] };
    return report([{ ...phone, outcome: 'refused' }], run);
  }

  it.each(HOSTILE)('do no harm: %j', (text) => {
    const html = everywhere(text);
    // Not one tag more, less or other than with a harmless text.
    expect(tags(html)).toEqual(tags(everywhere('harmless')));
    expect(html).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/,
    );
    expect(html.isWellFormed()).toBe(true);
  });

  it('are shown as what they are', () => {
    expect(everywhere('<b>\u202e&')).toContain('<td>&lt;b&gt;\\u202e&amp;</td>');
  });

  it('are no more harmful where a journal has a text for a number or an outcome', () => {
    const text = '"><img src=x onerror=alert(1)>';
    const phone = { outcome: text, sipStatus: text, row: text, at: text } as unknown as Phone;
    expect(report([phone])).not.toContain('<img');
  });
});
