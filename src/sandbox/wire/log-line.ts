/** One line for the log (`switch_log_node_t`, switch_log.c). */
export interface LogLine {
  /** 0 console, 1 alert … 7 debug. */
  readonly level: number;
  /** What the line says, without its end; as those who wrote it wrote it. */
  readonly text: string;
  /** The place in FreeSWITCH's sources that wrote it. */
  readonly source: LogSource;
}

/** Where a log line comes from, as `log/data` says it. */
export interface LogSource {
  readonly file: string;
  readonly func: string;
  readonly line: number;
  /** 1: the line as it is; 3: with time, idle time, level and place before it. */
  readonly channel: 1 | 3;
}
