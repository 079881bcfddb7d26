import { createHash } from 'node:crypto';
import { escapeXml } from '../../payload/escape-xml.js';
import type { RunRecord } from '../../run/journal/record.js';
import {
  GROUPINGS,
  type Group,
  type Grouping,
  MAX_GROUPS,
  OTHERS,
  type ShortPhone,
  type Tally,
} from '../../run/journal/tally.js';
import { type Counts, OUTCOMES, type OutcomeWord } from '../../run/outcome.js';
import { EXIT } from '../exit-codes.js';
import { formatDuration } from '../progress.js';
import { printable } from '../terminal.js';
import { renderChart, timeOf } from './html-chart.js';
import { SCRIPT, STYLE } from './html-style.js';
import { shellLine } from './shell.js';

/** How a run ended, as far as its journal knows. */
export interface RunEnd {
  /** When, or when its last outcome came; milliseconds since 1970. */
  readonly endedAt: number | null;
  /** Null if it did not end in order: it was killed, or is under way. */
  readonly exitCode: number | null;
  /** How long it took, as it said itself at its end, milliseconds. */
  readonly ms?: number | undefined;
}

/** Milliseconds. Of a run that is shorter whole seconds tell too little. */
const MINUTE = 60_000;

/** Of a table of groups. */
const MAX_ROWS = 50;

/**
 * Nothing is loaded from anywhere, and only the report's own script runs: where a browser knows hashes, it passes over
 * 'unsafe-inline', which is there for those that don't.
 */
