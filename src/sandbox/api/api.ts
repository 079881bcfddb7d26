import type { Bus } from '../bus.js';
import { uuid } from '../ids.js';
import { consoleComplete } from './complete.js';
import type { ApiCommand, ApiContext } from './context.js';
import { coreCommands } from './core.js';
import { directoryCommands } from './directory.js';
import { originateCommand } from './originate.js';
import type { ApiOutput } from './output.js';
import { showCommands } from './show.js';
import { sofiaCommands } from './sofia.js';
import { splitCommand, stripBlanks } from './text.js';
import { uuidCommands } from './uuid.js';

/** The one command whose argument keeps its blanks (`switch_api_execute`): they say that a word is over. */
const COMPLETE = 'console_complete';

/** The API of the sandbox: every command by its name, found without regard to case. */
export class Api {
  readonly #commands = new Map<string, ApiCommand>();

  constructor(context: ApiContext) {
    const groups = [coreCommands, directoryCommands, originateCommand, showCommands, sofiaCommands, uuidCommands];
    for (const [name, command] of groups.flatMap((group) => Object.entries(group(context))))
      this.#commands.set(name, command);
    this.#commands.set('bgapi', (argument) => this.#background(argument, context.bus));
    this.#commands.set(COMPLETE, (argument) => consoleComplete(argument, this.#commands.keys(), context));
  }

  /**
   * `switch_api_execute` (switch_loadable_module.c) and `api_exec` (mod_event_socket.c): the output of a command; may be
   * empty.
   */
  execute(command: string, argument: string | undefined): ApiOutput {
    const name = stripBlanks(command).toLowerCase();
    const run = this.#commands.get(name);
    return run
      ? run(name === COMPLETE ? (argument ?? '') : stripBlanks(argument ?? ''))
      : `-ERR ${command} Command not found!\n`;
  }

  /** The same for a whole line, as the console takes it (the header `console_execute: true`). */
  executeLine(line: string): ApiOutput {
    const { command, argument } = splitCommand(line);
    return this.#commands.has(command.toLowerCase())
      ? this.execute(command, argument)
      : `-ERR ${line} Command not found!\n`;
  }

  #background(line: string, bus: Bus): string {
    if (line === '') return '-ERR Invalid syntax\n';
    const id = uuid();
    const { command, argument } = splitCommand(line);
    const result = String(this.execute(command, argument));
    bus.emit('job', { uuid: id, command, argument, result });
    return `+OK Job-UUID: ${id}\n`;
  }
}
