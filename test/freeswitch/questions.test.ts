import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { EslClosedError } from '../../src/esl/index.js';
import { NoSuchCommandError, NoSuchProfileError, NotAllowedError, QuestionError } from '../../src/freeswitch/errors.js';
import type { Questions } from '../../src/freeswitch/questions.js';
import { apiResponse, commandReply } from '../support/scripted-server.js';
import { all, answered, recorded, served } from './asked.js';
import { listXml, registrationXml, row } from './xml-writer.js';

const AOR = { user: '1000', host: 'phones.test' };

type Ask = (questions: Questions) => Promise<unknown>;

/** Questions whose answers have a form. */
const QUESTIONS: readonly (readonly [name: string, ask: Ask])[] = [
  ['profiles', (questions) => questions.profiles()],
  ['profileStatus', (questions) => questions.profileStatus('internal')],
  ['registrations', (questions) => all(questions.registrations('internal', () => {}))],
  ['registrationsOf', (questions) => questions.registrationsOf(AOR, 'internal')],
  ['contacts', (questions) => questions.contacts('*', AOR)],
  ['userExists', (questions) => questions.userExists(AOR)],
  ['moduleExists', (questions) => questions.moduleExists('mod_sms')],
  ['channels', (questions) => questions.channels()],
  ['voicemail', (questions) => questions.voicemail(AOR)],
  ['version', (questions) => questions.version()],
  ['status', (questions) => questions.status()],
];

