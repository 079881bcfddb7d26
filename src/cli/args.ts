import * as Args from '@oclif/core/args';

/** The phones of a command, at its end. */
export const aors = Args.string({
  name: 'AOR',
  description: 'phones as user@domain; or use --inventory',
  multiple: true,
  ignoreStdin: true,
});

/** Any number of words that are not phones. */
export function several(description: string) {
  return Args.string({ description, multiple: true, ignoreStdin: true });
}

/** A word that a command can't do without. */
export function required(description: string, options?: readonly string[]) {
  return Args.string({ description, required: true, ignoreStdin: true, ...(options && { options }) });
}
