import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type PhoneOptions,
  type Sandbox,
  type SandboxOptions,
  type SipRequestRecord,
  startSandbox,
} from '../../src/sandbox/index.js';

/** A sandbox in this process, and what came to it. */
export interface Lab {
  readonly sandbox: Sandbox;
  readonly port: number;
  /** `-P` and its port. */
  readonly to: readonly string[];
  /** The SIP requests that its phones got. */
  readonly requests: readonly SipRequestRecord[];
  /** Every command, byte for byte, logins and goodbyes too. */
  readonly commands: readonly Buffer[];
  /** The `sendevent`s among them, as text. */
  readonly events: readonly string[];
}

/** Runs a function against a sandbox that is closed after it. */
export async function withSandbox<T>(options: SandboxOptions, use: (lab: Lab) => Promise<T>): Promise<T> {
  const requests: SipRequestRecord[] = [];
  const commands: Buffer[] = [];
  const events: string[] = [];
  const sandbox = await startSandbox({
    ...options,
    onRequest: (request) => requests.push(request),
    onCommand: (raw) => {
      commands.push(Buffer.from(raw));
      if (/^sendevent/i.test(raw.toString())) events.push(raw.toString());
    },
  });
  const { port } = sandbox;
  try {
    return await use({ sandbox, port, to: ['-P', String(port)], requests, commands, events });
  } finally {
    await sandbox.close();
  }
}

/** Runs a function with a folder of its own that holds these files, and is gone after it. */
export async function withFolder<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'phonectl-test-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(folder, name), content, { mode: 0o600 });
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The user that an event is for, by whichever of its headers names one. */
export function userOf(event: string): string {
  return /^(?:user: |local-user: |MWI-Message-Account: (?:sip:)?)([^@\n]+)/m.exec(event)?.[1] ?? `nobody in ${event}`;
}

/** What a snom says of itself. */
export const SNOM = 'snomD785/10.1.169.16';
export const YEALINK = 'Yealink SIP-T46S 66.85.0.5';

/** The phones of {@link csvOf}, as the sandbox has them: registered. */
export function snoms(count: number): PhoneOptions[] {
  return Array.from({ length: count }, (_, index) => ({ user: String(1000 + index), userAgent: SNOM }));
}

/** A CSV of so many phones of phones.test, from 1000 on. */
export function csvOf(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => `${1000 + index},phones.test,snom\n`);
  return `user,domain,vendor\n${rows.join('')}`;
}
