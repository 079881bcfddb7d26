/**
 * What FreeSWITCH demands of the events that reach phones, as data. It answers +OK to all of them and is silent about
 * those it then drops (`general_event_handler`, mod_sofia.c; `actual_sofia_presence_mwi_event_handler`,
 * sofia_presence.c; measured on 1.10.12).
 */

/** One way to address an event. The first form whose `when` headers are there is the one FreeSWITCH takes. */
export interface Form {
  readonly name: string;
  /** One of these headers chooses this form; empty: the form that is left. */
  readonly when: readonly string[];
  /** All of these must be there. */
  readonly required: readonly string[];
  /** Of each group at least one must be there. */
  readonly oneOf?: readonly (readonly string[])[];
}

/** What a value must look like. `problem` follows the header's name. */
export interface ValueRule {
  readonly header: string;
  readonly pattern: RegExp;
  readonly problem: string;
}

/** Headers that a certain value of another header makes necessary. */
export interface Consequence {
  readonly header: string;
  readonly value: string;
  readonly oneOf: readonly string[];
}

export interface EventRule {
  readonly event: string;
  readonly forms: readonly Form[];
  readonly values?: readonly ValueRule[];
  readonly consequences?: readonly Consequence[];
  /** All headers that FreeSWITCH reads; one that ends in `-` stands for all that begin so. The others it ignores. */
  readonly reads: readonly string[];
  /** Whether it takes the body. */
  readonly hasBody: boolean;
}

const MESSAGE_TO_USER: Form = {
  name: 'user form',
  when: ['user', 'host'],
  required: ['profile', 'content-type', 'user', 'host'],
};

const FORWARDS = ['forward_immediate', 'forward_busy', 'forward_no_answer'];

/**
 * What sofia-sip can parse; of a header that it can't it makes none, and the whole request is silently not sent
 * (sip_event.c, msg_parser.c; measured on 1.10.12, `resync;profile=http://host/?mac=1` for one).
 */
