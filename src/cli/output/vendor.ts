import { orderFor } from '../../vendor/orders.js';
import {
  type ChallengeHabit,
  type NoOrder,
  type OrderKind,
  type PhoneSetting,
  SETTING_SUBJECTS,
  type SettingSubject,
  type TextWay,
  type Vendor,
  type VendorOrder,
} from '../../vendor/vendor.js';
import { printable } from '../terminal.js';
import { wrap } from './wrap.js';

/** A vendor as JSON documents have it. */
export function vendorToJson(vendor: Vendor): object {
  const { key, label, names, resync, reboot, lamp, texts = [], settings = [], notes, samples } = vendor;
  const exceptions = vendor.exceptions?.map(({ model: _, ...exception }) => exception) ?? [];
  const { challenge, pushChallenge, credentials } = vendor;
  const orders = { resync, reboot, exceptions, lamp, texts };
  return { vendor: key, label, names, ...orders, challenge, pushChallenge, credentials, settings, notes, samples };
}

/**
 * How a vendor's phones are told, and what must be right on the phone: lines for people. With a model, the orders are
 * those for it; without one, all exceptions are shown.
 */
export function describeVendor(vendor: Vendor, model?: string): string {
  return [describeOrders(vendor, model), ...describeSettings(vendor.settings ?? []), ...describeNotes(vendor)].join(
    '\n',
  );
}

/** A label and what there is to say under it. */
export function labelled(label: string, text: string): string {
  return wrap(printable(text), `${label} `.padEnd(LABEL), ' '.repeat(LABEL));
}

/** As wide as the longest label, with the blank behind it. */
const LABEL = 11;

function describeOrders(vendor: Vendor, model: string | undefined): string {
  const lines = KINDS.map((kind) => labelled(kind, describeWay(orderFor(vendor, kind, model))));
  if (model === undefined) {
    for (const { models, ...exception } of vendor.exceptions ?? []) {
      for (const kind of KINDS) {
        const order = exception[kind];
        if (order) lines.push(labelled('', `${kind} of ${models}: ${describeWay(order)}`));
      }
    }
  }
  lines.push(labelled('lamp', vendor.lamp ? describeWay(vendor.lamp) : USUAL_LAMP));
  const texts = vendor.texts?.map(describeWay) ?? ['nothing is known; try one phone'];
  lines.push(...texts.map((text, index) => labelled(index === 0 ? 'text' : '', text)));
  lines.push(labelled('challenge', describeChallenge(vendor)));
  return lines.join('');
}

const KINDS: readonly OrderKind[] = ['resync', 'reboot'];

const USUAL_LAMP = 'message-waiting, as for any phone; FreeSWITCH makes the NOTIFY';

/** The template, how certain it is and why; or why there is none. */
function describeWay(way: VendorOrder | NoOrder | TextWay): string {
  if ('none' in way) return `not possible: ${way.none}`;
  const event = 'values' in way && way.template === 'notify' ? way.values?.event : undefined;
  const name = event === undefined ? way.template : `${way.template} with the event ${event}`;
  return `${name} (${way.certainty}: ${way.source})${way.note ? `; ${way.note}` : ''}`;
}

function describeChallenge({ challenge, pushChallenge, credentials }: Vendor): string {
  const habits = [
    CHALLENGES[challenge],
    ...(pushChallenge ? [`pushes to the screen: ${CHALLENGES[pushChallenge]}`] : []),
  ];
  const isChallenging = [challenge, pushChallenge].some((habit) => habit && !['never', 'unknown'].includes(habit));
  if (isChallenging) {
    habits.push("FreeSWITCH answers with the directory user's reverse-auth-user and reverse-auth-pass");
    if (credentials) habits.push(`what it wants: ${credentials}`);
  }
  return habits.join('; ');
}

const CHALLENGES: Readonly<Record<ChallengeHabit, string>> = {
  always: 'answers with 401',
  'by default': 'answers with 401 unless told otherwise',
  optional: 'answers with 401 where it is told to',
  never: 'none is documented',
  unknown: 'not known',
};

/** What each kind of setting decides about, as a heading. */
export const SUBJECT_LABELS: Readonly<Record<SettingSubject, string>> = {
  orders: 'resync and reboot',
  resync: 'resync',
  reboot: 'reboot',
  challenge: 'challenge (401)',
  lamp: 'lamp',
  text: 'text',
  push: 'pushes to the screen',
  features: 'do-not-disturb and forwarding',
};

function describeSettings(settings: readonly PhoneSetting[]): string[] {
  return SETTING_SUBJECTS.flatMap((subject) => {
    const those = settings.filter(({ decides }) => decides === subject);
    if (those.length === 0) return [];
    return [`On the phone, for ${SUBJECT_LABELS[subject]}:\n${those.map(describeSetting).join('')}`];
  });
}

function describeSetting(setting: PhoneSetting): string {
  const { value, about, certainty, source } = setting;
  const what = `${settingName(setting)}${value === undefined ? '' : ` = ${value}`}`;
  return wrap(what, '  ', '    ') + wrap(`${about} (${certainty}: ${source})`, '      ');
}

/** Its name in the configuration, and that in the web interface in quotes; or the one that is known. */
export function settingName({ file, web }: PhoneSetting): string {
  return [file, web && `"${web}"`].filter(Boolean).join(' ');
}

function describeNotes({ notes, samples }: Vendor): string[] {
  return [
    ...(notes.length > 0 ? [`To know:\n${notes.map((note) => wrap(note, '  - ', '    ')).join('')}`] : []),
    ...(samples.length > 0 ? [`User-Agents:\n${samples.map((sample) => `  ${sample}\n`).join('')}`] : []),
  ];
}
