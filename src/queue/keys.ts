/** The names of all that is kept in Redis; those of BullMQ stand below `bull`. */
export class Keys {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** All of them, as an ACL has it. */
  get all(): string {
    return `${this.#prefix}:*`;
  }

  /** The runs, by when they began. */
  get runs(): string {
    return `${this.#prefix}:runs`;
  }

  /** The runs that are under way. */
  get open(): string {
    return `${this.#prefix}:open`;
  }

  /** The servers that have a worker, or had one. */
  get workers(): string {
    return `${this.#prefix}:workers`;
  }

  /** There while somebody has just looked after the runs. */
  get swept(): string {
    return `${this.#prefix}:swept`;
  }

  /** Which runs hold which phones. */
  get held(): string {
    return `${this.#prefix}:held`;
  }

  get bull(): string {
    return `${this.#prefix}:bull`;
  }

  /** The queue of what is due by the clock, apart from those of the servers: one of these may have any name. */
  get cron(): string {
    return `${this.#prefix}:cron`;
  }

  /** The schedules, by their names. */
  get schedules(): string {
    return `${this.#prefix}:schedules`;
  }

  /** What has become of a schedule so far. */
  schedule(name: string): string {
    return `${this.#prefix}:schedule:${name}`;
  }

  run(run: string): string {
    return `${this.#prefix}:run:${run}`;
  }

  news(run: string): string {
    return `${this.run(run)}:news`;
  }

  /** The phones that are registered at a server, in chunks, until the run is cut into slices. */
  list(run: string, server: string): string {
    return `${this.run(run)}:list:${server}`;
  }

  /** The servers that slices of a run are for. */
  servers(run: string): string {
    return `${this.run(run)}:servers`;
  }

  /** What is left of a run for one of them: the numbers of its slices. */
  share(run: string, server: string): string {
    return `${this.run(run)}:share:${server}`;
  }

  slice(run: string, number: number): string {
    return `${this.run(run)}:slice:${number}`;
  }

  /** The phones of a slice. */
  rows(run: string, number: number): string {
    return `${this.run(run)}:rows:${number}`;
  }

  /** What has been done for them: intents and outcomes. */
  log(run: string, number: number): string {
    return `${this.run(run)}:log:${number}`;
  }
}
