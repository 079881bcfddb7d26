/** An address of record: the user and the domain that a phone registers as (RFC 3261, section 6). */
export interface Aor {
  readonly user: string;
  readonly host: string;
}

/** `user@host`, as it is shown and as FreeSWITCH keys its registrations. */
export function formatAor({ user, host }: Aor): string {
  return `${user}@${host}`;
}
