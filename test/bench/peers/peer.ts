/** What a process in peers/ is told to do, as JSON in its only argument. */
export interface Job {
  readonly peer: PeerName;
  readonly host: string;
  readonly port: number;
  readonly password: string;
  /** Orders for the phones of a file, so many in flight; or events, until so many have come. */
  readonly task:
    | { readonly kind: 'orders'; readonly csv: string; readonly orders: string; readonly inFlight: number }
    | { readonly kind: 'events'; readonly count: number };
}

export const PEER_NAMES = ['modesl', 'drachtio-modesl', 'esl', 'esl-lite'] as const;
export type PeerName = (typeof PEER_NAMES)[number] | 'floor';

export type Server = Pick<Job, 'host' | 'port' | 'password'>;

/** A client that is logged in, used as its documentation says. */
export interface PeerConnection {
  /** Sends one order, and resolves with its reply. Rejects if that is none of FreeSWITCH's +OK. */
  order(user: string): Promise<void>;
  /** Subscribes to CHANNEL_ANSWER; hears of each event as a line of JSON. */
  events(onLine: (json: string) => void): Promise<void>;
  close(): void;
}

/** Logs in. */
export type OpenPeer = (server: Server) => Promise<PeerConnection>;
