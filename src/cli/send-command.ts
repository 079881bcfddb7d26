import { BaseCommand } from './base-command.js';
import { EXIT } from './exit-codes.js';
import { carryOut } from './sending.js';
import { type SendFlags, sendFlags, type Task } from './task.js';

/** A command that sends an order to phones. A subclass says which order; everything else is the same for all. */
export abstract class SendCommand extends BaseCommand {
  static override baseFlags = sendFlags;
  #carryOut = carryOut;

  /** What the command is to do, as its arguments say it, without doing it. @throws Failure */
  async task(): Promise<Task> {
    let task: Task | undefined;
    this.#carryOut = async (given) => {
      task = given;
      return { exitCode: EXIT.ok };
    };
    try {
      await this.run();
    } catch (error) {
      throw this.failureOf(error);
    }
    if (!task) throw new Error('a command that sends nothing');
    return task;
  }

  protected async send(
    order: Task['order'],
    aors: readonly string[],
    flags: SendFlags & { readonly 'body-file'?: string | undefined },
    ask?: Task['ask'],
  ): Promise<void> {
    const { terminal } = this;
    const command = this.id?.replaceAll(':', ' ') ?? '';
    const catalog = this.catalog(flags['template-dir']);
    const {
      exitCode,
      failure,
      goOn = [],
    } = await this.#carryOut({
      order,
      aors,
      command,
      argv: this.argv,
      typed: this.typed,
      flags,
      catalog,
      terminal,
      version: this.config.version,
      bodyFile: flags['body-file'],
      ask,
    });
    await terminal.flush();
    if (failure) this.explain(failure);
    this.nextSteps = goOn;
    process.exitCode = exitCode;
  }
}
