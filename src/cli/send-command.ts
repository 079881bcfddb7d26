import { BaseCommand } from './base-command.js';
import { carryOut, type SendFlags, sendFlags, type Task } from './sending.js';

/** A command that sends an order to phones. A subclass says which order; everything else is the same for all. */
export abstract class SendCommand extends BaseCommand {
  static override baseFlags = sendFlags;

  protected async send(
    order: Task['order'],
    aors: readonly string[],
    flags: SendFlags,
    ask?: Task['ask'],
  ): Promise<void> {
    const { terminal } = this;
    const command = this.id?.replaceAll(':', ' ') ?? '';
    const catalog = this.catalog(flags['template-dir']);
    const { exitCode, failure } = await carryOut({ order, aors, command, flags, catalog, terminal, ask });
    await terminal.flush();
    if (failure) this.explain(failure);
    process.exitCode = exitCode;
  }
}
