import * as Flags from '@oclif/core/flags';
import { DEFAULT_RETRY } from './flag-values.js';

/** For `--timeout`. */
export const DEFAULT_TIMEOUT = '10s';

/** Which FreeSWITCH. */
export const connectionFlags = {
  server: Flags.string({
    helpValue: 'NAME',
    summary: 'a server of the settings, or HOST[:PORT]',
    env: 'PHONECTL_SERVER',
    helpGroup: 'SERVER',
  }),
  host: Flags.string({
    char: 'H',
    helpValue: 'HOST',
    summary: 'FreeSWITCH with the event socket [default: 127.0.0.1]',
    env: 'PHONECTL_HOST',
    helpGroup: 'SERVER',
  }),
  port: Flags.integer({
    char: 'P',
    helpValue: 'PORT',
    summary: 'port of its event socket [default: 8021]',
    env: 'PHONECTL_PORT',
    min: 1,
    max: 65_535,
    helpGroup: 'SERVER',
  }),
  user: Flags.string({
    char: 'u',
    helpValue: 'USER@DOMAIN',
    summary: 'log in as this user of the directory, who may have fewer rights',
    env: 'PHONECTL_USER',
    helpGroup: 'SERVER',
  }),
  'password-file': Flags.string({
    char: 'p',
    helpValue: 'FILE',
    summary: 'file with its password, - asks; else as the settings say, PHONECTL_PASSWORD, the stock one',
    env: 'PHONECTL_PASSWORD_FILE',
    helpGroup: 'SERVER',
  }),
  timeout: Flags.string({
    helpValue: 'TIME',
    summary: `how long the connection and each reply may take [default: ${DEFAULT_TIMEOUT}]`,
    env: 'PHONECTL_TIMEOUT',
    helpGroup: 'SERVER',
  }),
};

/** Of which FreeSWITCH a worker takes the orders. */
export const ownServerFlag = {
  server: Flags.string({
    helpValue: 'NAME',
    summary: 'its server, as rows and --server call it: one of the settings, or NAME=HOST[:PORT]',
    env: 'PHONECTL_SERVER',
    helpGroup: 'SERVER',
  }),
};

/** Which queue. PHONECTL_QUEUE is not its other name: a password may stand there, and not on the command line. */
export const queueFlag = {
  queue: Flags.string({
    helpValue: 'URL',
    summary: 'Redis or Valkey: redis://HOST:PORT/DB, rediss:// for TLS; else PHONECTL_QUEUE, else as the settings say',
    helpGroup: 'SERVER',
  }),
};

/** Which phones of an inventory. */
export const selectionFlags = {
  inventory: Flags.string({
    char: 'i',
    helpValue: 'FILE',
    summary: 'CSV file with the phones; - reads stdin',
    helpGroup: 'PHONES',
  }),
  where: Flags.string({
    helpValue: 'CONDITION',
    summary: 'only rows with column=glob, column!=glob or column~regex; repeatable, all must hold',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'PHONES',
  }),
  limit: Flags.integer({ helpValue: 'N', summary: 'at most so many phones', min: 1, helpGroup: 'PHONES' }),
  domain: Flags.string({
    helpValue: 'DOMAIN',
    summary: 'domain of phones that are given without one',
    env: 'PHONECTL_DOMAIN',
    helpGroup: 'PHONES',
  }),
  delimiter: Flags.string({
    helpValue: 'CHARACTER',
    summary: 'what separates the columns; found out if not given',
    helpGroup: 'PHONES',
  }),
  map: Flags.string({
    helpValue: 'COLUMN=HEADER',
    summary: 'read a column from a header of another name: --map user=Nebenstelle; repeatable',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'PHONES',
  }),
};

