import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { required } from '../cli/args.js';
import { BaseCommand } from '../cli/base-command.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export default class Completion extends BaseCommand {
  static override usage = `completion ${SHELLS.join('|')}`;
  static override summary = 'Print a script that completes commands, flags and values with Tab';
  static override description =
    'Have your shell read it, or put it where the shell looks by itself, which costs nothing at the start of a shell: ~/.local/share/bash-completion/completions/phonectl (with the package bash-completion), a file _phonectl in a folder of $fpath, ~/.config/fish/completions/phonectl.fish. Values are asked for with each Tab and are those of this machine: templates, vendors, runs, the columns of the file that is named. No server is asked.';
  static override examples = [
    'source <(<%= config.bin %> completion bash)',
    'source <(<%= config.bin %> completion zsh)',
    '<%= config.bin %> completion fish | source',
    '<%= config.bin %> completion bash > ~/.local/share/bash-completion/completions/phonectl',
  ];
  static override args = { shell: required('for which shell', SHELLS) };

  async run(): Promise<void> {
    const { args } = await this.parse(Completion);
    const script = join(this.config.root, 'dist', 'completion', `phonectl.${args.shell}`);
    await this.terminal.write(await readFile(script, 'utf8'));
  }
}
