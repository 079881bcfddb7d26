import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { ensureBuilt } from '../support/built.js';
import { apiResponse, commandReply, deadPort, scriptedServer } from '../support/scripted-server.js';
import { callEnded, calling } from './calling.js';
import { patient } from './connected.js';
import { answering, headerOf, jobEvent, jsonEvent, plainEvent } from './opened.js';

// They run as they stand: what they import is the package that they are in.
beforeAll(ensureBuilt);

interface Program {
  readonly process: ChildProcess;
  /** What it has printed so far, errors too. */
  readonly output: () => string;
  /** The exit code, once it has ended by itself. */
  readonly ended: Promise<number | null>;
}

function run(name: string, env: Record<string, string>, ...args: string[]): Program {
  const { NODE_EXTRA_CA_CERTS: _slow, ...inherited } = process.env;
  const child = spawn(process.execPath, [fileURLToPath(new URL(`examples/${name}.mjs`, import.meta.url)), ...args], {
    env: { ...inherited, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { process: child, output: () => output, ended };
}

/** Runs a program that listens for calls, and says where. */
async function runServer(name: string): Promise<Program & { port: number }> {
  const program = run(name, { PORT: '0' });
  await expect.poll(program.output, patient).toMatch(/listening on 127\.0\.0\.1:\d+\n/);
  return { ...program, port: Number(/:(\d+)\n/.exec(program.output())?.[1]) };
}

it('inbound: an api and a background job', async () => {
  const server = await scriptedServer(
    answering((command) => {
      if (command.line === 'api status') return apiResponse('UP 0 years\n');
      if (!command.line.startsWith('bgapi originate')) return undefined;
      return commandReply('+OK') + jobEvent(headerOf(command, 'job-uuid'), '+OK 7f4de4bc\n');
    }),
  );
  const program = run('inbound', { FREESWITCH_PORT: `${server.port}` });
  expect(await program.ended).toBe(0);
  expect(program.output()).toBe('UP 0 years\n1000 has answered: +OK 7f4de4bc\n');
  expect(server.peers[0]?.received).toMatch(/^auth ClueCon\n\n[\s\S]*exit\n\n$/);
});

it('one-call: events with a filter', async () => {
  const server = await scriptedServer(
    answering(({ line }) => {
      if (line === 'api uuid_exists u-1') return apiResponse('true');
      if (!line.startsWith('event ')) return undefined;
      return (
        commandReply('+OK event listener enabled plain') +
        plainEvent('CHANNEL_ANSWER', { 'Caller-Destination-Number': '1000' }) +
        plainEvent('DTMF', { 'DTMF-Digit': '5' }) +
        plainEvent('CHANNEL_HANGUP_COMPLETE', { 'Hangup-Cause': 'NORMAL_CLEARING' })
      );
    }),
  );
  const program = run('one-call', { FREESWITCH_PORT: `${server.port}` }, 'u-1');
  expect(await program.ended).toBe(0);
  expect(program.output()).toBe('answered by 1000\npressed 5\nended: NORMAL_CLEARING\n');
  expect(server.peers[0]?.received).toContain('filter Unique-ID u-1\n\nevent plain CHANNEL_ANSWER DTMF');
});

it('one-call: no such call', async () => {
  const server = await scriptedServer(
    answering(({ line }) => (line.startsWith('api ') ? apiResponse('false') : undefined)),
  );
  const program = run('one-call', { FREESWITCH_PORT: `${server.port}` }, 'u-2');
  expect(await program.ended).toBe(1);
  expect(program.output()).toBe('there is no call u-2\n');
  const without = run('one-call', {});
  expect(await without.ended).toBe(2);
  expect(without.output()).toBe('usage: node one-call.mjs UUID\n');
});

it.each(['inbound', 'one-call', 'follow-registrations'])('%s: no FreeSWITCH', async (name) => {
  const port = await deadPort();
  const program = run(name, { FREESWITCH_PORT: `${port}` }, 'u-1');
  expect(await program.ended).toBe(1);
  expect(program.output()).toMatch(new RegExp(`^.*127\\.0\\.0\\.1:${port}.*\\n$`));
});

it.each(['menu', 'greeting'])('%s: a port that is taken', async (name) => {
  const { port } = await scriptedServer(() => {});
  const program = run(name, { PORT: `${port}` });
  expect(await program.ended).toBe(1);
  expect(program.output()).toMatch(/^can't listen on .*\n$/);
});

it('follow-registrations: a socket that comes back', async () => {
  const server = await scriptedServer(
    answering(({ line }, peer) => {
      if (line.startsWith('api ')) return apiResponse('{"row_count":2,"rows":[]}');
      if (!line.startsWith('event ')) return undefined;
      const user = `100${server.peers.indexOf(peer)}`;
      const registered = { 'Event-Subclass': 'sofia::register', 'from-user': user, 'from-host': 'phones.test' };
      return commandReply('+OK event listener enabled json') + jsonEvent('CUSTOM', registered);
    }),
  );
  const program = run('follow-registrations', { FREESWITCH_PORT: `${server.port}` });
  await expect.poll(program.output, patient).toContain('1000@phones.test has registered\n');
  expect(server.peers[0]?.received).toContain('event json CUSTOM sofia::register\n\n');
  server.peers[0]?.socket.destroy();
  await expect.poll(program.output, patient).toContain('1001@phones.test has registered\n');
  program.process.kill('SIGTERM');
  expect(await program.ended).toBe(0);
  expect(program.output()).toMatch(
    /^1000@phones.test has registered\nlost: .* closed the connection\nback: 2 phones are registered\n1001@phones.test/,
  );
});

it('menu: an outbound socket, async full', async () => {
  const program = await runServer('menu');
  const peer = await calling(program, {
    answer: (command) => {
      if (command.line.startsWith('api ')) return apiResponse('open');
      const id = headerOf(command, 'event-uuid');
      if (id === '') return undefined;
      return (
        commandReply('+OK') + plainEvent('CHANNEL_EXECUTE_COMPLETE', { 'Application-UUID': id, variable_choice: '2' })
      );
    },
  });
  await peer.closed;
  program.process.kill('SIGTERM');
  expect(await program.ended).toBe(0);
  expect(program.output()).toMatch(/\n1001 chose 2\n$/);
  expect(peer.received).toMatch(/execute-app-name: transfer\nexecute-app-arg: queue-2\n\nexit\n\n$/);
});

it('menu: a caller who says nothing', async () => {
  const program = await runServer('menu');
  const peer = await calling(program, {
    answer: (command) => {
      const id = headerOf(command, 'event-uuid');
      if (id === '') return undefined;
      return commandReply('+OK') + plainEvent('CHANNEL_EXECUTE_COMPLETE', { 'Application-UUID': id });
    },
  });
  await peer.closed;
  program.process.kill('SIGTERM');
  expect(await program.ended).toBe(0);
  expect(program.output()).toMatch(/\n1001 chose nothing\n$/);
  expect(peer.received).toContain('call-command: hangup');
  expect(peer.received).not.toMatch(/undefined|api /);
});

it('greeting: an outbound socket, synchronous', async () => {
  const program = await runServer('greeting');
  const peer = await calling(program, {
    mode: 'static',
    control: 'single-channel',
    answer: (command, to) => {
      if (command.line === 'getvar language') return commandReply('de');
      if (headerOf(command, 'call-command') !== 'hangup') return undefined;
      to.socket.end(commandReply('+OK') + callEnded());
      return '';
    },
  });
  await peer.closed;
  program.process.kill('SIGTERM');
  expect(await program.ended).toBe(0);
  expect(peer.received.match(/(?<=execute-app-(?:name|arg): ).*/g)).toEqual([
    'answer',
    'playback',
    'welcome.wav',
    'playback',
    'goodbye-de.wav',
  ]);
  expect(program.output()).toMatch(/^listening on .*\n$/);
});
