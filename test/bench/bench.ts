import type { Figures } from './figures.js';
import type { Fleets } from './fleet.js';
import type { Sink } from './sink/sink.js';

/** What every part needs. */
export interface Bench {
  readonly figures: Figures;
  readonly fleets: Fleets;
  readonly sink: Sink;
  /** How often each contender has its turn. */
  readonly rounds: number;
  /** Whether this is to see that it works, and not for the figures. */
  readonly small: boolean;
  /** A FreeSWITCH to measure against as well. */
  readonly live: { readonly host: string; readonly port: number; readonly password: string } | undefined;
  /** Tells what is being done, for who waits. */
  say(what: string): void;
}

/** Gives each contender its turn in each round, so that what else happens on the machine meets all of them. */
export async function inTurn<T>(
  rounds: number,
  contenders: readonly T[],
  turn: (one: T) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) await turn(contender);
  }
}
