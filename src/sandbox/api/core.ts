import type { Calls } from '../calls/calls.js';
import { VERSION, VERSION_REVISION, VERSION_SHORT } from '../version.js';
import { logLevel } from '../wire/log-level.js';
import type { LogSource } from '../wire/log-line.js';
import type { ApiCommand, ApiContext } from './context.js';
import { counted } from './text.js';

const LOG_FUNCTION: LogSource = { file: 'mod_commands.c', func: 'log_function', line: 7200, channel: 3 };

/** Commands of mod_commands about the server itself (mod_commands.c). */
export function coreCommands(context: ApiContext): Record<string, ApiCommand> {
  const { bus, calls, domain, hostname, modules, startedAt } = context;
  const variables: Record<string, string> = { hostname, domain, domain_name: domain, local_ip_v4: '127.0.0.1' };
  return {
    version: (argument) => {
      if (/short/i.test(argument.split(' ')[0] ?? '')) return `${VERSION_SHORT}\n`;
      const detail = argument === '' ? VERSION_REVISION : `${VERSION_SHORT}-release ${VERSION_REVISION}`;
      return `FreeSWITCH Version ${VERSION} (${detail})\n`;
    },
    status: () => status(Date.now() - startedAt, calls),
    uptime: (argument) => uptime(Date.now() - startedAt, argument),
    hostname: () => hostname,
    switchname: () => hostname,
    eval: (argument) => argument.replace(/\$\{([^}]*)\}/g, (_, name: string) => variables[name] ?? ''),
    echo: (argument) => argument,
    global_getvar: (argument) => {
      if (argument !== '') return variables[argument] ?? '';
      return Object.entries(variables)
        .map(([name, value]) => `${name}=${value}\n`)
        .join('');
    },
    module_exists: (argument) => (argument === '' ? '' : String(modules.has(argument))),
    log: (argument) => {
      if (argument === '') return '-ERR\n';
      const blank = argument.indexOf(' ');
      const level = blank < 0 ? undefined : logLevel(argument.slice(0, blank));
      bus.emit('log', { level: level ?? 7, text: argument.slice(blank + 1), source: LOG_FUNCTION });
      return '+OK\n';
    },
  };
}

const SCALES: Readonly<Record<string, number>> = {
  us: 0.001,
  microseconds: 0.001,
  ms: 1,
  milliseconds: 1,
  s: 1000,
  seconds: 1000,
  m: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  days: 86_400_000,
};

function uptime(uptimeMs: number, unit: string): string {
  const scale = SCALES[unit.toLowerCase() || 's'];
  return scale === undefined
    ? '-USAGE: [us|ms|s|m|h|d|microseconds|milliseconds|seconds|minutes|hours|days]\n'
    : `${Math.floor(uptimeMs / scale)}\n`;
}

function status(uptimeMs: number, calls: Calls): string {
  const microseconds = Math.floor((performance.now() * 1000) % 1000);
  const milliseconds = Math.floor(uptimeMs);
  const seconds = Math.floor(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const parts: [number, string][] = [
    [Math.floor(days / 365), 'year'],
    [days % 365, 'day'],
    [hours % 24, 'hour'],
    [minutes % 60, 'minute'],
    [seconds % 60, 'second'],
    [milliseconds % 1000, 'millisecond'],
    [microseconds, 'microsecond'],
  ];
  return (
    `UP ${parts.map(([count, unit]) => counted(count, unit)).join(', ')}\n` +
    `FreeSWITCH (Version ${VERSION_SHORT}-release ${VERSION_REVISION}) is ready\n` +
    `${calls.started} session(s) since startup\n` +
    `${calls.list().length} session(s) - peak ${calls.peak}, last 5min ${calls.peak} \n` +
    '0 session(s) per Sec out of max 30, peak 0, last 5min 0 \n' +
    '1000 session(s) max\n' +
    'min idle cpu 0.00/95.00\n' +
    'Current Stack Size/Max 240K/8192K\n'
  );
}
