import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Header } from '../../src/esl/index.js';
import { authorization, type Credentials } from './digest.js';
import { formatMessage, parameter, parseMessage, type SipRequest, type SipResponse } from './sip-message.js';

/** A response, but for what is the same for all. */
interface FullAnswer {
  readonly status: number;
  readonly headers?: readonly Header[];
  readonly body?: string;
}

/** How a phone answers a request: a status, more than that, or null for silence. */
export type Answer = number | FullAnswer | null;

export interface UserAgentOptions {
  /** The registrar. */
  readonly server: { readonly host: string; readonly port: number };
  readonly domain: string;
  readonly credentials: Credentials;
  /** The User-Agent header. */
  readonly userAgent: string;
  /** Asked once for every NOTIFY, MESSAGE and INFO. */
  readonly answer: (request: SipRequest) => Answer;
}

/** What is different about a phone after it was switched off and on. */
export interface Restart {
  /** New firmware. */
  readonly userAgent?: string;
  /** It goes on with the Call-ID that it had. */
  readonly sameCallId?: boolean;
  /** It listens on another port. */
  readonly newPort?: boolean;
}

/** A request of ours, without what is the same for all. */
interface Order {
  readonly method: 'REGISTER' | 'SUBSCRIBE' | 'INVITE';
  readonly uri: string;
  readonly contact: string;
  readonly dialog: Dialog;
  readonly headers: readonly Header[];
  readonly body?: string;
}

/** What ties the requests of a registration or a subscription together (RFC 3261 section 12). */
interface Dialog {
  readonly callId: string;
  readonly fromTag: string;
  toTag: string | undefined;
  cseq: number;
}

/** Timers of RFC 3261 section 17.1.2.2, but a test has less patience than its 32 seconds. */
const T1_MS = 500;
const T2_MS = 4000;
const PATIENCE_MS = 10_000;
const LIFETIME_S = 300;
const TOLD = new Set(['NOTIFY', 'MESSAGE', 'INFO']);

/**
 * A small SIP phone over UDP: registers with digest (RFC 3261 sections 10 and 22), subscribes (RFC 6665), and answers what
 * it is sent, each request once however often it is sent again (RFC 3261 section 17.2.2). It takes calls, and says nothing
 * in them.
 */
export class UserAgent {
  readonly #options: UserAgentOptions;
  /** The one that it is reached on, last; on those before it still answers. */
  readonly #sockets: Socket[] = [];
  #userAgent: string;
  #registration = newDialog();
  /** The registrations in force, by their contacts. */
  readonly #registrations = new Map<string, Dialog>();
  readonly #subscriptions = new Map<string, Dialog>();
  readonly #waiting = new Map<string, (response: SipResponse) => void>();
  readonly #answered = new Map<string, Buffer | null>();

  private constructor(options: UserAgentOptions) {
    this.#options = options;
    this.#userAgent = options.userAgent;
  }

  /** Opens a socket of its own, at the address from which the registrar is reached. */
  static async open(options: UserAgentOptions): Promise<UserAgent> {
    const agent = new UserAgent(options);
    await agent.#listen();
    return agent;
  }

  /** Where it is reached: the URI of its Contact. */
  get url(): string {
    return `sip:${this.#options.credentials.user}@${this.#address}`;
  }

  /** The User-Agent header, as it is now. */
  get userAgent(): string {
    return this.#userAgent;
  }

  /** The Call-ID of its registration. */
  get callId(): string {
    return this.#registration.callId;
  }

  /** Registers. */
  async register(seconds = LIFETIME_S): Promise<void> {
    this.#registrations.set(this.url, this.#registration);
    await this.#register(this.url, this.#registration, seconds);
  }

