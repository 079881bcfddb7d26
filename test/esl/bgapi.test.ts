import { describe, expect, it } from 'vitest';
import {
  EslClosedError,
  EslRefusedError,
  EslUnfinishedError,
  EslUnsafeError,
  type EventSocket,
} from '../../src/esl/index.js';
import {
  commandReply,
  disconnectNotice,
  type Script,
  type SentCommand,
  scriptedServer,
} from '../support/scripted-server.js';
import { patient, rejection } from './connected.js';
import { answering, headerOf, jobEvent, jsonEvent, openTo, plainEvent } from './opened.js';

/** What a job answers: `bgapi echo TEXT` answers `TEXT`. */
function result({ line }: SentCommand): string {
  return line.replace(/^bgapi \S+ ?/, '');
}

function taken(command: SentCommand): string {
  const jobUuid = headerOf(command, 'job-uuid');
  return `Content-Type: command/reply\nReply-Text: +OK Job-UUID: ${jobUuid}\nJob-UUID: ${jobUuid}\n\n`;
}

function ended(command: SentCommand): string {
  return jobEvent(headerOf(command, 'job-uuid'), result(command));
}

/** A server that answers a job like this, and everything else with `+OK`. */
function withJobs(answer: (command: SentCommand) => string): Script {
  return answering((command) => (command.line.startsWith('bgapi ') ? answer(command) : undefined));
}

const prompt = withJobs((command) => taken(command) + ended(command));

/** The lines of all commands after the login. */
function linesOf(received: string): string[] {
  return received.split('\n').filter((line) => /^(?:api|bgapi|event|nixevent|noevents|filter|sendmsg)/.test(line));
}

async function opened(script: Script) {
  const server = await scriptedServer(script);
  const socket = await openTo(server);
  return { socket, lines: () => linesOf(server.peers[0]?.received ?? '') };
}

