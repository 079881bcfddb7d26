import { fileURLToPath } from 'node:url';
import { execute } from '@oclif/core/execute';

/** Starts oclif, which finds the command in the manifest and loads only that. */
export async function main(url: string): Promise<void> {
  const root = fileURLToPath(new URL('..', url));
  // Nothing that lies in a user's folder is loaded: what runs is what was installed.
  await execute({ loadOptions: { root, userPlugins: false, devPlugins: false } });
}
