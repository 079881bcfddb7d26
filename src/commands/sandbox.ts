import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import * as Flags from '@oclif/core/flags';
import { askPassword } from '../cli/ask-password.js';
import { BaseCommand } from '../cli/base-command.js';
import { EXIT } from '../cli/exit-codes.js';
import { Failure } from '../cli/failure.js';
import { parseDuration, parseShare } from '../cli/flag-values.js';
import { connectionFlags, selectionFlags } from '../cli/flags.js';
import { sandboxPhones } from '../cli/sandbox-phones.js';
import { printable } from '../cli/terminal.js';
import { findPassword } from '../config/password.js';
import { type Sandbox, type SandboxOptions, type SipRequestRecord, startSandbox } from '../sandbox/index.js';

const DEFAULT_PHONES = 20;

export default class SandboxCommand extends BaseCommand {
  static override usesSettings = false;
  static override usage = 'sandbox [FLAGS]';
  static override summary = 'Play a FreeSWITCH event socket with phones behind it, to practise on';
  static override description =
    'Answers as FreeSWITCH 1.10 does, and shows every SIP request that its phones get. Runs until Ctrl-C.';
  static override examples = [
    '<%= config.bin %> sandbox',
    '<%= config.bin %> sandbox --inventory phones.csv --offline 5% --rejecting 2%',
    '<%= config.bin %> sandbox --phones 1000 --in-call 3% --calls-end-after 30s --reregister-after 5s',
    '<%= config.bin %> sandbox --port 9021 --phones 10000 --log requests.jsonl',
  ];
  static override flags = {
    port: Flags.integer({
      char: 'P',
      helpValue: 'PORT',
      summary: 'port to listen on; 0 for a free one',
      default: 8021,
      min: 0,
      max: 65_535,
    }),
    'password-file': connectionFlags['password-file'],
    phones: Flags.integer({
      helpValue: 'N',
      summary: `how many phones [default: ${DEFAULT_PHONES}]`,
      min: 0,
      exclusive: ['inventory'],
    }),
    inventory: Flags.string({ char: 'i', summary: 'CSV file with the phones', helpValue: 'FILE' }),
    domain: Flags.string({
      helpValue: 'DOMAIN',
      summary: 'domain of phones that are given without one',
      default: 'phones.test',
    }),
    delimiter: selectionFlags.delimiter,
    map: selectionFlags.map,
    offline: Flags.string({ summary: 'share of phones that are not registered', helpValue: '5%' }),
    rejecting: Flags.string({ summary: 'share of phones that refuse what they get', helpValue: '2%' }),
    silent: Flags.string({ summary: 'share of phones that never answer', helpValue: '1%' }),
    challenging: Flags.string({ summary: 'share of phones that challenge what they get', helpValue: '5%' }),
    'two-devices': Flags.string({ summary: 'share of extensions with a second device', helpValue: '10%' }),
    'in-call': Flags.string({ summary: 'share of phones that are in a call', helpValue: '3%' }),
    'calls-end-after': Flags.string({
      summary: 'those calls end after so long',
      helpValue: 'TIME',
      dependsOn: ['in-call'],
    }),
    'reregister-after': Flags.string({ summary: 'phones register again so long after an order', helpValue: 'TIME' }),
    'acl-deny': Flags.boolean({ summary: 'turn every client away, as apply-inbound-acl does', default: false }),
    log: Flags.string({ summary: 'write each request as a JSON line to this file', helpValue: 'FILE' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(SandboxCommand);
    const { password } = await findPassword({
      file: flags['password-file'],
      entry: undefined,
      env: process.env,
      ask: () => askPassword('the sandbox'),
    });
    const log = flags.log === undefined ? undefined : createWriteStream(flags.log, { flags: 'a' });
    if (log) await opened(log, flags.log);
    log?.on('error', (error) => this.terminal.say(`phonectl: --log ${flags.log} can't be written: ${error.message}`));
    const onRequest = log
      ? (record: SipRequestRecord) => void log.write(`${JSON.stringify(record)}\n`)
      : (record: SipRequestRecord) => void this.terminal.write(describe(record));
    const sandbox = await this.#start({
      port: flags.port,
      password,
      domain: flags.domain,
      phones: flags.inventory === undefined ? (flags.phones ?? DEFAULT_PHONES) : await sandboxPhones(flags),
      offline: parseShare('offline', flags.offline),
      rejecting: parseShare('rejecting', flags.rejecting),
      silent: parseShare('silent', flags.silent),
      challenging: parseShare('challenging', flags.challenging),
      twoDevices: parseShare('two-devices', flags['two-devices']),
      inCall: parseShare('in-call', flags['in-call']),
      ...(flags['calls-end-after'] && {
        callsEndAfterMs: parseDuration('calls-end-after', flags['calls-end-after']),
      }),
      aclDeny: flags['acl-deny'],
      onRequest,
      ...(flags['reregister-after'] && {
        reregisterAfterMs: parseDuration('reregister-after', flags['reregister-after']),
      }),
    });
    const registered = sandbox.registrations().length;
    await this.terminal.write(
      `sandbox on ${sandbox.host}:${sandbox.port}: ${sandbox.phones().length} phones, ${registered} registered; Ctrl-C ends it\n`,
    );
    await stopSignal();
    await sandbox.close();
    log?.end();
  }

  async #start(options: SandboxOptions): Promise<Sandbox> {
    try {
      return await startSandbox(options);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
      const why = code === 'EADDRINUSE' ? 'something listens there already' : message;
      throw new Failure(`port ${options.port} can't be used: ${why}`, EXIT.input, { hint: 'another one: --port 9021' });
    }
  }
}

async function opened(log: ReturnType<typeof createWriteStream>, path: string | undefined): Promise<void> {
  await once(log, 'open').catch((error: Error) => {
    throw new Failure(`--log ${path} can't be written: ${error.message}`, EXIT.input);
  });
}

function describe({ time, method, event, aor, answer, contentType, body }: SipRequestRecord): string {
  const what = [method, event ?? '', body === '' ? '' : `${contentType} ${JSON.stringify(body.slice(0, 60))}`];
  const outcome = answer === null ? 'no answer' : String(answer);
  return `${time.slice(11, 19)}  ${printable(aor)}  ${printable(what.filter(Boolean).join(' '))}  ${outcome}\n`;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
