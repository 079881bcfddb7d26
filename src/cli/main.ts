import { execute } from '@oclif/core/execute';

/** Starts oclif, which finds the command in the manifest and loads only that. */
export async function main(url: string): Promise<void> {
  await execute({ dir: url });
}
