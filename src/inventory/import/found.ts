import type { RowProblem } from '../phone.js';

/**
 * One SIP account of a phone, as a file of another system names it; empty where it names nothing. There is no password in
 * it, and no place for one: of such files only what stands here is taken over.
 */
export interface Account {
  readonly kind: 'account';
  readonly file: string;
  /** The line of the file, counted from 1. */
  readonly line: number;
  readonly user: string;
  /** Empty for the default domain. */
  readonly domain: string;
  readonly vendor: string;
  readonly model: string;
  /** In the file's own notation. */
  readonly mac: string;
  readonly name: string;
  /** Which account of the phone it is, from 1. */
  readonly account: string;
  /** Whether a value may stand in the wrong column, so that none may be shown: it could be a password. */
  readonly doubtful?: boolean;
}

/** What is in a file and is no phone, on purpose: a spare device, a virtual extension. */
export interface LeftOut {
  readonly kind: 'left-out';
  readonly file: string;
  /** Undefined if it is all of the file. */
  readonly line?: number;
  readonly reason: string;
}

/** What was to be a phone and can't become one. */
export interface Wrong {
  readonly kind: 'wrong';
  readonly file: string;
  /** Without a row if it is the file as a whole. */
  readonly problem: Omit<RowProblem, 'row'> & { readonly row?: number };
}

export type Found = Account | LeftOut | Wrong;
