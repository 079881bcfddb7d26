import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import {
  type PhoneOptions,
  type Sandbox,
  type SandboxOptions,
  type SipRequestRecord,
  startSandbox,
} from '../../src/sandbox/index.js';

/** One run against a real FreeSWITCH, as recorded. */
export interface Recording {
  readonly scenario: string;
  readonly about: string;
  readonly steps: readonly Step[];
  readonly sip_requests_received_by_phones?: readonly string[];
}

export interface Step {
  readonly send?: string;
  readonly receive: string;
  readonly closed: boolean;
}

export function readRecording(name: string): Recording {
  const file = new URL(`../fixtures/recordings/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Recording;
}

const AGENTS = ['snomD785/10.1.54.13', 'Cisco/SPA504G-7.6.2f', 'Yealink SIP-T46S 66.85.0.5'];
const CALL_IDS = ['5491305461', '864a22173f', '5462d2dda8', 'ae7da636e1', '122ecbc82d', 'e312d6f446', 'd8127235f1'];

/** The phones that were registered during the recordings: 1000 to 1006, all at one address. */
export function recordedPhones(count = CALL_IDS.length): PhoneOptions[] {
  return CALL_IDS.slice(0, count).map((id, index) => ({
    user: String(1000 + index),
    userAgent: AGENTS[index % AGENTS.length] ?? '',
    networkPort: 7000,
    callId: `reg-${1000 + index}-${id}@lab`,
  }));
}

/** The directory of the recordings: 1000 to 1099 with credentials, and a user who may log in with limits. */
export const RECORDED_USERS = [
  ...Array.from({ length: 100 }, (_, index) => {
    const id = String(1000 + index);
    return { id, params: { password: '1234', 'reverse-auth-user': id, 'reverse-auth-pass': `rev${id}` } };
  }),
  {
    id: 'ops',
    params: {
      password: '1234',
      'esl-password': 'secret',
      'esl-allowed-api': 'status show',
      'esl-allowed-events': 'CUSTOM sofia::register',
      'esl-allowed-log': 'false',
    },
  },
];

/** A sandbox like the FreeSWITCH of the recordings; its requests are collected. */
export async function startLab(options: SandboxOptions = {}): Promise<Sandbox & { requests: SipRequestRecord[] }> {
  const requests: SipRequestRecord[] = [];
  const sandbox = await startSandbox({
    hostname: 'vm',
    users: RECORDED_USERS,
    phones: recordedPhones(),
    onRequest: (request) => requests.push(request),
    ...options,
  });
  return Object.assign(sandbox, { requests });
}

/** A client that only knows bytes. */
export class RawClient {
  text = '';
  closed = false;
  readonly socket: Socket;

  /** Connects to a port of this machine, or takes a connection that was made. */
  constructor(at: number | Socket) {
    this.socket = typeof at === 'number' ? connect(at, '127.0.0.1') : at;
    this.socket.on('data', (bytes) => {
      this.text += bytes.toString('utf8');
    });
    this.socket.on('close', () => {
      this.closed = true;
    });
    this.socket.on('error', () => undefined);
  }

  /** Waits until the condition holds for what came since the last call, and takes that; or takes what came in `ms`. */
  async take(done: (text: string) => boolean, ms = 1500): Promise<string> {
    const end = Date.now() + ms;
    while (!done(this.text) && Date.now() < end) await sleep(2);
    const text = this.text;
    this.text = '';
    return text;
  }

  /** Sends a command and takes its reply, which must end in this. */
  ask(command: string | Uint8Array, ending = '\n\n'): Promise<string> {
    this.socket.write(command);
    return this.take((text) => text.endsWith(ending));
  }

  async logIn(password = 'ClueCon'): Promise<void> {
    await this.take((text) => text.endsWith('\n\n'));
    await this.ask(`auth ${password}\n\n`);
  }

  async untilClosed(ms = 1500): Promise<boolean> {
    const end = Date.now() + ms;
    while (!this.closed && Date.now() < end) await sleep(2);
    return this.closed;
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Whatever differs between two runs of the same server: ids, times, counts of calls, and the lengths of what holds them. */
export function maskReplies(text: string): string {
  return maskNews(text)
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>')
    .replace(/Content-Length: \d+\n\nUP /g, 'Content-Length: <n>\n\nUP ')
    .replace(/UP \d+ year.*microseconds?\n/, 'UP <time>\n')
    .replace(/^\d+ session\(s\).*$/gm, '<sessions>')
    .replace(/min idle cpu .*/, 'min idle cpu <n>')
    .replace(/exp\([^)]*\) expsecs\(\d+\)/gi, 'exp(<time>) expsecs(<n>)')
    .replace(/"expires":"\d+"/g, '"expires":"<time>"')
    .replace(/"(created(?:_epoch)?)":"[-\d :]+"/g, '"$1":"<time>"')
    .replace(/(<calls-out>|CALLS-OUT +\t)\d+/g, '$1<n>');
}

/** What differs between two calls: when they began, were answered and ended, and how long they took. */
export function maskCall(text: string): string {
  return text
    .replace(/^((?:Caller|Channel)-(?:Profile-Created|Channel-\w+)-Time): [1-9]\d*$/gm, '$1: <time>')
    .replace(/^(variable_(?:\w+_(?:stamp|epoch|uepoch)|\w*(?:duration|sec)|session_id)): .*$/gm, '$1: <n>');
}

/** The same in events, log lines, and the SIP messages in them. */
function maskNews(text: string): string {
  return text
    .replace(/^Content-Length: \d+\n(Content-Type: text\/event-)/gm, 'Content-Length: <n>\n$1')
    .replace(/^(Content-Type: log\/data\nContent-Length: )\d+/gm, '$1<n>')
    .replace(/(FreeSWITCH-IPv[46](?:: |>|":"))[^\n<"]+/g, '$1<ip>')
    .replace(/(Event-Date-(?:Local|GMT|Timestamp)(?:: |>|":"))[^\n<"]+/g, '$1<time>')
    .replace(/(Event-Sequence(?:: |>|":"))\d+/g, '$1<n>')
    .replace(/^[-\d]{10} [\d:.]{15} [\d.]+%/gm, '<time> <idle>')
    .replace(/^(send|recv) \d+ bytes (.*) at [\d:.]{15}:$/gm, '$1 <n> bytes $2 at <time>:')
    .replace(/^SIP\/2\.0 (\d+) .*$/gm, 'SIP/2.0 $1 <phrase>')
    .replace(/branch=z9hG4bK\w+/g, 'branch=<branch>')
    .replace(/^((?:From|To): .*);tag=\w+$/gm, '$1;tag=<tag>')
    .replace(/^Call-ID: .*$/gm, 'Call-ID: <id>')
    .replace(/^(CSeq): \d+/gm, '$1: <n>')
    .replace(/^Date: .*$/gm, 'Date: <time>')
    .replace(/^(call-id: reg-\d+-)\w+(?:%40lab)?$/gm, '$1<id>')
    .replace(/(call-id(?:>|":")reg-\d+-)[\w@%]+/g, '$1<id>')
    .replace(/^expires: \d{10}$/gm, 'expires: <time>')
    .replace(/(c?nonce|response)="[-\w]+"/g, '$1="<digits>"');
}

/** A SIP request without what is made up anew each time: branch, new tags and Call-IDs, CSeq, seconds to go. */
export function maskRequest(request: string): string {
  return request
    .replace(/branch=z9hG4bK\w+/, 'branch=<branch>')
    .replace(/^From: (.*);tag=\w+\r$/m, 'From: $1;tag=<tag>\r')
    .replace(/^Call-ID: [0-9a-f]{8}-[0-9a-f-]{27}\r$/m, 'Call-ID: <id>\r')
    .replace(/^CSeq: \d+/m, 'CSeq: <n>')
    .replace(/^(Subscription-State: active(?:;expires=|, ))\d+\r$/m, '$1<n>\r');
}