/** How phones are reached, and how fast. */
export const sendingFlags = {
  'sip-profile': Flags.string({
    helpValue: 'PROFILE',
    summary: 'SIP profile of phones whose row names none [default: wherever they are registered]',
    env: 'PHONECTL_SIP_PROFILE',
    helpGroup: 'SENDING',
  }),
  concurrency: Flags.integer({
    helpValue: 'N',
    summary: 'orders in flight',
    default: 16,
    min: 1,
    max: 1000,
    env: 'PHONECTL_CONCURRENCY',
    helpGroup: 'SENDING',
  }),
  rate: Flags.string({
    helpValue: 'N',
    summary: 'orders a second, 0 for no limit [default: 100, and 50 for message lamps]',
    env: 'PHONECTL_RATE',
    helpGroup: 'SENDING',
  }),
  'dry-run': Flags.boolean({
    default: false,
    char: 'n',
    summary: 'show the exact bytes and send nothing',
    helpGroup: 'SENDING',
  }),
  'skip-invalid': Flags.boolean({
    default: false,
    summary: 'send to the others although some rows are wrong',
    helpGroup: 'SENDING',
  }),
  yes: Flags.boolean({
    default: false,
    char: 'y',
    summary: "don't ask before a reboot or more than 50 phones",
    helpGroup: 'SENDING',
  }),
};

/** Who is there before, what came of it after. */
export const certaintyFlags = {
  check: Flags.boolean({
    allowNo: true,
    summary: 'ask first whether SIP profile and registration are there [default: yes, but not for a dry run]',
    helpGroup: 'CERTAINTY',
  }),
  busy: Flags.option({
    options: ['skip', 'send', 'wait'] as const,
    helpValue: 'skip|send|wait',
    summary:
      'phones in a call: leave out, tell all the same, or tell afterwards [default: skip for a reboot, else send]',
    helpGroup: 'CERTAINTY',
  })(),
  evidence: Flags.option({
    options: ['accepted', 'answered', 'returned'] as const,
    helpValue: 'accepted|answered|returned',
    summary: 'what counts: that FreeSWITCH took the order, that the phone answered, that it registered again',
    default: 'accepted' as const,
    env: 'PHONECTL_EVIDENCE',
    helpGroup: 'CERTAINTY',
  })(),
  'evidence-timeout': Flags.string({
    helpValue: 'TIME',
    summary: 'how long that may take for each phone [default: 120s; 35s for answered]',
    env: 'PHONECTL_EVIDENCE_TIMEOUT',
    helpGroup: 'CERTAINTY',
  }),
  trace: Flags.boolean({
    allowNo: true,
    default: true,
    summary: 'let FreeSWITCH trace SIP to see what phones answer; without it, returned sees no refusals',
    helpGroup: 'CERTAINTY',
  }),
};

/** In which steps, and when to stop. */
export const rolloutFlags = {
  batch: Flags.string({
    helpValue: 'SIZES',
    summary: 'send in batches, each complete before the next: 1,10,25%; the last size repeats',
    helpGroup: 'ROLLOUT',
  }),
  pause: Flags.string({
    helpValue: 'TIME',
    summary: 'between two batches',
    dependsOn: ['batch'],
    helpGroup: 'ROLLOUT',
  }),
  canary: Flags.boolean({
    default: false,
    summary: 'the first phone that can be told, with --evidence returned; if it falls short, nothing more is sent',
    exclusive: ['batch'],
    helpGroup: 'ROLLOUT',
  }),
  'max-failures': Flags.string({
    helpValue: 'N|N%',
    summary:
      'end the run when more phones that were told fall short, in all or of a batch; skipped ones are not counted',
    env: 'PHONECTL_MAX_FAILURES',
    helpGroup: 'ROLLOUT',
  }),
};

/** What outlives a run that breaks off. */
export const survivalFlags = {
  journal: Flags.string({
    helpValue: 'FILE',
    summary: 'write the journal there [default: in the state folder; none for a single phone]',
    helpGroup: 'JOURNAL',
    exclusive: ['no-journal'],
  }),
  'no-journal': Flags.boolean({
    default: false,
    summary: 'write none: such a run can be neither resumed nor reported',
    helpGroup: 'JOURNAL',
  }),
  'failed-from': Flags.string({
    helpValue: 'RUN',
    summary: 'only the phones that fell short in that run',
    helpGroup: 'PHONES',
    exclusive: ['registered'],
  }),
  'retry-unknown': Flags.boolean({
    default: false,
    summary: 'tell those again of whom nobody knows whether they were told; only what may be repeated',
    helpGroup: 'JOURNAL',
  }),
  'retry-for': Flags.string({
    helpValue: 'TIME',
    summary: `how long a server that was lost is tried again, 0 for not at all [default: ${DEFAULT_RETRY}]`,
    env: 'PHONECTL_RETRY_FOR',
    helpGroup: 'SERVER',
  }),
  'lock-timeout': Flags.string({
    helpValue: 'TIME',
    summary: 'how long to wait for another run over the same phones [default: not at all]',
    env: 'PHONECTL_LOCK_TIMEOUT',
    helpGroup: 'JOURNAL',
  }),
  // How run resume calls the command that it goes on with.
  resume: Flags.string({ hidden: true }),
  'accept-changes': Flags.boolean({ hidden: true, default: false }),
};

