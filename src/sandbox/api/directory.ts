import { lookUp } from '../phones/directory.js';
import { EMPTY_MAILBOX } from '../phones/mailbox.js';
import { splitWords } from '../wire/c-text.js';
import type { ApiCommand, ApiContext } from './context.js';

/** Commands about users of the directory and their mailboxes (mod_commands.c, mod_voicemail.c). */
export function directoryCommands(context: ApiContext): Record<string, ApiCommand> {
  const { directory, domain, mailboxes, modules } = context;
  const commands: Record<string, ApiCommand> = {
    user_exists: (argument) => {
      const [key, user, host] = splitWords(argument, 3);
      return String(key === 'id' && Boolean(user && host) && directory.find(user ?? '', host ?? '') !== undefined);
    },
    user_data: (argument) => {
      const [address = '', type, name] = splitWords(argument, 3);
      if (name === undefined) return '';
      const at = address.indexOf('@');
      const id = at < 0 ? address : address.slice(0, at);
      const user = directory.find(id, at < 0 ? domain : address.slice(at + 1));
      if (type === 'attr') return user && name === 'id' ? user.id : '';
      return lookUp(type === 'var' ? user?.variables : user?.params, name) ?? '';
    },
  };
  if (modules.has('mod_voicemail')) commands.vm_boxcount = (argument) => boxCount(argument, mailboxes);
  return commands;
}

function boxCount(argument: string, mailboxes: ApiContext['mailboxes']): string {
  const match = /^(?:([^/]*)\/)?(?:sip:)?([^@]*)(?:@([^|]*)(?:\|(.*))?)?$/is.exec(argument);
  const [, profile, user = '', host, how = 'new'] = match ?? [];
  if (profile && profile !== 'default' && host !== undefined) return '-ERR No such profile\n';
  const box = (host === undefined ? undefined : mailboxes.get(`${user}@${host}`)) ?? EMPTY_MAILBOX;
  switch (how.toLowerCase()) {
    case 'saved':
      return String(box.saved);
    case 'new-urgent':
      return String(box.newUrgent);
    case 'new-saved':
      return String(box.savedUrgent);
    case 'all':
      return `${box.new}:${box.saved}:${box.newUrgent}:${box.savedUrgent}`;
    default:
      return String(box.new);
  }
}
