import { describe, expect, it } from 'vitest';
import { complete, readMatches } from '../../../src/cli/esl/console/completion.js';
import { openSocket } from '../../../src/esl/index.js';
import { eslServer } from '../../support/esl-server.js';
import { withSandbox } from '../../support/lab.js';
import { apiResponse } from '../../support/scripted-server.js';

const nobody = () => undefined;

describe('completion', () => {
  it.each([
    ['/n', ['/nixevent', '/noevents', '/nolog'], '/n'],
    ['/he', ['/help '], '/he'],
    ['/event x', ['xml '], 'x'],
    ['/event channel_an', ['CHANNEL_ANSWER '], 'channel_an'],
    ['/event json HEARTB', ['HEARTBEAT '], 'HEARTB'],
    ['/event json x', [], 'x'],
    ['/log w', ['warning '], 'w'],
    ['/log warning x', [], 'x'],
    ['/filter d', ['delete '], 'd'],
    ['sendevent NOTIFY_', ['NOTIFY_IN '], 'NOTIFY_'],
    ['/quit now', [], 'now'],
    // Nobody is there to be asked.
    ['sta', [], 'sta'],
  ])('of %j', async (line, words, begun) => {
    expect(await complete(line, nobody)).toEqual([words, begun]);
  });

  it('of FreeSWITCH’s own commands is the one of the server', async () => {
    await withSandbox({}, async ({ port, commands }) => {
      const socket = await openSocket({ host: '127.0.0.1', port, password: 'ClueCon' });
      const of = (line: string) => complete(line, () => socket);
      expect(await of('sta')).toEqual([['status '], 'sta']);
      expect(await of('sofia status profile in')).toEqual([['internal '], 'in']);
      expect(await of('  show c')).toEqual([['calls', 'channels'], 'c']);
      expect(await of('/bgapi sofia st')).toEqual([['status '], 'st']);
      expect(await of('zzz')).toEqual([[], 'zzz']);
      expect((await of(''))[0]).toContain('originate');
      await socket.close();
      const asked = commands.map(String).filter((text) => text.startsWith('api'));
      expect(asked.slice(0, 2)).toEqual([
        'api console_complete c=3;sta\n\n',
        'api console_complete c=23;sofia status profile in\n\n',
      ]);
    });
  });

  it('never lets a line move the cursor of the server, which would write behind its end', async () => {
    const { server, lines } = await eslServer(() => apiResponse('\n\n\n\n'));
    const socket = await openSocket({ host: '127.0.0.1', port: server.port, password: 'ClueCon' });
    await complete('log ü c=99999;sta', () => socket);
    await socket.close();
    expect(lines[0]).toBe('api console_complete c=18;log ü c=99999;sta');
  });

  it('goes without what can not be sent, is refused or comes too late', async () => {
    const { server, lines } = await eslServer(({ line }) =>
      line.endsWith('late')
        ? new Promise(() => {})
        : 'Content-Type: command/reply\nReply-Text: -ERR permission denied\n\n',
    );
    const socket = await openSocket({ host: '127.0.0.1', port: server.port, password: 'ClueCon' });
    const of = (line: string) => complete(line, () => socket);
    expect(await of('st\u0001')).toEqual([[], 'st\u0001']);
    expect(await of(`echo ${'x '.repeat(20)}`)).toEqual([[], '']);
    expect(await of('refused')).toEqual([[], 'refused']);
    expect(await of('late')).toEqual([[], 'late']);
    expect(lines).toEqual(['api console_complete c=7;refused', 'api console_complete c=4;late']);
    socket.connection.destroy();
  });
});

it('what the server offers is each once, and nothing that would do something to a terminal', () => {
  expect(readMatches('\n\n[              status]\t[              status]\t\n\nwrite=2:status')).toEqual(['status ']);
  expect(readMatches('\n\n[                a\u001b]\t[                   b]\t[                   c]\t\n\n')).toEqual([
    'b',
    'c',
  ]);
  expect(readMatches('-ERR permission denied')).toEqual([]);
});
