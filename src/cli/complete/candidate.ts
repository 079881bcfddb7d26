import type { Manifest } from '../manifest.js';

/** One way to complete a word. */
export interface Candidate {
  /** The whole word. */
  readonly value: string;
  /** What it is, in a line. */
  readonly about?: string | undefined;
}

/** What a word can become: one of these, or the name of a file or folder, which every shell knows best itself. */
export type Completion = Words | { readonly kind: 'files' | 'folders' };

export interface Words {
  readonly kind: 'words';
  readonly candidates: readonly Candidate[];
  /** Whether more of the word follows, so that no blank is put behind it. */
  readonly open?: boolean;
}

/** What candidates are made from. */
export interface Surroundings {
  readonly manifest: Manifest;
  /** The root of the package. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether the shell shows what candidates are. */
  readonly describe: boolean;
}
