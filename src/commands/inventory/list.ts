import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.js';
import { jsonFlag, selectionFlags } from '../../cli/flags.js';
import { SCHEMA } from '../../cli/output/schema.js';
import { openPhones } from '../../cli/phones.js';
import { printable } from '../../cli/terminal.js';
import { formatAor } from '../../inventory/aor.js';
import type { Phone, PhoneSource } from '../../inventory/phone.js';
import { vendorOf } from '../../run/dialect-order.js';

export default class InventoryList extends BaseCommand {
  static override summary = 'Show which phones a selection selects, without a server';
  static override examples = [
    '<%= config.bin %> inventory list phones.csv',
    "<%= config.bin %> inventory list phones.csv --where 'vendor=snom' --where 'floor!=3'",
  ];
  static override args = { file: Args.string({ description: 'CSV file; - reads stdin', ignoreStdin: true }) };
  static override flags = {
    ...selectionFlags,
    ...jsonFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(InventoryList);
    const inventory = args.file ?? flags.inventory;
    const phones = await openPhones([], { ...flags, inventory });
    try {
      if (flags.json) await this.#asJson(phones);
      else await this.#asTable(phones);
    } finally {
      await phones.close();
    }
  }

  /** Streamed: an inventory may be larger than memory. */
  async #asJson(phones: PhoneSource): Promise<void> {
    // Not before the first entry: what is wrong with the selection comes to light with it.
    const begin = `{"schema": ${SCHEMA},\n"phones": [\n`;
    let separator = begin;
    let wrong = 0;
    for await (const entry of phones.entries()) {
      if (this.terminal.broken) return;
      if (entry.kind === 'problem') {
        wrong++;
        continue;
      }
      const { phone } = entry;
      const { row, aor } = phone;
      await this.terminal.write(
        separator + JSON.stringify({ aor: formatAor(aor), ...cells(phone), row, columns: phone.columns }),
      );
      separator = ',\n';
    }
    await this.terminal.write(`${separator === begin ? begin : '\n'}],\n"wrong": ${wrong}}\n`);
  }

  async #asTable(phones: PhoneSource): Promise<void> {
    let longest = 8;
    let count = 0;
    let wrong = 0;
    for await (const entry of phones.entries()) {
      if (entry.kind === 'phone') longest = Math.max(longest, formatAor(entry.phone.aor).length);
    }
    for await (const entry of phones.entries()) {
      if (this.terminal.broken) return;
      if (entry.kind === 'problem') {
        wrong++;
        continue;
      }
      const { vendor, model, profile, server } = cells(entry.phone);
      if (count++ === 0)
        await this.terminal.write(`${'AOR'.padEnd(longest)}  VENDOR        MODEL       PROFILE   SERVER\n`);
      const row = [
        printable(formatAor(entry.phone.aor)).padEnd(longest),
        vendor.padEnd(12),
        model.padEnd(10),
        profile.padEnd(8),
        server,
      ];
      await this.terminal.write(`${row.join('  ').trimEnd()}\n`);
    }
    const broken = wrong > 0 ? `, and ${wrong} wrong rows: inventory check says why` : '';
    await this.terminal.write(`${count > 0 ? '\n' : ''}${count} phones${broken}\n`);
  }
}

function cells(phone: Phone): { vendor: string; model: string; profile: string; server: string } {
  const found = vendorOf(phone);
  return {
    vendor: found.kind === 'vendor' ? found.vendor.key : printable(phone.vendor ?? '-'),
    model: printable((found.kind === 'vendor' ? found.model : phone.columns.model) || '-'),
    profile: printable(phone.profile ?? '-'),
    server: printable(phone.server ?? '-'),
  };
}