const EVENT_STRING: ValueRule = {
  header: 'event-string',
  pattern: /^[\w.!%*+`'~$-][\w.!%*+`'~,@/"#?=:()$-]*(?:; *[\w.!%*+`'~-]+(?:=(?:"[^"\\]+"|[\w.!%*+`'~:/[\]$-]+))?)*$/,
  problem: 'is a word and parameters; a parameter with ? = & # @ , or a blank in it needs quotes around it',
};
const CONTENT_TYPE: ValueRule = {
  header: 'content-type',
  pattern: /^[\w.!%*+`'~-]+\/[\w.!%*+`'~-]+(?:; *[\w.!%*+`'~-]+(?:=(?:"[^"\\]*"|[\w.!%*+`'~:/-]+))?)*$/,
  problem: 'is type/subtype',
};

const ADDRESSES: readonly ValueRule[] = [
  {
    header: 'to-uri',
    pattern: /^sips?:(?:[^\s,@?]+@)?[^\s,@?]+$/i,
    problem: 'is sip:user@host, without blanks, commas and ?',
  },
  {
    header: 'contact-uri',
    pattern: /^(?:sips?:[^\s,<>@]+(?:@[^\s,<>@]+)?|[^<>,]*<sips?:[^\s,<>]+>)$/i,
    problem: 'is a contact as registrations have it: sip:user@host, or "name" <sip:user@host>',
  },
  {
    header: 'from-uri',
    pattern: /^(?!sips?:$)(?:[^\s,<>?"][^\s,<>]*|[^<>,]*<[^\s,<>?"][^\s,<>]*>)$/i,
    problem: 'is sip:user@host, or "name" <sip:user@host>',
  },
  { header: 'user', pattern: /^[^\s,]+$/, problem: 'is without blanks and commas' },
  { header: 'host', pattern: /^[^\s,]+$/, problem: 'is without blanks and commas' },
];

export const EVENT_RULES: readonly EventRule[] = [
  {
    event: 'NOTIFY',
    hasBody: true,
    reads: [
      ...['profile', 'content-type', 'event-string', 'user', 'host', 'call-id', 'uuid', 'to-uri', 'from-uri'],
      ...['contact-uri', 'extra-headers', 'no-sub-state'],
    ],
    values: [EVENT_STRING, CONTENT_TYPE, ...ADDRESSES],
    forms: [
      { name: 'contact form', when: ['contact-uri'], required: ['profile', 'to-uri', 'from-uri'] },
      { name: 'URI form', when: ['to-uri', 'from-uri'], required: ['profile', 'to-uri', 'from-uri'] },
      { name: 'in-call form', when: ['uuid'], required: ['uuid', 'content-type', 'event-string'] },
      { name: 'user form', when: [], required: ['profile', 'content-type', 'event-string', 'user', 'host'] },
    ],
  },
  {
    event: 'MESSAGE_WAITING',
    hasBody: false,
    reads: ['sofia-profile', 'call-id', 'sub-call-id', 'MWI-'],
    forms: [{ name: 'account form', when: [], required: ['MWI-Message-Account', 'MWI-Messages-Waiting'] }],
    values: [
      { header: 'MWI-Message-Account', pattern: /^(?!sips?:@)[^@]+@[^@:; ][^@]*$/i, problem: 'is user@host' },
      { header: 'MWI-Messages-Waiting', pattern: /^(?:yes|no)$/, problem: 'is yes or no' },
    ],
  },
  {
    event: 'SEND_MESSAGE',
    hasBody: true,
    reads: ['profile', 'content-type', 'user', 'host', 'subject', 'uuid'],
    values: [CONTENT_TYPE, ...ADDRESSES],
    forms: [
      MESSAGE_TO_USER,
      { name: 'in-call form', when: ['uuid'], required: ['uuid', 'content-type'] },
      { ...MESSAGE_TO_USER, when: [] },
    ],
  },
  {
    event: 'SEND_INFO',
    hasBody: true,
    reads: [
      ...['profile', 'content-type', 'content-disposition', 'to-uri', 'from-uri', 'local-user', 'call-id'],
      ...['call-info', 'alert-info'],
    ],
    forms: [
      { name: 'dialog form', when: ['call-id'], required: ['profile', 'call-id'] },
      { name: 'URI form', when: [], required: ['profile', 'from-uri'], oneOf: [['to-uri', 'local-user']] },
    ],
    values: [
      CONTENT_TYPE,
      ...ADDRESSES,
      { header: 'local-user', pattern: /^(?!sips?:)[^@]+@[^@]+$/i, problem: 'is user@host, without sip:' },
    ],
  },
  {
    event: 'PHONE_FEATURE',
    hasBody: false,
    reads: [
      ...['profile', 'user', 'host', 'call-id', 'device', 'Feature-Event', 'doNotDisturbOn', 'ringCount'],
      ...FORWARDS,
      ...FORWARDS.map((name) => `${name}_enabled`),
    ],
    forms: [{ name: 'user form', when: [], required: ['profile', 'user', 'host', 'Feature-Event'] }],
    values: [
      {
        header: 'Feature-Event',
        pattern: /^(?:DoNotDisturbEvent|ForwardingEvent|init)$/,
        problem: 'is DoNotDisturbEvent, ForwardingEvent or init',
      },
      ...[...FORWARDS, ...FORWARDS.map((name) => `${name}_enabled`), 'device', 'doNotDisturbOn', 'ringCount'].map(
        (header) => ({
          header,
          pattern: /^[^<>&"']*$/,
          problem: "goes into the phone's XML as it is, so it is without < > & and quotes",
        }),
      ),
    ],
    consequences: [
      { header: 'Feature-Event', value: 'DoNotDisturbEvent', oneOf: ['doNotDisturbOn'] },
      { header: 'Feature-Event', value: 'ForwardingEvent', oneOf: FORWARDS },
      { header: 'Feature-Event', value: 'init', oneOf: ['doNotDisturbOn'] },
    ],
  },
];

/**
 * A SIP request that is too long for one UDP datagram (65,507 bytes) is silently not sent; FreeSWITCH adds up to about
 * 1,500 bytes of its own (measured: a body of 64,000 arrives, one of 66,000 does not). Bytes of all values and the body.
 */
export const MAX_REQUEST_BYTES = 62_000;

/** Headers that would send an event somewhere else than to its phone, with the reason. */
export const FORBIDDEN_HEADERS: ReadonlyMap<string, string> = new Map([
  ['unique-id', 'it would divert the event into the call of that id'],
  ['event-uuid', "it would hide FreeSWITCH's own, by which the order is known"],
  ['command', "it is FreeSWITCH's own"],
]);

/** Prefix that an event name may carry (`switch_name_event`, switch_event.c). */
const PREFIX = 'SWITCH_EVENT_';

/** `NOTIFY` for `notify` and `SWITCH_EVENT_NOTIFY`: names have no case. */
export function eventName(name: string): string {
  const upper = name.toUpperCase();
  return upper.startsWith(PREFIX) ? upper.slice(PREFIX.length) : upper;
}

const RULES_BY_EVENT = new Map(EVENT_RULES.map((rule) => [rule.event, rule]));

/** The rule of a phone event, or undefined for any other event. */
export function ruleFor(event: string): EventRule | undefined {
  return RULES_BY_EVENT.get(eventName(event));
}
