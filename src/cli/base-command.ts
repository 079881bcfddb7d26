import { join } from 'node:path';
import { Command } from '@oclif/core/command';
import type { Input, ParserOutput } from '@oclif/core/interfaces';
import { serverNamed } from '../config/server.js';
import { near } from '../inventory/near.js';
import { Catalog } from '../payload/catalog.js';
import { editDistance } from '../vendor/edit-distance.js';
import { EXIT } from './exit-codes.js';
import { explain } from './explain.js';
import { Failure, toFailure } from './failure.js';
import { toLine } from './output/json.js';
import { SCHEMA } from './output/schema.js';
import { withoutSecrets } from './secrets.js';
import { fillIn, settings } from './settings.js';
import { printable, Terminal } from './terminal.js';
import { oneWayToName } from './which-server.js';

type Flags = Record<string, unknown>;
type Args = Record<string, unknown>;

/**
 * What all commands share: where output goes, how an error is shown and which exit code it has. Commands set
 * `process.exitCode` and return; nothing calls `process.exit`, so that everything written is also delivered.
 */
export abstract class BaseCommand extends Command {
  /** False for commands that have to work whatever the files of settings say. */
  static usesSettings = true;
  protected readonly terminal = new Terminal();
  /** What to type next; said last of all. */
  protected nextSteps: readonly string[] = [];
  /** The flags that stand on the command line, and not only in the environment or the settings. */
  protected typed: ReadonlySet<string> = new Set();
  #catalog: Catalog | undefined;

  /** As oclif does, with the settings for flags that nobody gave. */
  protected override async parse<F extends Flags, B extends Flags, A extends Args>(
    options?: Input<F, B, A>,
    argv?: string[],
  ): Promise<ParserOutput<F, B, A>> {
    const parsed = await super.parse(options, argv);
    const { usesSettings, baseFlags, flags } = this.ctor as typeof BaseCommand;
    this.typed = new Set(parsed.raw.flatMap((token) => (token.type === 'flag' ? token.flag : [])));
    if (usesSettings) {
      const has = { ...baseFlags, ...flags };
      const given: Record<string, unknown> = parsed.flags;
      const { flags: marks } = parsed.metadata;
      const configuration = await settings();
      oneWayToName(given, this.typed, (server) => serverNamed(server, configuration) !== undefined);
      const isFree = (name: string) =>
        name in has && (given[name] === undefined || marks[name]?.setFromDefault === true);
      fillIn(given, configuration, isFree);
    }
    return parsed;
  }

  /** The templates that came with phonectl, and the user's own. */
  protected catalog(ownDirs?: string): Catalog {
    // One for the whole command, so that a template is read once: what is asked about is what is sent.
    this.#catalog ??= new Catalog(join(this.config.root, 'templates'), ownDirs, near);
    return this.#catalog;
  }

  /** Prints a document. */
  protected printJson(document: object): void {
    void this.terminal.write(`${JSON.stringify({ schema: SCHEMA, ...document }, null, 2)}\n`);
  }

  protected override async finally(): Promise<void> {
    await this.terminal.flush();
    const { failure } = this.terminal;
    if (failure) {
      this.terminal.say(`phonectl: the output can't be written: ${failure.message}`);
      process.exitCode ||= EXIT.internal;
    }
    for (const step of this.nextSteps) this.terminal.say(`  go on: ${printable(step)}`);
  }

  protected override async catch(error: unknown): Promise<void> {
    const { exit } = (error as { oclif?: { exit?: number } }).oclif ?? {};
    if (exit === 0) return;
    this.show(this.failureOf(error));
    if (process.env.PHONECTL_DEBUG && error instanceof Error) this.terminal.say(error.stack ?? '');
  }

  /** Whatever was thrown, with what to try. */
  protected failureOf(error: unknown): Failure {
    return this.#withNearFlag(toFailure(error));
  }

  /** For a flag that there is not, the one that was probably meant. */
  #withNearFlag(failure: Failure): Failure {
    const typed = /^Nonexistent flags?: --([\w-]{3,30})/.exec(failure.message)?.[1];
    if (typed === undefined) return failure;
    const { baseFlags, flags } = this.ctor;
    const slips = typed.length > 4 ? 2 : 1;
    const near = Object.keys({ ...baseFlags, ...flags }).find(
      (flag) => editDistance(flag, typed.toLowerCase()) <= slips,
    );
    return near === undefined ? failure : new Failure(failure.message, failure.exitCode, { hint: `--${near}` });
  }

  /** Shows what ended the command; for `--json` as a document on stdout as well. */
  protected show(failure: Failure): void {
    const { message, hint, details, exitCode } = failure;
    process.exitCode = exitCode;
    if (this.wantsJson() && !this.terminal.hasDocument) {
      const said = details.map(withoutSecrets);
      const error = {
        message: withoutSecrets(message),
        exitCode,
        ...(hint && { hint }),
        ...(said[0] && { details: said }),
      };
      void this.terminal.write(`${toLine({ schema: SCHEMA, error })}\n`);
    }
    this.explain(failure);
  }

  /** One clear line on stderr, and what to try below it. */
  protected explain(failure: Failure): void {
    explain(failure, this.terminal);
  }

  /** Asked of the bare arguments, because they may be what is wrong. */
  protected wantsJson(): boolean {
    const end = this.argv.indexOf('--');
    const flags = end < 0 ? this.argv : this.argv.slice(0, end);
    if (process.env.PHONECTL_OUTPUT === 'json' && !flags.some((flag) => /^(?:--output|-o)/.test(flag))) return true;
    return flags.some(
      (flag, index) =>
        flag === '--json' ||
        flag === '--output=json' ||
        flag === '-ojson' ||
        ((flag === '--output' || flag === '-o') && flags[index + 1] === 'json'),
    );
  }
}