describe('the event that ends a background job', () => {
  it.each<[string, (command: SentCommand) => string]>([
    ['before the reply', (command) => ended(command) + taken(command)],
    ['with the reply', (command) => taken(command) + ended(command)],
  ])('may come %s', async (_, answer) => {
    const { socket } = await opened(withJobs(answer));
    const job = await socket.bgapi('echo hello\n', { jobUuid: 'mine' }).catch((error: unknown) => error);
    expect(job).toBeInstanceOf(EslUnsafeError);
    expect(await socket.bgapi('echo hello', { jobUuid: 'mine' })).toMatchObject({ jobUuid: 'mine', text: 'hello' });
  });

  it('may come after the reply, in whatever order', async () => {
    const commands: SentCommand[] = [];
    const { socket } = await opened(
      answering((command, peer) => {
        if (!command.line.startsWith('bgapi ')) return undefined;
        if (commands.push(command) < 3) return taken(command);
        peer.write(taken(command));
        return commands.reverse().map(ended).join('');
      }),
    );
    const jobs = await Promise.all(['a', 'b', 'c'].map((text) => socket.bgapi(`echo ${text}`)));
    expect(jobs.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    expect(jobs.map(({ jobUuid }) => jobUuid)).toEqual(jobs.map(({ event }) => event.headers.get('Job-UUID')));
  });

  it('is known by its Job-UUID, whoever else has jobs', async () => {
    const { socket } = await opened(
      withJobs((command) => jobEvent('another', 'no') + taken(command) + plainEvent('BACKGROUND_JOB') + ended(command)),
    );
    expect((await socket.bgapi('echo yes')).text).toBe('yes');
  });

  it.each(['-ERR no such thing', '-USAGE: x'])('says by %s that the job failed', async (text) => {
    const { socket } = await opened(prompt);
    expect(await socket.bgapi(`echo ${text}`)).toMatchObject({ ok: false, text });
  });
});

it('a result with a hundred thousand line ends in it is read in no time', async () => {
  const text = `${'\n'.repeat(200_000)}x`;
  const { socket } = await opened(
    withJobs((command) => taken(command) + jobEvent(headerOf(command, 'job-uuid'), `${text}\n\n`)),
  );
  const before = process.cpuUsage();
  expect((await socket.bgapi('x')).text).toBe(text);
  expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
});

describe('a background job is subscribed to', () => {
  it('before it is ordered, and once', async () => {
    const { socket, lines } = await opened(prompt);
    await Promise.all(Array.from({ length: 100 }, (_, number) => socket.bgapi(`echo ${number}`)));
    await socket.bgapi('echo more');
    expect(lines()[0]).toBe('event plain BACKGROUND_JOB');
    expect(lines().filter((line) => line.startsWith('event '))).toHaveLength(1);
  });

  it('in the format that was chosen before', async () => {
    const { socket, lines } = await opened(
      withJobs(
        (command) => taken(command) + jsonEvent('BACKGROUND_JOB', { 'Job-UUID': headerOf(command, 'job-uuid') }, 'ok'),
      ),
    );
    const subscribed = socket.subscribe({ names: ['HEARTBEAT'] }, 'json');
    expect((await socket.bgapi('x')).text).toBe('ok');
    await subscribed;
    await socket.subscribe({ names: ['API'] });
    expect(lines()).toEqual(['event json HEARTBEAT', 'event json BACKGROUND_JOB', 'bgapi x', 'event json API']);
  });

  it.each<[string, (socket: EventSocket) => Promise<unknown>, subscribed: boolean]>([
    ['ALL was', (socket) => socket.subscribe({ names: ['ALL'] }), true],
    ['it was by a command of its own', (socket) => socket.send({ line: 'event json background_job' }), true],
    [
      'ALL was but some',
      async (socket) => {
        await socket.subscribe({ names: ['ALL'] });
        await socket.unsubscribe({ names: ['HEARTBEAT'] });
      },
      false,
    ],
    [
      'noevents came since',
      async (socket) => {
        await socket.bgapi('x');
        await socket.unsubscribeAll();
      },
      false,
    ],
    [
      'noevents is under way',
      async (socket) => {
        await socket.bgapi('x');
        void socket.unsubscribeAll();
      },
      false,
    ],
    [
      'nixevent ALL came since',
      async (socket) => {
        await socket.bgapi('x');
        await socket.unsubscribe({ names: ['ALL'] });
      },
      false,
    ],
    [
      'only its name was taken for a subclass',
      (socket) => socket.send({ line: 'event plain CUSTOM BACKGROUND_JOB' }),
      false,
    ],
    ['the subscription was refused', (socket) => socket.send({ line: 'event plain NO_SUCH' }), false],
  ])('if %s: already %s', async (_, before, subscribed) => {
    const { socket, lines } = await opened(
      answering((command) => {
        if (command.line.includes('NO_SUCH')) return commandReply('-ERR no keywords supplied');
        return command.line.startsWith('bgapi ') ? taken(command) + ended(command) : undefined;
      }),
    );
    await before(socket);
    await socket.bgapi('echo now');
    if (subscribed) expect(lines().slice(1)).toEqual(['bgapi echo now']);
    else expect(lines().slice(-2)).toEqual([expect.stringMatching(/^event .*BACKGROUND_JOB$/), 'bgapi echo now']);
  });
});

describe('a background job beside filters', () => {
  it('gets one of its own, which is taken back', async () => {
    const { socket, lines } = await opened(prompt);
    await socket.filter('Unique-ID', 'x');
    await socket.bgapi('echo a', { jobUuid: 'j' });
    await socket.api('status');
    expect(lines()).toEqual([
      'filter Unique-ID x',
      'event plain BACKGROUND_JOB',
      'filter Job-UUID j',
      'bgapi echo a',
      'filter delete Job-UUID j',
      'api status',
    ]);
  });

  it('gets one before the first filter if it is under way already', async () => {
    const { socket, lines } = await opened(late());
    const job = socket.bgapi('echo a', { jobUuid: 'j' });
    await expect.poll(lines, patient).toContain('bgapi echo a');
    await socket.filter('Unique-ID', 'x');
    await socket.api('go');
    expect((await job).text).toBe('a');
    await socket.api('status');
    expect(lines().slice(2)).toEqual([
      'filter Job-UUID j',
      'filter Unique-ID x',
      'api go',
      'filter delete Job-UUID j',
      'api status',
    ]);
  });

  it('does not keep out everything else when they are gone', async () => {
    const { socket, lines } = await opened(late());
    await socket.filter('Unique-ID', 'x');
    const job = socket.bgapi('echo a', { jobUuid: 'j' });
    await expect.poll(lines, patient).toContain('bgapi echo a');
    await socket.deleteFilter('Unique-ID');
    expect(lines().slice(-2)).toEqual(['filter delete Unique-ID', 'filter delete Job-UUID j']);
    await socket.api('go');
    await job;
    await socket.api('status');
    expect(lines().slice(-2)).toEqual(['api go', 'api status']);
  });
});

describe('whether there are filters', () => {
  it.each<[string, (socket: EventSocket) => Promise<unknown>, filtered: boolean]>([
    ['deleted in another case', (socket) => socket.deleteFilter('UNIQUE-ID', 'a b'), false],
    ['deleted with all of its header', (socket) => socket.deleteFilter('unique-id'), false],
    ['deleted with all', (socket) => socket.deleteFilter(), false],
    ['deleted but for another value', (socket) => socket.deleteFilter('Unique-ID', 'a'), true],
    ['deleted but for another header', (socket) => socket.deleteFilter('Unique'), true],
    ['set again by a command of its own', (socket) => socket.send({ line: 'filter add Unique-ID x' }), true],
  ])('is known of one that is %s', async (_, change, filtered) => {
    const { socket, lines } = await opened(prompt);
    await socket.filter('Unique-ID', 'a b');
    await change(socket);
    await socket.bgapi('echo a', { jobUuid: 'j' });
    expect(lines().includes('filter Job-UUID j')).toBe(filtered);
  });
});

describe('a background job rejects', () => {
  it('if this login may not use it', async () => {
    const { socket } = await opened(withJobs(() => commandReply('-ERR permission denied')));
    const error = await rejection(socket.bgapi('version'));
    expect(error).toBeInstanceOf(EslRefusedError);
    expect(error.message).toContain('refused bgapi version: -ERR permission denied');
    expect((await socket.send({ line: 'noevents' })).ok).toBe(true);
  });

  it('if this login may not have its event, and is not ordered', async () => {
    const { socket, lines } = await opened(answering(() => commandReply('-ERR permission denied')));
    expect(await rejection(socket.bgapi('version'))).toBeInstanceOf(EslRefusedError);
    expect(lines()).toEqual(['event plain BACKGROUND_JOB']);
  });

  it('after its time, and leaves the connection in step', async () => {
    const { socket } = await opened(withJobs(taken));
    const error = await rejection(socket.bgapi('version', { timeoutMs: 50 }));
    expect(error).toBeInstanceOf(EslUnfinishedError);
    expect(error).toMatchObject({ lost: 'command', written: true });
    expect((await socket.api('status')).ok).toBe(true);
  });

  it('as soon as it is given up, whatever the connection does', async () => {
    const { socket, lines } = await opened(async (peer) => {
      await peer.acceptLogin();
      peer.write(commandReply(`+OK ${(await peer.command()).line}`));
    });
    const giveUp = new AbortController();
    const error = rejection(socket.bgapi('version', { signal: giveUp.signal }));
    await expect.poll(lines, patient).toHaveLength(2);
    giveUp.abort();
    expect(await error).toMatchObject({ code: 'unfinished', written: true });
  });

  it.each([
    ['before', 0, 0],
    ['while it is subscribed to', 1, 1],
  ])('if it was given up %s, and is never ordered', async (_, commandsBefore, commandsAfter) => {
    const { socket, lines } = await opened((peer) => void peer.acceptLogin());
    const giveUp = new AbortController();
    if (commandsBefore === 0) giveUp.abort();
    const error = rejection(socket.bgapi('fsctl shutdown', { signal: giveUp.signal }));
    await expect.poll(lines, patient).toHaveLength(commandsBefore);
    giveUp.abort();
    expect(await error).toMatchObject({ code: 'unfinished', written: false });
    expect(lines()).toHaveLength(commandsAfter);
  });

  it('if another one of this Job-UUID is under way, which goes on', async () => {
    const { socket, lines } = await opened(late());
    const first = socket.bgapi('echo a', { jobUuid: 'j' });
    expect(await rejection(socket.bgapi('echo b', { jobUuid: 'j' }))).toBeInstanceOf(EslUnsafeError);
    await expect.poll(lines, patient).toContain('bgapi echo a');
    await socket.api('go');
    expect((await first).text).toBe('a');
    expect(lines().filter((line) => line.startsWith('bgapi'))).toEqual(['bgapi echo a']);
  });

  it.each([
    ['without a word', ''],
    ['with a notice', disconnectNotice('The system is being shut down.\n')],
  ])('if the connection ends %s', async (_, notice) => {
    const { socket } = await opened(
      answering((command, peer) => {
        if (!command.line.startsWith('bgapi ')) return undefined;
        peer.socket.end(taken(command) + notice);
        return '';
      }),
    );
    const error = await rejection(socket.bgapi('version'));
    expect(error).toBeInstanceOf(EslClosedError);
    expect(error).toMatchObject({ written: true, lost: 'connection' });
    expect(error.message).toMatch(/the result of bgapi version .* did not come: .*the server closed the connection/);
  });
});

/** A server that ends jobs when it is told to by `api go`. */
function late(): Script {
  const jobs: SentCommand[] = [];
  return answering((command, peer) => {
    if (command.line.startsWith('bgapi ')) {
      jobs.push(command);
      return taken(command);
    }
    if (command.line !== 'api go') return undefined;
    peer.write(commandReply('+OK'));
    return jobs.splice(0).map(ended).join('');
  });
}
