import type { DirectoryUser } from './phones/directory.js';
import type { Mailbox } from './phones/mailbox.js';
import type { PhoneOptions } from './phones/phone.js';
import type { SandboxFaults } from './socket/faults.js';
import type { SipProfileOptions } from './sofia/sip-profile.js';
import type { SipRequestRecord } from './sofia/sip-request.js';

/** What a sandbox is made of; every part may be left out. */
export interface SandboxOptions {
  /** The address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** The port; default 0, any free one. */
  readonly port?: number;
  /** The password of the event socket; default `ClueCon`. */
  readonly password?: string;
  /** The domain of phones and users that name none; default `phones.test`. */
  readonly domain?: string;
  /** The name of the machine in its answers; default `sandbox`. */
  readonly hostname?: string;
  /** The phones, or how many to make up ({@link generateFleet}); default none. */
  readonly phones?: readonly PhoneOptions[] | number;
  /** The SIP profiles; default `internal` with the domain as alias, `external`, and those that the phones name. */
  readonly profiles?: readonly SipProfileOptions[];
  /** Users of the directory. Every phone whose user is not among them gets one with credentials that its phone takes. */
  readonly users?: readonly DirectoryUser[];
  /** Loaded modules, as `module_exists` answers; default those of a small installation with mod_sms and mod_voicemail. */
  readonly modules?: readonly string[];
  /** Voicemail boxes by user@host; default all empty. */
  readonly mailboxes?: Readonly<Record<string, Mailbox>>;
  /** Shares of the phones, 0 to 1, that are switched off, answer with errors, never answer and so on ({@link applyShares}). */
  readonly offline?: number;
  readonly rejecting?: number;
  readonly silent?: number;
  readonly inCall?: number;
  readonly challenging?: number;
  /** The share of the extensions, 0 to 1, that have a second device of another make ({@link withSecondDevices}). */
  readonly twoDevices?: number;
  /** So many milliseconds after the start the calls of `inCall` end; default: they don't. */
  readonly callsEndAfterMs?: number;
  /** Which phones the shares hit; default 1. */
  readonly seed?: number;
  /** So many milliseconds after an order to read its settings again or to restart a phone registers again; default never. */
  readonly reregisterAfterMs?: number;
  /** So many milliseconds a text by mod_sms waits for its answer if it is to; default 20,000, as in FreeSWITCH. */
  readonly textTimeoutMs?: number;
  /**
   * What happens to the calls that phones make, by the number that they dial: an application with its data behind a blank,
   * for instance `socket 127.0.0.1:8040 async full` or `park`. Default: `5000` answers and parks. Other numbers lead nowhere.
   */
  readonly dialplan?: Readonly<Record<string, string>>;
  /** So many milliseconds a tone or a file plays; default 20. */
  readonly playbackMs?: number;
  /** So many milliseconds `sleep` and `silence_stream://` last at most, whatever they are told; default 2000. */
  readonly longestWaitMs?: number;
  /** Refuse every client as an address outside the ACL. */
  readonly aclDeny?: boolean;
  readonly faults?: SandboxFaults;
  /** Called with every SIP request, at the time of the `sendevent`, before its reply is written. */
  readonly onRequest?: (record: SipRequestRecord) => void;
  /**
   * Called with the bytes of every command, the login with its password among them: its header block and its body, without
   * empty lines before it.
   */
  readonly onCommand?: (raw: Buffer) => void;
}
