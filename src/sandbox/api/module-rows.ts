import type { Row } from './table.js';

/** One interface of each module that a sandbox has by default; FreeSWITCH lists them all. */
const INTERFACES: Readonly<Record<string, readonly [type: string, name: string]>> = {
  mod_commands: ['api', 'status'],
  mod_console: ['api', 'console'],
  mod_dialplan_xml: ['dialplan', 'XML'],
  mod_dptools: ['application', 'answer'],
  mod_event_socket: ['application', 'socket'],
  mod_hash: ['api', 'hash'],
  mod_loopback: ['endpoint', 'loopback'],
  mod_sms: ['chat', 'GLOBAL_SMS'],
  mod_sofia: ['endpoint', 'sofia'],
  mod_tone_stream: ['file', 'tone_stream'],
  mod_voicemail: ['application', 'voicemail'],
};

/** The rows of `show modules [NAME]` (`show_function`, mod_commands.c), by type and name. */
export function moduleRows(modules: ReadonlySet<string>, only: string | undefined): Row[] {
  const rows = [...modules].flatMap((module) => {
    const [type, name] = INTERFACES[module] ?? [];
    if (type === undefined || name === undefined || (only !== undefined && module !== only)) return [];
    return [{ type, name, ikey: module, filename: `/usr/lib/freeswitch/mod/${module}.so` }];
  });
  return rows.sort((a, b) => compare(a.type, b.type) || compare(a.name, b.name));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
