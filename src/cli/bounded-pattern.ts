import { createContext, Script } from 'node:vm';

/** No User-Agent takes a sound pattern longer, milliseconds. */
const LONGEST_MS = 50;

const context: { run?: () => RegExpExecArray | null } = createContext({});
const script = new Script('run()');

/** A pattern of a user's own, which fits nothing where it would take too long: User-Agents come from the network. */
export class BoundedPattern extends RegExp {
  override exec(text: string): RegExpExecArray | null {
    context.run = () => super.exec(text);
    try {
      return script.runInContext(context, { timeout: LONGEST_MS }) as RegExpExecArray | null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null;
      throw error;
    }
  }
}