/** The error of a question that has no answer. */
async function failure(question: Promise<unknown>): Promise<QuestionError> {
  const error: unknown = await question.then(
    (value) => expect.fail(`it should have failed, and is ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(QuestionError);
  return error as QuestionError;
}

describe('what a real FreeSWITCH answered', () => {
  const read = async (ask: Ask, scenario: string, question: string, time?: number): Promise<unknown> => {
    const { questions, asked } = await answered(recorded(scenario, question, time));
    const answer = await ask(questions);
    expect(asked).toEqual([question]);
    return answer;
  };

  it('is its profiles, with their aliases, in its order', async () => {
    expect(await read((questions) => questions.profiles(), '05-api', 'sofia xmlstatus')).toEqual([
      {
        name: 'external',
        aliases: [],
        state: 'RUNNING (0)',
        running: true,
        urls: ['sip:mod_sofia@127.0.0.1:5080'],
      },
      {
        name: 'internal',
        aliases: ['phones.test'],
        state: 'RUNNING (0)',
        running: true,
        urls: ['sip:mod_sofia@127.0.0.1:5060'],
      },
    ]);
  });

  it('is the status of a profile', async () => {
    const question = 'sofia xmlstatus profile internal';
    const { questions, asked } = await answered(recorded('23-profile-status', question));
    const status = await questions.profileStatus('internal');
    expect(asked).toEqual([question]);
    expect(status).toMatchObject({
      name: 'internal',
      registrations: 4,
      url: 'sip:mod_sofia@127.0.0.1:5060',
      tlsUrl: undefined,
      sipIp: '127.0.0.1',
      extSipIp: '127.0.0.1',
      presenceHosts: [],
    });
    expect(status?.settings.get('dtmf-mode')).toBe('rfc2833');
  });

  it.each<[Ask, scenario: string, question: string, time: number, answer: unknown]>([
    [
      (questions) => questions.contacts('*', AOR),
      '05-api',
      'sofia_contact */1000@phones.test',
      0,
      [{ profile: 'internal', uri: 'sip:1000@127.0.0.1:7000' }],
    ],
    [
      (questions) => questions.contacts('internal', AOR),
      '20-check-sync-without-argument',
      'sofia_contact internal/1000@phones.test',
      0,
      [
        { profile: 'internal', uri: 'sip:1000@127.0.0.1:7000' },
        { profile: 'internal', uri: 'sip:1000@127.0.0.1:7100' },
      ],
    ],
    [
      (questions) => questions.contacts('internal', AOR),
      '20-check-sync-without-argument',
      'sofia_contact internal/1000@phones.test',
      1,
      [],
    ],
    [
      (questions) => questions.userParam(AOR, 'reverse-auth-user'),
      '05-api',
      'user_data 1000@phones.test param reverse-auth-user',
      0,
      '1000',
    ],
    [(questions) => questions.userParam(AOR, 'nope'), '05-api', 'user_data 1000@phones.test param nope', 0, undefined],
    [(questions) => questions.userExists(AOR), '05-api', 'user_exists id 1000 phones.test', 0, true],
    [
      (questions) => questions.userExists({ ...AOR, user: '9999' }),
      '05-api',
      'user_exists id 9999 phones.test',
      0,
      false,
    ],
    [(questions) => questions.moduleExists('mod_sms'), '05-api', 'module_exists mod_sms', 0, true],
    [(questions) => questions.moduleExists('mod_none'), '05-api', 'module_exists mod_none', 0, false],
    [(questions) => questions.channels(), '21-call-in-progress', 'show channels as json', 0, []],
    [
      (questions) => questions.channels(),
      '21-call-in-progress',
      'show channels as json',
      1,
      [
        {
          uuid: '11111111-2222-3333-4444-666666666666',
          name: 'sofia/internal/1000@127.0.0.1:7300',
          presenceId: '1000@phones.test',
          callState: 'ACTIVE',
          direction: 'outbound',
          destination: '1000',
          callUuid: '11111111-2222-3333-4444-666666666666',
        },
      ],
    ],
    [
      (questions) => questions.voicemail(AOR),
      '22-voicemail-boxcount',
      'vm_boxcount 1000@phones.test|all',
      0,
      { new: 0, saved: 0, urgentNew: 0, urgentSaved: 0 },
    ],
    [
      (questions) => questions.version(),
      '05-api',
      'version',
      0,
      '1.10.12-release+git~20240802T210227Z~a88d069d6f~64bit',
    ],
    [(questions) => questions.hostname(), '23-profile-status', 'hostname', 0, 'vm'],
    [
      (questions) => questions.status(),
      '23-profile-status',
      'status',
      0,
      {
        uptimeSeconds: 43 * 60 + 26,
        ready: true,
        version: '1.10.12-release git a88d069 2024-08-02 21:02:27Z 64bit',
        sessions: 0,
        maxSessions: 1000,
      },
    ],
  ])('%# in %s to "%s" (%d) is read', async (ask, scenario, question, time, answer) => {
    expect(await read(ask, scenario, question, time)).toEqual(answer);
  });
});

describe('profiles', () => {
  const entry = (kind: string, name: string, data: string, state: string): string =>
    `<${kind}>\n<name>${name}</name>\n<type>${kind}</type>\n<data>${data}</data>\n<state>${state}</state>\n</${kind}>\n`;
  const xml = (entries: string): string =>
    `<?xml version="1.0" encoding="ISO-8859-1"?>\n<profiles>\n${entries}</profiles>\n`;

  it('are one for all the ways into it, and no gateways, whatever these are called', async () => {
    const { questions } = await answered(
      xml(
        entry('alias', 'a&b', 'in', 'ALIASED') +
          entry('profile', 'in', 'sip:mod_sofia@192.0.2.1:5060', 'RUNNING (2)') +
          entry('profile', 'in', 'sip:mod_sofia@192.0.2.1:5061', 'RUNNING (2) (TLS)') +
          `${entry('gateway', 'internal', 'sip:x<y>@z', 'FAIL_WAIT')} (retry: 12s)\n` +
          `${entry('gateway', 'in', 'sip:z', 'REGED')}\n` +
          entry('alias', 'c', 'in', 'ALIASED'),
      ),
    );
    expect(await questions.profiles()).toEqual([
      {
        name: 'in',
        aliases: ['a&b', 'c'],
        state: 'RUNNING (2)',
        running: true,
        urls: ['sip:mod_sofia@192.0.2.1:5060', 'sip:mod_sofia@192.0.2.1:5061'],
      },
    ]);
  });

  it('may be none', async () => {
    expect(await (await answered(xml(''))).questions.profiles()).toEqual([]);
  });

  it('are none of those whose entry says too little', async () => {
    const { questions } = await answered(xml('<profile>\n<type>profile</type>\n</profile>\n'));
    expect((await failure(questions.profiles())).message).toContain('an entry without name');
  });
});

describe('a profile', () => {
  it('is found under an alias, and has its own name', async () => {
    const info =
      '    <name>phones.test</name>\n    <alias-of>internal</alias-of>\n    <registrations>7</registrations>\n';
    const { questions, asked } = await answered(
      `<?xml version="1.0"?>\n<profile>\n  <profile-info>\n${info}  </profile-info>\n</profile>\n`,
    );
    expect(await questions.profileStatus('phones.test')).toMatchObject({ name: 'internal', registrations: 7 });
    expect(asked).toEqual(['sofia xmlstatus profile phones.test']);
  });

  it('that is not running is told from one where nobody is registered', async () => {
    const { questions, asked } = await answered('Invalid Profile!\n');
    expect(await questions.profileStatus('nope')).toBeUndefined();
    const error = await failure(all(questions.registrations("my 'own'", () => {})));
    expect(error).toBeInstanceOf(NoSuchProfileError);
    expect(error.question).toBe("sofia xmlstatus profile 'my \\'own\\'' reg");
    expect(await failure(questions.registrationsOf(AOR, 'nope'))).toBeInstanceOf(NoSuchProfileError);
    expect(asked).toHaveLength(3);
  });
});

describe('the registrations of one user', () => {
  it('are those of exactly this user, whoever else the server lists', async () => {
    const others = [{ user: '1000', host: 'PHONES.test' }, { user: '10000' }, { user: '1000' }, { user: 'x@1000' }];
    const { questions, asked } = await answered(listXml(others.map((one) => registrationXml(row(one))).join('')));
    expect(await questions.registrationsOf(AOR, 'internal')).toMatchObject([AOR]);
    expect(asked).toEqual(['sofia xmlstatus profile internal user 1000@phones.test']);
  });

  it.each([
    ["o'brien", "'o\\'brien@phones.test'"],
    ['two words', "'two words@phones.test'"],
    ['back\\slash', "'back\\\\slash@phones.test'"],
    ['^^,a', "'^^,a@phones.test'"],
    ['a,b"c%_', 'a,b"c%_@phones.test'],
  ])('are asked for as one word: %s', async (user, asked) => {
    const server = await answered(listXml(registrationXml(row({ user }))));
    expect(await server.questions.registrationsOf({ ...AOR, user }, 'internal')).toMatchObject([{ user }]);
    expect(server.asked).toEqual([`sofia xmlstatus profile internal user ${asked}`]);
  });

  it.each([
    ['would be those of everybody at the host', { user: '', host: 'phones.test' }],
    ['would be those of a user at any host', { user: '1000', host: '' }],
    ['would be those of another user', { user: 'a@b', host: 'phones.test' }],
    ['could not be asked for', { user: 'a\u0007', host: 'phones.test' }],
  ])('%s: then all are gone through', async (_, aor) => {
    const rows = [row(), row(aor), registrationXml(row()).replace(/ *<user>.*\n/, '')];
    const list = rows.map((one) => (typeof one === 'string' ? one : registrationXml(one))).join('');
    const { questions, asked } = await answered(listXml(list));
    expect(await questions.registrationsOf(aor, 'internal')).toMatchObject([aor]);
    expect(asked).toEqual(['sofia xmlstatus profile internal reg']);
  });

  it('that cannot be read are no answer', async () => {
    const { questions } = await answered(listXml(registrationXml(row()).replace(/ *<call-id>.*\n/, '')));
    expect((await failure(questions.registrationsOf(AOR, 'internal'))).message).toContain('without call-id');
  });
});

describe('everyone who is registered', () => {
  it('comes while the server still writes', async () => {
    let goOn = (): void => {};
    const list = listXml(registrationXml(row({ user: '1' })) + registrationXml(row({ user: '2' })));
    const middle = list.indexOf('</registration>\n') + '</registration>\n'.length;
    const { questions } = await served(async (peer) => {
      await peer.command();
      peer.write(`Content-Type: api/response\nContent-Length: ${list.length}\n\n`);
      peer.write(list.subarray(0, middle));
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      peer.write(list.subarray(middle));
    });
    const users: string[] = [];
    for await (const { user } of questions.registrations('internal', () => {})) {
      users.push(user);
      goOn();
    }
    expect(users).toEqual(['1', '2']);
  });

  it('comes, and who cannot be read is told', async () => {
    const broken = registrationXml(row({ user: '2' })).replace('</user>', '');
    const { questions } = await answered(listXml(registrationXml(row({ user: '1' })) + broken));
    const problems: string[] = [];
    expect(await all(questions.registrations('internal', (problem) => problems.push(problem)))).toMatchObject([
      { user: '1' },
    ]);
    expect(problems).toHaveLength(1);
  });

  it('may be left, and the next question is answered', async () => {
    const many = Buffer.alloc(2_000_000, registrationXml(row()));
    const list = listXml(many.toString('latin1', 0, many.lastIndexOf('</registration>\n') + 16));
    const { questions } = await served(async (peer) => {
      await peer.command();
      peer.write(`Content-Type: api/response\nContent-Length: ${list.length}\n\n`);
      peer.write(list);
      await peer.command();
      peer.write(apiResponse('true'));
    });
    for await (const { user } of questions.registrations('internal', () => {})) {
      expect(user).toBe('1000');
      break;
    }
    expect(await questions.moduleExists('mod_sms')).toBe(true);
  });

  it('never is fewer because the connection broke', async () => {
    const list = listXml(registrationXml(row()));
    const { questions } = await served(async (peer) => {
      await peer.command();
      peer.socket.end(`Content-Type: api/response\nContent-Length: ${list.length}\n\n${list.subarray(0, -20)}`);
    });
    await expect(all(questions.registrations('internal', () => {}))).rejects.toBeInstanceOf(EslClosedError);
  });
});

describe('questions that FreeSWITCH would take for others', () => {
  it.each<[string, Ask]>([
    ['a tilde chooses a User-Agent', (questions) => questions.contacts('*', { user: 'a~b', host: 'h' })],
    ['a slash ends the profile', (questions) => questions.contacts('a/b', AOR)],
    ['a slash ends the host', (questions) => questions.contacts('*', { user: 'a', host: 'h/x' })],
    ['no user is everybody', (questions) => questions.contacts('*', { user: '', host: 'h' })],
    ['no host is another domain', (questions) => questions.userParam({ user: 'a', host: '' }, 'x')],
    ['a slash ends the voicemail profile', (questions) => questions.voicemail({ user: 'a/b', host: 'h' })],
    ['a bar chooses what is counted', (questions) => questions.voicemail({ user: 'a', host: 'h|new' })],
  ])('are not asked: %s', async (_, ask) => {
    const { questions, asked } = await answered('');
    expect((await failure(ask(questions))).message).toContain("can't be asked");
    expect(asked).toEqual([]);
  });

  it('a comma in a contact begins no further one', async () => {
    const { questions } = await answered('sofia/in/sip:a@b;x=1,2,sofia/in/sip:c@d');
    expect(await questions.contacts('*', AOR)).toEqual([
      { profile: 'in', uri: 'sip:a@b;x=1,2' },
      { profile: 'in', uri: 'sip:c@d' },
    ]);
  });
});

describe('voicemail', () => {
  it('is counted new, saved, urgent new, urgent saved', async () => {
    const { questions } = await answered('3:1:4:15');
    expect(await questions.voicemail(AOR)).toEqual({ new: 3, saved: 1, urgentNew: 4, urgentSaved: 15 });
  });

  it('is unknown, not empty, where mod_voicemail is not loaded', async () => {
    const { questions } = await answered('-ERR vm_boxcount Command not found!\n');
    expect(await questions.voicemail(AOR)).toBeUndefined();
  });
});

describe.each(QUESTIONS)('%s', (name, ask) => {
  it('that the login may not ask names the command, and what to do', async () => {
    const { questions, port } = await served(async (peer) => {
      await peer.command();
      peer.write(commandReply('-ERR permission denied'));
    });
    const error = await failure(ask(questions));
    expect(error).toBeInstanceOf(NotAllowedError);
    const command = error.question.split(' ')[0] ?? '';
    expect(error.message).toBe(`127.0.0.1:${port} does not let this user call ${command}`);
    expect(error.hint).toContain(`add ${command} to esl-allowed-api`);
  });

  it.each([
    ['HTML', '<!DOCTYPE html>\n<html><body>It works!</body></html>\n'],
    ['JSON of another kind', '[{"row_count":1}]'],
    ['less than it counts', '{"row_count":2,"rows":[{"uuid":"x"}]}'],
    ['nothing', '-ERR no reply\n'],
    ['an error', '-ERR SQL disabled, no data available!\n'],
    ['a list that breaks off', '<?xml version="1.0"?>\n<profiles>\n<profile>\n<name>internal</name>\n'],
    ['a list of something else', '<?xml version="1.0"?>\n<gateways>\n</gateways>\n'],
    ['bytes', Buffer.from([0xff, 0xfe, 0, 1, 2, 10, 0x80])],
  ])('answered with %s is an error that names the server and the question', async (_, answer) => {
    const { questions, asked } = await answered(answer);
    const error = await failure(ask(questions));
    expect(error.message).toMatch(/^127\.0\.0\.1:\d+ gave no answer to "/);
    expect(error.question).toBe(asked[0]);
    expect(error.message).toContain(`"${error.question}"`);
  });

  it('that the server does not know says which module is missing', async () => {
    const { questions } = await served(async (peer) => {
      const { line } = await peer.command();
      peer.write(apiResponse(`-ERR ${line.split(' ')[1]} Command not found!\n`));
    });
    if (name === 'voicemail') {
      expect(await ask(questions)).toBeUndefined();
      return;
    }
    const error = await failure(ask(questions));
    expect(error).toBeInstanceOf(NoSuchCommandError);
    expect(error.hint).toMatch(/^is mod_(?:sofia|commands) loaded\?$/);
  });

  it('rejects when the connection is lost', async () => {
    const { questions } = await served(async (peer) => {
      await peer.command();
      peer.socket.end();
    });
    await expect(ask(questions)).rejects.toBeInstanceOf(EslClosedError);
  });
});
