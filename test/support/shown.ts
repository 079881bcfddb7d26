/** A fenced block of a Markdown page; with a file name behind its language it is that file. */
export interface Block {
  readonly language: string;
  readonly file: string | undefined;
  readonly text: string;
}

/** A command of a `console` block, and what stands below it. */
export interface ShownCommand {
  readonly command: string;
  readonly output: string;
}

const FENCED = /^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm;

/** The fenced blocks of a page that name a language. */
export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(FENCED)].map(([, language = '', file, text = '']) => ({ language, file, text }));
}

/** The commands that the `console` blocks of a page show. */
export function commandsOf(markdown: string): ShownCommand[] {
  return blocksOf(markdown)
    .filter(({ language }) => language === 'console')
    .flatMap(({ text }) => shownIn(text));
}

function shownIn(text: string): ShownCommand[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => ({
      command: part.slice(0, part.indexOf('\n')),
      output: part.slice(part.indexOf('\n') + 1).trimEnd(),
    }));
}

/** The commands that the `crontab` blocks of a page have behind their five fields. */
export function cronCommandsOf(markdown: string): string[] {
  return blocksOf(markdown)
    .filter(({ language }) => language === 'crontab')
    .flatMap(({ text }) => text.trim().split('\n'))
    .filter((line) => /^[\d*]/.test(line))
    .map((line) => line.split(/\s+/).slice(5).join(' '));
}

/** The page with the output of each command as running it gives it, one after the other. */
export async function withOutputs(markdown: string, run: (command: string) => Promise<string>): Promise<string> {
  let page = '';
  let end = 0;
  for (const match of markdown.matchAll(FENCED)) {
    const [block, language, , text = ''] = match;
    if (language !== 'console') continue;
    page += `${markdown.slice(end, match.index)}\`\`\`console\n`;
    for (const { command } of shownIn(text)) {
      const printed = await run(command);
      page += `$ ${command}\n${printed}${printed === '' ? '' : '\n'}`;
    }
    page += '```';
    end = match.index + block.length;
  }
  return page + markdown.slice(end);
}
