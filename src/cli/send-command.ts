import { BaseCommand } from './base-command.js';
import { carryOut } from './sending.js';
import { type SendFlags, sendFlags, type Task } from './task.js';

/** A command that sends an order to phones. A subclass says which order; everything else is the same for all. */
export abstract class SendCommand extends BaseCommand {
  static override baseFlags = sendFlags;

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
    } = await carryOut({
      order,
      aors,
      command,
      argv: this.argv,
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