  /** Takes back the registration of every contact that it had. */
  async unregister(): Promise<void> {
    for (const [contact, dialog] of this.#registrations) await this.#register(contact, dialog, 0);
    this.#registrations.clear();
  }

  /** What a restart does to a phone; it is not registered by it. */
  async restart({ userAgent, sameCallId = false, newPort = false }: Restart): Promise<void> {
    if (userAgent !== undefined) this.#userAgent = userAgent;
    if (!sameCallId) this.#registration = newDialog();
    if (newPort) await this.#listen();
  }

  /** Subscribes to an event package; the NOTIFYs that follow have the Call-ID that is returned. */
  async subscribe(event: string): Promise<string> {
    const dialog = newDialog();
    this.#subscriptions.set(event, dialog);
    await this.#subscribe(event, dialog, LIFETIME_S);
    return dialog.callId;
  }

  /** Calls a number, and waits until that is answered. */
  async dial(number: string): Promise<void> {
    const uri = `sip:${number}@${this.#options.domain}`;
    const dialog = newDialog();
    const headers: Header[] = [['Content-Type', 'application/sdp']];
    await this.#ask({ method: 'INVITE', uri, contact: this.url, dialog, headers, body: this.#voice });
    this.#acknowledge(uri, dialog);
  }

  /** Takes back subscriptions and registration. The socket stays open: answers may still be owed. */
  async leave(): Promise<void> {
    for (const [event, dialog] of this.#subscriptions) await this.#subscribe(event, dialog, 0);
    this.#subscriptions.clear();
    await this.unregister();
  }

  /** Says no more. */
  close(): void {
    for (const socket of this.#sockets) socket.close();
  }

  get #socket(): Socket {
    const socket = this.#sockets.at(-1);
    if (!socket) throw new Error('it has no socket yet');
    return socket;
  }

  get #address(): string {
    const { address, port } = this.#socket.address();
    return `${isIPv6(address) ? `[${address}]` : address}:${port}`;
  }

  async #listen(): Promise<void> {
    const { host, port } = this.#options.server;
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    socket.connect(port, host);
    await once(socket, 'connect');
    socket.on('message', (raw) => this.#receive(raw, socket));
    // Nobody listens there: the transaction runs into its time limit and says so.
    socket.on('error', () => {});
    this.#sockets.push(socket);
  }

  #register(contact: string, dialog: Dialog, seconds: number): Promise<void> {
    const uri = `sip:${this.#options.domain}`;
    const headers: Header[] = [['Expires', String(seconds)]];
    return this.#ask({ method: 'REGISTER', uri, contact, dialog, headers });
  }

