import { createContext, Script } from 'node:vm';

/** No User-Agent takes a sound pattern longer, milliseconds. */
const LONGEST_MS = 50;

type Search = () => RegExpExecArray | null;

let bounds: { readonly context: { run?: Search }; readonly script: Script } | undefined;

/** Made when it is first needed: few have such a pattern, and all would wait for it at the start. */
function bounded(run: Search): RegExpExecArray | null {
  bounds ??= { context: createContext({}), script: new Script('run()') };
  bounds.context.run = run;
  return bounds.script.runInContext(bounds.context, { timeout: LONGEST_MS }) as RegExpExecArray | null;
}

/** A pattern of a user's own, which fits nothing where it would take too long: User-Agents come from the network. */
export class BoundedPattern extends RegExp {
  override exec(text: string): RegExpExecArray | null {
    try {
      return bounded(() => super.exec(text));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null;
      throw error;
    }
  }
}