/** Several servers. */
export const serverFlag = {
  server: Flags.string({
    helpValue: 'NAME',
    summary: 'a server of the settings, or [NAME=]HOST[:PORT]; NAME is what a server column calls it; repeatable',
    env: 'PHONECTL_SERVER',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'SERVER',
  }),
};

/** The phones that are there, instead of a file. */
export const registeredFlag = {
  registered: Flags.boolean({
    default: false,
    summary: 'the phones that are registered now, each device by itself',
    helpGroup: 'PHONES',
    exclusive: ['inventory'],
  }),
};

export const FORMATS = ['table', 'json', 'jsonl', 'csv', 'junit'] as const;
export type Format = (typeof FORMATS)[number];

/** What is shown. */
export const outputFlags = {
  output: Flags.option({
    char: 'o',
    options: FORMATS,
    summary: 'format of the outcomes',
    default: 'table' as const,
    env: 'PHONECTL_OUTPUT',
    helpGroup: 'OUTPUT',
  })(),
  json: Flags.boolean({ default: false, summary: 'the same as --output json', helpGroup: 'OUTPUT' }),
  quiet: Flags.boolean({
    default: false,
    char: 'q',
    summary: 'show only what fell short, on stderr',
    helpGroup: 'OUTPUT',
    exclusive: ['verbose'],
  }),
  verbose: Flags.boolean({
    default: false,
    char: 'v',
    summary: 'show every phone and every decision',
    helpGroup: 'OUTPUT',
  }),
};

/** Which queue, for commands that are about the queue itself. */
export const anyQueueFlag = {
  via: Flags.string({
    helpValue: 'URL',
    summary: 'the queue: redis://HOST[:PORT], rediss:, or the word queue for your own [default: your own]',
  }),
};

const QUEUE_OF_RUN = 'the queue that has the run: redis://HOST[:PORT], rediss:, or the word queue for your own';

/** In which queue a run is, for commands that are about runs in queues only. */
export const queuedFlag = {
  via: Flags.string({ helpValue: 'URL', summary: `${QUEUE_OF_RUN} [default: your own]` }),
};

/** The same for commands that are about journals, unless it is given. */
export const orQueuedFlag = {
  via: Flags.string({ helpValue: 'URL', summary: `${QUEUE_OF_RUN} [default: the journals here]` }),
};

/** Through which queue a run goes to the workers beside the servers. */
export const viaFlags = {
  via: Flags.string({
    helpValue: 'URL',
    summary: 'hand the run to workers through a queue: redis://HOST[:PORT], rediss:, or the word queue for your own',
    helpGroup: 'QUEUE',
  }),
  'expire-after': Flags.string({
    helpValue: 'TIME',
    summary: 'what has not been sent by then is not sent any more [default: it waits for its worker]',
    dependsOn: ['via'],
    helpGroup: 'QUEUE',
  }),
  // Without a default, as oclif takes one for given, and no command would do without --via.
  detach: Flags.boolean({
    summary: "don't wait for what comes of it",
    dependsOn: ['via'],
    helpGroup: 'QUEUE',
  }),
};

/** For commands that print one document. */
export const jsonFlag = {
  json: Flags.boolean({ default: false, summary: 'as a JSON document' }),
};

/** Values for a template. */
export const setFlag = {
  set: Flags.string({
    summary: 'value for the template, key=value; repeatable',
    helpValue: 'KEY=VALUE',
    multiple: true,
    multipleNonGreedy: true,
  }),
};

/** Templates of one's own. */
export const templateFlags = {
  'template-dir': Flags.string({
    helpValue: 'FOLDER',
    summary: 'folder with templates of your own; they come before the shipped ones (several: one:two)',
    env: 'PHONECTL_TEMPLATE_DIR',
    helpGroup: 'TEMPLATE',
  }),
};