const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'unsafe-inline' 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The report of a run as one HTML file that needs nothing else. */
export function renderHtml(run: RunRecord, end: RunEnd, tally: Tally): string {
  const { timeline } = tally;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${show(`phonectl ${run.command}, run ${run.run}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${headline(run, tally)}
${facts(run, end)}
${totals(tally)}
${timeline ? `<section>\n<h2>Outcomes over time</h2>\n${renderChart(timeline)}\n</section>` : ''}
${tally.phones > 0 ? GROUPINGS.map((grouping) => groupTable(grouping, tally)).join('\n') : ''}
${shortTable(tally)}
</main>
<footer>Written by phonectl from the journal of run ${show(run.run)}, which phonectl ${show(run.version)} kept.</footer>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function headline(run: RunRecord, { phones, short, wanted }: Tally): string {
  const open = Math.max(0, run.phones - phones);
  const verdict =
    short > 0
      ? `<b class="bad">${number(short)} of ${count(phones, 'phone')} fell short</b> of “${show(wanted)}”`
      : `<b class="good">${phones > 0 ? reached(phones) : 'No phone has reached'}</b> “${show(wanted)}”`;
  // Selected, but the run broke off before it came to them.
  const rest = open > 0 ? `; ${count(open, 'more phone')} of the run ${open === 1 ? 'has' : 'have'} no outcome` : '';
  return `<header>\n<h1>phonectl ${show(run.command)}</h1>\n<p class="verdict">${verdict}${rest}.</p>\n</header>`;
}

function reached(phones: number): string {
  return `${phones > 1 ? `All ${number(phones)} phones` : 'The phone'} reached`;
}

const EXITS: ReadonlyMap<number, string> = new Map<number, string>([
  [EXIT.ok, 'every phone reached what was asked for'],
  [EXIT.internal, 'a mistake of phonectl'],
  [EXIT.connection, 'no connection, or no login'],
  [EXIT.short, 'at least one phone fell short'],
  [EXIT.stopped, 'a stop rule ended the run'],
  [EXIT.hungUp, 'its terminal was closed'],
  [EXIT.interrupted, 'interrupted'],
  [EXIT.terminated, 'terminated'],
]);

function facts(run: RunRecord, { endedAt, exitCode, ms: told }: RunEnd): string {
  const started = Date.parse(run.started);
  const ms = told ?? (endedAt === null ? Number.NaN : endedAt - started);
  const duration = Number.isFinite(ms) ? formatDuration(Math.max(0, ms)) : 'not known';
  const meaning = exitCode === null ? undefined : EXITS.get(exitCode);
  const rows: readonly (readonly [string, string, string?])[] = [
    ['Run', `<code>${show(run.run)}</code>`, 'long'],
    [run.servers.length === 1 ? 'Server' : 'Servers', run.servers.map(show).join(', '), 'long'],
    ['Started', `${show(timeOf(started, ms < MINUTE) || run.started)} UTC`],
    ['Duration', exitCode === null && Number.isFinite(ms) ? `${duration} to the last outcome` : duration],
    [
      'Exit code',
      exitCode === null
        ? 'none: it was killed, or is under way'
        : show(exitCode) + (meaning ? ` <span class="soft">${meaning}</span>` : ''),
    ],
    ['Phones selected', number(run.phones)],
  ];
  const command = show(shellLine(['phonectl', ...run.command.split(' '), ...run.args]));
  return `<section aria-label="The run">
<dl class="facts">
${rows.map(([name, value, kind = '']) => `<div class="${kind}"><dt>${name}</dt><dd>${value}</dd></div>`).join('\n')}
<div class="all"><dt>Command</dt><dd><code>${command}</code></dd></div>
</dl>
</section>`;
}

/** What outcomes mean; the README has more words. */
const MEANINGS: Readonly<Record<OutcomeWord, string>> = {
  planned: 'dry run',
  returned: 'registered again after the order',
  answered: 'the phone answered with a 2xx',
  accepted: 'FreeSWITCH said +OK; no more is known',
  skipped: 'not sent, on purpose',
  refused: 'by FreeSWITCH, or by the phone',
  'no-answer': 'the evidence did not come in time',
  unknown: 'written without a reply: it may have happened',
  'not-sent': 'never written',
  invalid: 'the row or the payload is wrong',
};

function totals({ counts, phones }: Tally): string {
  const tiles = OUTCOMES.flatMap((word) => {
    const sum = counts[word];
    if (!sum) return [];
    return `<li class="e-${word}">${badge(word)}<b>${number(sum)} <span class="soft">${share(sum, phones)}</span></b><small>${MEANINGS[word]}</small></li>`;
  });
  const body = tiles.length > 0 ? `<ul class="totals">\n${tiles.join('\n')}\n</ul>` : '<p>No phone has an outcome.</p>';
  return `<section>\n<h2>Outcomes</h2>\n${body}\n</section>`;
}

function groupTable(grouping: Grouping, tally: Tally): string {
  const groups = tally.groups(grouping);
  const shown = groups.slice(0, MAX_ROWS);
  const rest = groups.slice(MAX_ROWS);
  const words = OUTCOMES.filter((word) => tally.counts[word]);
  const title = `By ${grouping}`;
  const header = [
    `<th scope="col">${capital(grouping)}</th>`,
    '<th scope="col" class="n">Fell short</th>',
    '<th scope="col" class="n">Phones</th>',
    ...words.map((word) => `<th scope="col" class="n">${badge(word)}</th>`),
  ];
  const rows = shown.map((group) => `<tr><td>${nameOf(group)}</td>${numbers(group, words)}</tr>`);
  if (rest.length > 0) {
    // Beyond so many groups nobody has counted how many there are.
    const isCounted = !rest.some(({ name }) => name === OTHERS) || groups.length <= MAX_GROUPS;
    const label = `… and ${isCounted ? '' : 'more than '}${number(rest.length - (isCounted ? 0 : 1))} more`;
    rows.push(`<tr class="rest"><td>${label}</td>${numbers(sum(rest), words)}</tr>`);
  }
  return `<section>
<h2>${title}</h2>
<div class="scroll" role="region" aria-label="${title}" tabindex="0"><table><thead><tr>${header.join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>
</section>`;
}

function nameOf({ name, vendor }: Group): string {
  const owner = vendor === null ? '' : ` <span class="soft">${show(vendor)}</span>`;
  return (name === null ? '<span class="soft">not known</span>' : show(name)) + owner;
}

type Numbers = Pick<Group, 'phones' | 'short' | 'counts'>;

function numbers({ phones, short, counts }: Numbers, words: readonly OutcomeWord[]): string {
  const percent = short > 0 ? ` <span class="soft">${share(short, phones)}</span>` : '';
  const cells = [`${cell(short)}${percent}`, number(phones), ...words.map((word) => cell(counts[word] ?? 0))];
  return cells.map((text) => `<td class="n">${text}</td>`).join('');
}

function cell(value: number): string {
  return value === 0 ? '<span class="zero">0</span>' : number(value);
}

function sum(groups: readonly Group[]): Numbers {
  const counts: Counts = {};
  let phones = 0;
  let short = 0;
  for (const group of groups) {
    phones += group.phones;
    short += group.short;
    for (const word of OUTCOMES) counts[word] = (counts[word] ?? 0) + (group.counts[word] ?? 0);
  }
  return { phones, short, counts };
}

const COLUMNS = ['AOR', 'Outcome', 'Reason', 'SIP', 'Vendor', 'Model', 'Firmware', 'Server', 'Profile', 'Row'];

function shortTable({ shortPhones, short }: Tally): string {
  const title = 'Phones that fell short';
  if (shortPhones.length === 0) return `<section>\n<h2>${title}</h2>\n<p class="soft">None.</p>\n</section>`;
  const more = short - shortPhones.length;
  return `<section>
<h2>${title} <span class="soft">${number(short)}</span></h2>
${filterForm(shortPhones)}
<div class="scroll" role="region" aria-label="${title}" tabindex="0"><table class="phones"><thead><tr>${COLUMNS.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>
${shortPhones.map(shortRow).join('\n')}
</tbody></table></div>${more > 0 ? `\n<p class="more">… and ${number(more)} more; the CSV has all</p>` : ''}
</section>`;
}

function shortRow(phone: ShortPhone): string {
  const { aor, outcome, reason, sipStatus, vendor, model, firmware, server, profile, row } = phone;
  const rest = [sipStatus, vendor, model, firmware, server, profile, row];
  return `<tr><td>${show(aor)}</td><td class="word">${badge(outcome)}</td><td class="reason">${show(reason)}</td>${rest.map((value) => `<td>${show(value)}</td>`).join('')}</tr>`;
}

/** Hidden, for who can't use it: the script takes it out. */
function filterForm(phones: readonly ShortPhone[]): string {
  const there = new Set(phones.map(({ outcome }) => outcome));
  const boxes = OUTCOMES.filter((word) => there.has(word)).map(
    (word) => `<label><input type="checkbox" value="${word}" checked>${badge(word)}</label>`,
  );
  return `<form id="filter" hidden>
<input type="search" placeholder="Filter: extension, reason, model…" aria-label="Filter the phones" autocomplete="off" spellcheck="false">
<fieldset><legend class="away">Outcomes to show</legend>${boxes.join('')}</fieldset>
<output aria-live="polite"></output>
</form>`;
}

/** A word and its colour. */
function badge(word: OutcomeWord): string {
  return `<i class="o-${show(word)}"></i>${show(word)}`;
}

/** Text that came from elsewhere: it can't be taken for HTML, nor steer how the text around it is read. */
function show(value: string | number | null): string {
  return value === null ? '' : escapeXml(printable(String(value)));
}

function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}

/** `12%`; what is neither none nor all does not look like it. */
function share(part: number, all: number): string {
  const percent = (part / all) * 100;
  if (percent > 0 && percent < 0.1) return '&lt;0.1%';
  if (percent < 10 || (percent > 99 && percent < 100)) return `${Number((Math.floor(percent * 10) / 10).toFixed(1))}%`;
  return `${Math.round(percent)}%`;
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