  #subscribe(event: string, dialog: Dialog, seconds: number): Promise<void> {
    const { domain, credentials } = this.#options;
    const uri = `sip:${credentials.user}@${domain}`;
    const headers: Header[] = [
      ['Event', event],
      ['Expires', String(seconds)],
    ];
    return this.#ask({ method: 'SUBSCRIBE', uri, contact: this.url, dialog, headers });
  }

  /** Sends a request, a second time with credentials if it is challenged, until it is accepted. */
  async #ask(order: Order): Promise<void> {
    let response = await this.#send(order);
    const proxy = response.status === 407;
    const challenge = response.headers.get(proxy ? 'proxy-authenticate' : 'www-authenticate');
    if ((response.status === 401 || proxy) && challenge !== undefined) {
      const proof = authorization(challenge, this.#options.credentials, order);
      const header: Header = [proxy ? 'Proxy-Authorization' : 'Authorization', proof];
      response = await this.#send({ ...order, headers: [...order.headers, header] });
    }
    const { status, reason } = response;
    if (status >= 300) throw new Error(`${order.method} of ${this.#options.credentials.user}: ${status} ${reason}`);
    order.dialog.toTag ??= parameter(response.headers.get('to'), 'tag');
  }

  /** One client transaction: sends, and sends again, until the final response. */
  #send({ method, uri, contact, dialog, headers, body }: Order): Promise<SipResponse> {
    const { domain, credentials } = this.#options;
    const branch = `z9hG4bK${randomBytes(8).toString('hex')}`;
    const address = `<sip:${credentials.user}@${domain}>`;
    const toTag = method === 'REGISTER' || dialog.toTag === undefined ? '' : `;tag=${dialog.toTag}`;
    dialog.cseq++;
    const lines: Header[] = [
      ['Via', `SIP/2.0/UDP ${this.#address};branch=${branch};rport`],
      ['Max-Forwards', '70'],
      ['From', `${address};tag=${dialog.fromTag}`],
      ['To', method === 'INVITE' ? `<${uri}>` : `${address}${toTag}`],
      ['Call-ID', dialog.callId],
      ['CSeq', `${dialog.cseq} ${method}`],
      ['Contact', `<${contact}>`],
      ['User-Agent', this.#userAgent],
      ...headers,
    ];
    const bytes = formatMessage(`${method} ${uri} SIP/2.0`, lines, body);
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const giveUpAt = performance.now() + PATIENCE_MS;
      const attempt = (wait: number): void => {
        if (performance.now() > giveUpAt) {
          this.#waiting.delete(branch);
          reject(new Error(`${method} of ${credentials.user}: no answer from ${this.#options.server.host}`));
          return;
        }
        this.#socket.send(bytes);
        timer = setTimeout(attempt, wait, Math.min(2 * wait, T2_MS));
      };
      this.#waiting.set(branch, (response) => {
        clearTimeout(timer);
        resolve(response);
      });
      attempt(T1_MS);
    });
  }

  #receive(raw: Buffer, socket: Socket): void {
    // A keep-alive is nothing but line ends (RFC 5626 section 3.5.1).
    if (raw.length <= 4) return;
    const message = parseMessage(raw);
    const branch = parameter(message.headers.get('via'), 'branch') ?? '';
    if ('status' in message) {
      if (message.status < 200) return;
      this.#waiting.get(branch)?.(message);
      this.#waiting.delete(branch);
      return;
    }
    let answer = this.#answered.get(branch);
    if (answer === undefined) {
      answer = this.#respond(message);
      this.#answered.set(branch, answer);
    }
    if (answer) socket.send(answer);
  }

  /** The response to a request, of which the phone's owner hears now. */
  #respond(request: SipRequest): Buffer | null {
    const told = this.#answerTo(request);
    if (told === null) return null;
    const { status, headers = [], body = '' }: FullAnswer = typeof told === 'number' ? { status: told } : told;
    const to = request.headers.get('to') ?? '';
    const copied = ['Via', 'From', 'Call-ID', 'CSeq'].flatMap((name) =>
      request.headers.entries().filter(([other]) => other.toLowerCase() === name.toLowerCase()),
    );
    const lines: Header[] = [
      ...copied,
      ['To', parameter(to, 'tag') === undefined ? `${to};tag=${this.#registration.fromTag}` : to],
      ['User-Agent', this.#userAgent],
      ...headers,
    ];
    return formatMessage(`SIP/2.0 ${status} ${status < 300 ? 'OK' : 'No'}`, lines, body);
  }

  #answerTo(request: SipRequest): Answer {
    if (TOLD.has(request.method)) return this.#options.answer(request);
    switch (request.method) {
      case 'INVITE':
        return this.#pickUp();
      case 'ACK':
        return null;
      case 'OPTIONS':
      case 'BYE':
      case 'CANCEL':
        return 200;
      default:
        return 501;
    }
  }

  /** Ends the transaction of a call that was answered (RFC 3261 section 13.2.2.4). */
  #acknowledge(uri: string, dialog: Dialog): void {
    const { domain, credentials } = this.#options;
    const lines: Header[] = [
      ['Via', `SIP/2.0/UDP ${this.#address};branch=z9hG4bK${randomBytes(8).toString('hex')};rport`],
      ['Max-Forwards', '70'],
      ['From', `<sip:${credentials.user}@${domain}>;tag=${dialog.fromTag}`],
      ['To', `<${uri}>;tag=${dialog.toTag}`],
      ['Call-ID', dialog.callId],
      ['CSeq', `${dialog.cseq} ACK`],
    ];
    this.#socket.send(formatMessage(`ACK ${uri} SIP/2.0`, lines));
  }

  #pickUp(): Answer {
    const headers: Header[] = [
      ['Contact', `<${this.url}>`],
      ['Content-Type', 'application/sdp'],
    ];
    return { status: 200, headers, body: this.#voice };
  }

  /** A session description with a port for the voice on which nobody listens: the discard port of RFC 863. */
  get #voice(): string {
    const { address, family } = this.#socket.address();
    const ip = `IN ${family === 'IPv6' ? 'IP6' : 'IP4'} ${address}`;
    const lines = ['v=0', `o=- 1 1 ${ip}`, 's=-', `c=${ip}`, 't=0 0', 'm=audio 9 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000'];
    return `${lines.join('\r\n')}\r\n`;
  }
}

function newDialog(): Dialog {
  const [callId, fromTag] = [randomBytes(8).toString('hex'), randomBytes(4).toString('hex')];
  return { callId, fromTag, toTag: undefined, cseq: 0 };
}
