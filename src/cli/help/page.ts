import type { Command } from '@oclif/core/command';
import { CommandHelp, Help } from '@oclif/core/help';
import { byPlace, COMMAND_GROUPS, FLAG_GROUPS } from './order.js';
import { HELP_PAGES, HELP_TOPICS } from './topics.js';

/**
 * Help for one command: as oclif has it, with all of its description, the flags in an order that is of use, and what they
 * mean before their defaults.
 */
class CommandPage extends CommandHelp {
  protected override description(): string | undefined {
    // Where the summary stands above, oclif (4.14) shows only the last line of a description.
    const { description } = this.command;
    return description && this.wrap(description);
  }

  protected override groupFlags(flags: Command.Flag.Any[]) {
    // Else oclif takes the room for -x from the first line of a list.
    const lettersFirst = [...flags].sort((one, other) => Number(!one.char) - Number(!other.char));
    const { flagGroups, mainFlags } = super.groupFlags(lettersFirst);
    const sorted = Object.entries(flagGroups).sort(byPlace(FLAG_GROUPS, ([group]) => group));
    return { flagGroups: Object.fromEntries(sorted), mainFlags };
  }

  protected override flags(flags: Command.Flag.Any[]): [string, string | undefined][] | undefined {
    const defaultsFirst = /^(\[(?:default|env): [^\]]*\]) (.*)$/m;
    return super.flags(flags)?.map(([flag, about]) => [flag, about?.replace(defaultsFirst, '$2 $1')]);
  }
}

/** What `--help` and `help` show. The first page has the commands in the order in which somebody new wants them. */
export default class Page extends Help {
  protected override CommandHelpClass = CommandPage;

  protected override showRootHelp(): Promise<void> {
    const about = new Map<string, string>();
    for (const { name, description = '' } of this.sortedTopics) about.set(name, description);
    for (const { id, summary = '' } of this.sortedCommands) if (!id.includes(':')) about.set(id, summary);
    const grouped = COMMAND_GROUPS.flatMap(([, words]) => words);
    const others = [...about.keys()].filter((word) => !grouped.includes(word));
    const groups = [...COMMAND_GROUPS, ['OTHERS', others] as const].map(([heading, words]) => {
      const rows = words.flatMap((word): [string, string][] =>
        about.has(word) ? [[word, about.get(word) ?? '']] : [],
      );
      return rows.length > 0 ? this.section(heading, rows) : '';
    });
    const page = [
      this.wrap(this.config.pjson.description ?? ''),
      this.section('USAGE', '$ phonectl COMMAND [ARGUMENTS] [FLAGS]'),
      ...groups.filter((section) => section !== ''),
      this.section('MORE HELP', [
        ['phonectl COMMAND --help', 'the flags of a command, with examples'],
        ['phonectl help TOPIC', [...Object.keys(HELP_TOPICS), ...HELP_PAGES].join(', ')],
      ]),
    ];
    this.log(page.join('\n\n'));
    return Promise.resolve();
  }
}
