import { checkPayload } from './check.js';
import type { Payload } from './payload.js';
import { eventName } from './rules.js';
import type { Template } from './template.js';

/** A header line of a template to start from, and what to say of it. */
interface StarterLine {
  readonly header: string;
  readonly value: string;
  readonly about?: string;
}

interface Starter {
  /** What the template would say of itself. */
  readonly about: string;
  readonly lines: readonly StarterLine[];
  readonly body?: string;
  /** A value for what it reads, `key=value`. */
  readonly sample?: string;
}

const TO_USER: readonly StarterLine[] = [
  { header: 'profile', value: '{{profile}}' },
  { header: 'user', value: '{{user}}', about: 'Who gets it; profile, user and host are always there' },
  { header: 'host', value: '{{host}}' },
];
const ONE_DEVICE: StarterLine = {
  header: 'call-id',
  value: '{{default device_call_id ""}}',
  about: 'One of several devices of an extension; an empty value leaves its header out',
};

/** What a template of an event begins with, by the event. All that the event needs is there. */
const STARTERS: Readonly<Record<string, Starter>> = {
  NOTIFY: {
    about: 'What it does, in a line for template list',
    lines: [
      ...TO_USER,
      ONE_DEVICE,
      { header: 'event-string', value: 'check-sync', about: 'What the phone is told: a word of its make' },
      {
        header: 'content-type',
        value: 'application/simple-message-summary',
        about: 'NOTIFY needs a type, also where it has no body',
      },
    ],
  },
  SEND_MESSAGE: {
    sample: 'text=Hello',
    about: 'What it does, in a line for template list: --set text=…',
    lines: [
      ...TO_USER,
      { header: 'content-type', value: 'text/plain' },
      { header: 'subject', value: '{{default subject ""}}', about: 'An empty value leaves its header out' },
    ],
    body: '{{text}}',
  },
  SEND_INFO: {
    sample: 'body=Hello',
    about: 'What it does, in a line for template list: --set body=…',
    lines: [
      { header: 'profile', value: '{{profile}}' },
      {
        header: 'local-user',
        value: '{{user}}@{{host}}',
        about: 'Who gets it; profile, user and host are always there',
      },
      { header: 'from-uri', value: 'sip:{{user}}@{{host}}' },
      { header: 'content-type', value: 'text/plain' },
    ],
    body: '{{body}}',
  },
  MESSAGE_WAITING: {
    sample: 'waiting=yes',
    about: 'What it does, in a line for template list: --set waiting=yes or no',
    lines: [
      { header: 'MWI-Message-Account', value: 'sip:{{user}}@{{host}}' },
      ONE_DEVICE,
      { header: 'MWI-Messages-Waiting', value: '{{waiting}}', about: 'Each MWI header is a line of what phones get' },
      { header: 'MWI-Voice-Message', value: '{{default voice_message ""}}', about: 'NEW/OLD (URGENT_NEW/URGENT_OLD)' },
    ],
  },
  PHONE_FEATURE: {
    sample: 'dnd=on',
    about: 'What it does, in a line for template list: --set dnd=on or off',
    lines: [
      ...TO_USER,
      { header: 'device', value: '{{default device user}}' },
      {
        header: 'Feature-Event',
        value: 'DoNotDisturbEvent',
        about: 'Or ForwardingEvent, with forward_immediate and the like',
      },
      { header: 'doNotDisturbOn', value: '{{dnd}}' },
    ],
  },
};

/** The events that there is a template to start from for. */
export const STARTER_EVENTS: readonly string[] = Object.keys(STARTERS);

/** A template to start from. */
export function starterFor(event: string): string {
  const { about, lines, body } = STARTERS[event] ?? { about: '', lines: [] };
  const headers = lines.flatMap(({ header, value, about: why }) => [
    ...(why ? [`{{! ${why} }}`] : []),
    `${header}: ${value}`,
  ]);
  return [`sendevent ${event}`, `{{! ${about} }}`, ...headers, ...(body === undefined ? [] : ['', body]), ''].join(
    '\n',
  );
}

/** A value that such a template wants to have set, `key=value`; undefined if it wants none. */
export function sampleFor(event: string): string | undefined {
  return STARTERS[event]?.sample;
}

/** Values to try a template with, by what it reads. */
const EXAMPLES: Readonly<Record<string, string>> = {
  action: 'restart',
  body: 'Hello',
  call_id: '1@192.0.2.1',
  command: '/api/v1/callctrl/dial',
  contact: 'sip:1000@192.0.2.1',
  content_type: 'text/plain',
  dnd: 'on',
  event: 'check-sync',
  forward_immediate: '1001',
  from_uri: 'sip:1000@192.0.2.1',
  new: '1',
  old: '0',
  text: 'Hello',
  to_uri: 'sip:1000@192.0.2.1',
  uri: 'http://192.0.2.1/',
  url: 'http://192.0.2.1/',
  waiting: 'yes',
};

/** The values of an AOR to try a template with; of an AOR on the command line there are no others. */
const TRIED = {
  user: '1000',
  host: 'example.com',
  domain: 'example.com',
  aor: '1000@example.com',
  profile: 'internal',
  named_profile: '',
  device_call_id: '',
};

/** What has to be set so that a template can be tried, `key=value` each. */
export function samplesOf({ names, render }: Pick<Template, 'names' | 'render'>): string[] {
  const free = names.filter((name) => !Object.hasOwn(TRIED, name));
  const rendered = (set: readonly string[]): Payload | undefined => {
    try {
      return render({ ...Object.fromEntries(set.map((name) => [name, exampleOf(name)])), ...TRIED }, new Date());
    } catch {
      return undefined;
    }
  };
  const isRight = (set: readonly string[]): boolean => {
    const payload = rendered(set);
    return payload !== undefined && checkPayload(payload).length === 0;
  };
  const needed = free.filter((name) => !rendered(free.filter((other) => other !== name)));
  // One of several values may be needed, and none of them by itself.
  const one = isRight(needed) ? undefined : free.find((name) => isRight([...needed, name]));
  return [...needed, ...(one === undefined ? [] : [one])].map((name) => `${name}=${exampleOf(name)}`);
}

function exampleOf(name: string): string {
  return EXAMPLES[name] ?? 'x';
}

/** The line that a template lacks, as it usually is; undefined where nothing is usual. */
export function usualLine(event: string, header: string): string | undefined {
  const lines = STARTERS[eventName(event)]?.lines ?? [];
  const line = lines.find((one) => one.header.toLowerCase() === header.toLowerCase());
  return line && `${line.header}: ${line.value}`;
}
