import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { several } from '../../cli/args.js';
import { BaseCommand } from '../../cli/base-command.js';
import { usageError } from '../../cli/failure.js';
import { selectionFlags } from '../../cli/flags.js';
import { importInventory } from '../../cli/import.js';
import { IMPORT_FORMATS, type ImportFormat } from '../../inventory/import/formats.js';

export default class InventoryImport extends BaseCommand {
  static override usage = 'inventory import FORMAT FILE... [FLAGS]';
  static override summary = 'Make an inventory of what another system exports, or of the settings files of phones';
  static override description =
    `Each SIP account of a phone is a row. Only user, domain, vendor, model, MAC address, name and the number of the account are taken over, never a password. What is no phone on purpose (a spare device, an account that is switched off) is noted on stderr; if something is wrong, all of it is listed, and nothing is written.

fusionpbx: the CSV exports of devices (FusionPBX 4.4 to 5.5; with the lines' columns since 5.0) or extensions (4.2 to 5.5), as device_download.php and extension_download.php of its source write them. Tick device_uuid, device_address, device_vendor, device_template, line_number, server_address, display_name and user_id. No password is needed.

freepbx: extensions.csv of the Bulk Handler (FreePBX 13 to 17), devices_list.csv of the OSS Endpoint Manager (2.9 to 17), or both, which are joined by the extension; as the source of these modules writes them. They name no domain, so --domain is needed.

snom: settings files, XML (firmware 7 and later, DECT bases too) or text (4 to 7), as service.snom.com documents them; the MAC address and the model stand in the name of the file: snomD785-000413AA77FE.htm.

yealink: MAC.cfg files (firmware 70 and later), as Yealink's Administrator's Guide documents them.

Of a folder, the files with a MAC address in their name are read.`;
  static override examples = [
    '<%= config.bin %> inventory import fusionpbx device_export_2026-01-31.csv > phones.csv',
    '<%= config.bin %> inventory import freepbx extensions.csv devices_list.csv --domain pbx.example.com',
    '<%= config.bin %> inventory import yealink /srv/tftp --out phones.csv',
  ];
  static override args = {
    format: Args.string({
      description: 'whose files they are',
      required: true,
      ignoreStdin: true,
      options: [...IMPORT_FORMATS],
    }),
    file: several('CSV files (- is stdin), or files of phones and folders of them'),
  };
  static override flags = {
    domain: selectionFlags.domain,
    out: Flags.string({ helpValue: 'FILE', summary: 'write the inventory there, in place of what was there' }),
    'skip-invalid': Flags.boolean({
      default: false,
      summary: 'write the others although some rows or files are wrong',
      helpGroup: 'PHONES',
    }),
    quiet: Flags.boolean({ default: false, char: 'q', summary: 'say only what is wrong' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(InventoryImport);
    const format = args.format as ImportFormat;
    if (!args.file?.length) throw usageError('no file is named', `phonectl inventory import ${format} FILE`);
    await importInventory(format, args.file, flags, this.terminal);
  }
}
