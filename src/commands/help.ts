import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { several } from '../cli/args.js';
import { BaseCommand } from '../cli/base-command.js';
import { renderGuide } from '../cli/help/guide.js';
import Page from '../cli/help/page.js';
import { HELP_PAGES, HELP_TOPICS, type HelpTopic } from '../cli/help/topics.js';

export default class Help extends BaseCommand {
  static override usesSettings = false;
  static override usage = 'help [COMMAND|TOPIC]';
  static override summary = 'Show help, for phonectl, for a command or about a topic';
  static override description =
    `Topics are ${Object.keys(HELP_TOPICS).join(', ')}; and as pages with examples ${HELP_PAGES.join(', ')}.`;
  static override examples = [
    '<%= config.bin %> help mwi on',
    '<%= config.bin %> help outcomes',
    '<%= config.bin %> help fleet',
  ];
  static override args = { command: several('the command, or the topic') };

  async run(): Promise<void> {
    const { args } = await this.parse(Help);
    const words = args.command ?? [];
    const topic =
      words.length === 1 && Object.hasOwn(HELP_TOPICS, words[0] ?? '') ? HELP_TOPICS[words[0] ?? ''] : undefined;
    if (topic) return this.#showTopic(topic);
    const page = words.length === 1 ? HELP_PAGES.find((name) => name === words[0]) : undefined;
    if (page) return this.#showPage(page);
    const id = words.join(':');
    const known = id === '' || this.config.findCommand(id) || this.config.findTopic(id);
    if (known) await new Page(this.config, this.config.pjson.oclif.helpOptions).showHelp([...words]);
    else await this.config.runHook('command_not_found', { id, argv: [] });
  }

  async #showPage(page: string): Promise<void> {
    const markdown = await readFile(join(this.config.root, 'docs', `${page}.md`), 'utf8');
    await this.terminal.write(renderGuide(markdown));
  }

  async #showTopic({ summary, rows, text }: HelpTopic): Promise<void> {
    const help = new TopicHelp(this.config, this.config.pjson.oclif.helpOptions);
    const paragraphs = text.map((paragraph) => help.wrap(paragraph));
    await this.terminal.write(`${[summary, help.list(rows), ...paragraphs].join('\n\n')}\n`);
  }
}

class TopicHelp extends Page {
  /** Names and what there is to say of each. oclif wraps a list as if it were not indented. */
  list(rows: HelpTopic['rows']): string {
    const narrow = new Page(this.config, { ...this.opts, maxWidth: this.opts.maxWidth - 2 });
    const pairs = rows.map(([name, about]) => [name, about]);
    return this.indent(narrow.renderList(pairs, { indentation: 2, spacer: '\n', stripAnsi: true }));
  }
}
