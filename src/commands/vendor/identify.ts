import { required } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { EXIT } from '../../cli/exit-codes.js';
import { Failure } from '../../cli/failure.js';
import { jsonFlag } from '../../cli/flags.js';
import { vendorToJson } from '../../cli/output/vendor.js';
import { printable } from '../../cli/terminal.js';
import { identify } from '../../vendor/identify.js';
import { orderFor } from '../../vendor/orders.js';
import type { OrderKind } from '../../vendor/vendor.js';

export default class VendorIdentify extends BaseCommand {
  static override usage = 'vendor identify USER-AGENT [FLAGS]';
  static override summary = 'Say whose phone a User-Agent is, and how it is told to resync and to reboot';
  static override examples = ["<%= config.bin %> vendor identify 'Yealink SIP-T46S 66.85.0.5'"];
  static override args = { agent: required('the User-Agent, as sofia status shows it') };
  static override flags = jsonFlag;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(VendorIdentify);
    const identity = identify(args.agent);
    if (!identity) {
      const hint = 'vendor list shows what is known; a vendor column in the inventory decides without a User-Agent';
      throw new Failure(`no known vendor has the User-Agent "${args.agent}"`, EXIT.short, { hint });
    }
    const { vendor, model, firmware, mac } = identity;
    if (flags.json) return this.printJson({ ...vendorToJson(vendor), model, firmware, mac });
    const lines = [
      ['vendor', `${vendor.key} (${vendor.label})`],
      ['model', model],
      ['firmware', firmware],
      ['mac', mac],
      ['resync', this.#describe('resync', vendor, model)],
      ['reboot', this.#describe('reboot', vendor, model)],
      ['challenges NOTIFY', vendor.challenge],
      ...vendor.notes.map((note) => ['note', note]),
    ];
    for (const [label = '', value] of lines) {
      if (value !== undefined) await this.terminal.write(`${label.padEnd(18)} ${printable(value)}\n`);
    }
  }

  #describe(kind: OrderKind, vendor: Parameters<typeof orderFor>[0], model: string | undefined): string {
    const order = orderFor(vendor, kind, model);
    if ('none' in order) return `not possible: ${order.none}`;
    return `${order.template} (${order.certainty}: ${order.source})${order.note ? `; ${order.note}` : ''}`;
  }
}
