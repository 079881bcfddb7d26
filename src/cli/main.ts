import { fileURLToPath } from 'node:url';
import { execute } from '@oclif/core/execute';

/** What scripts call, in loops too: these do without what only people use. */
const FOR_SCRIPTS: ReadonlySet<string | undefined> = new Set([
  'mwi',
  'message',
  'notify',
  'resync',
  'send',
  'feature',
  'info',
]);
const FOR_PEOPLE = ['@oclif/plugin-autocomplete'];

/** Starts oclif, which finds the command in the manifest and loads only that. */
export async function main(url: string): Promise<void> {
  const root = fileURLToPath(new URL('..', url));
  const core = FOR_SCRIPTS.has(process.argv[2]) ? [] : FOR_PEOPLE;
  // Nothing that lies in a user's folder is loaded: what runs is what was installed.
  await execute({ loadOptions: { root, userPlugins: false, devPlugins: false, pluginAdditions: { core } } });
}
