import { randomUUID } from 'node:crypto';
import type { Command, Connection } from '../esl/index.js';
import type { ProfileStatus } from './profile-status.js';
import type { TracedMessage } from './sip-trace-reader.js';

/**
 * Finds out which SIP profiles are being traced, as nothing at FreeSWITCH tells: each sends itself a NOTIFY, and where
 * the trace is on, that shows. `Event: keep-alive` is what mod_sofia answers without doing anything
 * (`sofia_handle_sip_i_notify`, sofia.c), so no phone, no log and no event notices.
 */
export class TraceProbe {
  readonly #waitMs: number;
  /** What to do when a probe shows, by the user that it went to. Kept, as a probe may show late. */
  readonly #onShown = new Map<string, () => void>();

  /** @param waitMs how long after its `+OK` a probe may take to show, milliseconds */
  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  /** Whether a traced message is a probe's own. */
  take({ message }: TracedMessage): boolean {
    const onShown = this.#onShown.get(message.to?.user ?? '');
    onShown?.();
    return onShown !== undefined;
  }

  /**
   * The names of those profiles that show in the log of this connection.
   * @throws EslError
   */
  async shown(connection: Connection, profiles: readonly ProfileStatus[]): Promise<ReadonlySet<string>> {
    const shown = new Set<string>();
    await Promise.all(profiles.map((profile) => this.#look(connection, profile, () => shown.add(profile.name))));
    // What shows later must not change the answer.
    return new Set(shown);
  }

  async #look(connection: Connection, profile: ProfileStatus, onShown: () => void): Promise<void> {
    const address = ownAddress(profile);
    if (address === undefined) return;
    const user = `trace-probe-${randomUUID()}`;
    const seen = new Promise<void>((resolve) => {
      this.#onShown.set(user, () => {
        onShown();
        resolve();
      });
    });
    await connection.send(keepAlive(profile, `sip:${user}@${address}`));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#waitMs);
    });
    await Promise.race([seen, late, connection.closed]);
    clearTimeout(timer);
  }
}

function keepAlive({ name }: ProfileStatus, uri: string): Command {
  return {
    line: 'sendevent NOTIFY',
    headers: [
      ['profile', name],
      ['event-string', 'keep-alive'],
      ['content-type', 'text/plain'],
      ['to-uri', uri],
      ['from-uri', uri],
    ],
  };
}

/**
 * Where a profile listens: at the address that it is bound to, not at the one that it tells phones behind a NAT.
 * Undefined for one that takes TLS only.
 */
function ownAddress({ url, sipIp }: ProfileStatus): string | undefined {
  const [, host, port = '5060'] = /@(\[[^\]]*\]|[^:;]+)(?::(\d+))?/.exec(url ?? '') ?? [];
  if (host === undefined) return undefined;
  const bound = sipIp?.includes(':') ? `[${sipIp}]` : sipIp;
  return `${bound ?? host}:${port}`;
}
