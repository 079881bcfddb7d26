import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';
import { type Connection, connect, type EventSocket, openSocket } from '../../src/esl/index.js';
import { type CliOptions, type CliResult, type RunningCli, startCli } from '../support/cli.js';
import { travels, WorkerBeside } from './worker-beside.js';
import type { World, WorldKind } from './world.js';

/** What a scenario has at hand; all of it is gone when it is over. */
export interface Scene {
  readonly world: World;
  /** Whether what phones are sent goes through a queue and a worker. */
  readonly throughWorker: boolean;
  /** Runs phonectl as a process, against this world's server, or through the worker beside it. */
  phonectl(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** The same, without waiting for its end. */
  start(args: readonly string[], options?: CliOptions): Promise<RunningCli>;
  /** A connection to the event socket, logged in. */
  connect(): Promise<Connection>;
  /** The same as an event socket with all its commands. */
  socket(): Promise<EventSocket>;
  /** Writes a file and gives its path. */
  file(name: string, text: string | Uint8Array): Promise<string>;
}

/** Defines one scenario. */
export type Scenario = (name: string, play: (scene: Scene) => Promise<void>) => void;

/** How scenarios about something are defined that play in such a world, each in a new one. */
export function scenariosIn(kind: WorldKind, about = ''): Scenario {
  return (name, play) => {
    if (kind.plays && !kind.plays(about, name)) return;
    const test = async (): Promise<void> => {
      const { scene, close } = setUp(await kind.open(), kind.throughWorker);
      try {
        await play(scene);
      } catch (error) {
        await close().catch(() => {});
        throw error;
      }
      await close();
    };
    // A worker has to start, and what some scenarios send is sent by many processes.
    if (kind.throughWorker) it(name, test, 60_000);
    else it(name, test);
  };
}

function setUp(world: World, throughWorker = false): { scene: Scene; close: () => Promise<void> } {
  const { esl, profile } = world;
  const connections: Connection[] = [];
  let folder: string | undefined;
  let beside: Promise<WorkerBeside> | undefined;
  const scene: Scene = {
    world,
    throughWorker,
    async phonectl(args, options) {
      return (await scene.start(args, options)).ended;
    },
    async start(args, options = {}) {
      const usual = { ...(profile !== 'internal' && { PHONECTL_SIP_PROFILE: profile }) };
      if (throughWorker && travels(args)) {
        beside ??= WorkerBeside.open(world);
        const { url } = await beside;
        return startCli([...args, '--via', url], { ...options, env: { ...usual, ...options.env } });
      }
      const given = { ...usual, PHONECTL_PASSWORD: esl.password };
      const server = ['-H', esl.host, '-P', String(esl.port)];
      return startCli([...args, ...server], { ...options, env: { ...given, ...options.env } });
    },
    async connect() {
      const connection = await connect(esl);
      connections.push(connection);
      return connection;
    },
    async socket() {
      const socket = await openSocket(esl);
      connections.push(socket.connection);
      return socket;
    },
    async file(name, text) {
      folder ??= await mkdtemp(join(tmpdir(), 'phonectl-live-'));
      const path = join(folder, name);
      await writeFile(path, text);
      return path;
    },
  };
  const close = async (): Promise<void> => {
    await Promise.all(connections.map((connection) => connection.close()));
    try {
      await (await beside)?.close();
    } finally {
      await world.close();
    }
    if (folder) await rm(folder, { recursive: true });
  };
  return { scene, close };
}
