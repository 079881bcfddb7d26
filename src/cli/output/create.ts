import type { Format } from '../flags.js';
import type { Terminal } from '../terminal.js';
import type { Reporter } from './reporter.js';

export interface OutputFlags {
  readonly output: Format;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly 'dry-run': boolean;
}

/** The reporter that the flags ask for; only its own module is loaded. */
export async function createReporter(flags: OutputFlags, terminal: Terminal): Promise<Reporter> {
  const format = flags.json ? 'json' : flags.output;
  switch (format) {
    case 'json':
      return new (await import('./json.js')).JsonReporter(terminal);
    case 'jsonl':
      return new (await import('./json.js')).JsonLinesReporter(terminal);
    case 'csv':
      return new (await import('./csv.js')).CsvReporter(terminal);
    case 'junit':
      return new (await import('./junit.js')).JunitReporter(terminal);
    default:
      if (flags['dry-run']) return new (await import('./bytes.js')).BytesReporter(terminal);
      if (flags.quiet) return new (await import('./quiet.js')).QuietReporter(terminal);
      return new (await import('./table.js')).TableReporter(terminal, flags.verbose);
  }
}
