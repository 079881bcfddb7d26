import { expect } from 'vitest';
import type { Header } from '../../../src/esl/index.js';
import { csv } from '../csv.js';
import { outcomes, outcomeWords } from '../outcomes.js';
import type { Scenario } from '../scenario.js';
import { expectWhole, onlyRequest, titles, userForm } from '../seen.js';
import type { World, WorldPhone } from '../world.js';

/** An event without what FreeSWITCH wants of it: answered +OK, and nobody gets anything. */
interface Incomplete {
  readonly event: string;
  readonly headers: readonly Header[];
  readonly body?: string;
  /** What phonectl names as missing or wrong. */
  readonly lacks: string;
}

/** What a template says that carries an own text to a phone. */
const FIRE_DRILL =
  'sendevent SEND_MESSAGE\nprofile: {{profile}}\ncontent-type: text/plain\nsubject: {{subject}}\nuser: {{user}}\n' +
  'host: {{host}}\n\n{{text}}';

/** That phonectl tells the truth, and that nothing in a file can do harm. */
export function truthScenarios(scenario: Scenario): void {
  scenario('what FreeSWITCH would ignore without a word is refused before it is sent', async (scene) => {
    const { world, file, phonectl, connect } = scene;
    const phone = await world.phone({ user: world.user(0), subscriptions: ['message-summary', 'as-feature-event'] });
    const connection = await connect();
    for (const [index, { event, headers, body = '', lacks }] of incomplete(world, phone).entries()) {
      const { text } = await connection.send({ line: `sendevent ${event}`, headers, body });
      expect(text, event).toMatch(/^\+OK [0-9a-f-]{36}$/);

      const template = await file(`incomplete-${index}.hbs`, templateOf(event, headers, body));
      const run = await phonectl(['send', template, phone.aor]);
      expect([2, 3], run.stderr).toContain(run.code);
      expect(run.stderr).toContain(lacks);
    }
    expect(await titles([phone], 0)).toEqual([[]]);
  });

  scenario('a feature without a name would reach a phone empty, and is refused', async (scene) => {
    const { world, file, phonectl, connect } = scene;
    const phone = await world.phone({ user: world.user(0), subscriptions: ['as-feature-event'] });
    const headers = userForm(world, phone.user);
    await (await connect()).send({ line: 'sendevent PHONE_FEATURE', headers });
    expect((await onlyRequest(phone)).body).toBe('');

    const run = await phonectl(['send', await file('feature.hbs', templateOf('PHONE_FEATURE', headers)), phone.aor]);
    expect(run.stderr).toContain('Feature-Event');
    expect(await titles([phone], 1)).toHaveLength(1);
  });

  scenario('an order to nobody, or through no SIP profile, reaches nobody', async ({ world, connect }) => {
    const phone = await world.phone({ user: world.user(0) });
    const nobody = await world.phone({ user: world.user(1), offline: true });
    const connection = await connect();
    const check = (user: string, profile = world.profile): readonly Header[] => [
      ...userForm({ profile, domain: world.domain }, user),
      ['event-string', 'check-sync'],
      ['content-type', 'text/plain'],
    ];
    const replies = [
      await connection.send({ line: 'sendevent' }),
      await connection.send({ line: 'sendevent NOTIFY', headers: check(phone.user, 'no-such-profile') }),
      await connection.send({ line: 'sendevent NOTIFY', headers: check(nobody.user) }),
      await connection.send({ line: 'sendevent SEND_MESSAGE', headers: check(nobody.user), body: 'x' }),
    ];
    expect(replies.filter(({ text }) => !text.startsWith('+OK '))).toEqual([]);
    expect(await titles([phone, nobody], 0)).toEqual([[], []]);
  });

  scenario('a hostile cell changes nobody else’s order, and the server is none the wiser', async (scene) => {
    const { world, file, phonectl, connect } = scene;
    const rows = hostileRows(world);
    const phones = await Promise.all(rows.map((_, index) => world.phone({ user: world.user(index) })));
    const cells = rows.map(({ subject, text }, index) => [world.user(index), world.domain, subject, text]);
    const inventory = await file('hostile.csv', csv([['user', 'domain', 'subject', 'text'], ...cells]));
    const template = await file('fire-drill.hbs', FIRE_DRILL);

    const strict = await phonectl(['send', template, '-i', inventory]);
    expect(strict.code, strict.stderr).toBe(3);
    expect(await titles(phones, 0)).toEqual(rows.map(() => []));

    const run = await phonectl(['send', template, '-i', inventory, '--skip-invalid', '--json']);
    expect(run.code, run.stderr).toBe(5);
    const found = outcomes(run);
    for (const [index, phone] of phones.entries()) {
      const { sound, subject, text } = rows[index] ?? { sound: true };
      const requests = await phone.requests(sound ? 1 : 0);
      const got = requests.map(({ method, headers, body }) => [method, headers.get('subject'), body]);
      expect(got, `row ${index + 1}`).toEqual(sound ? [['MESSAGE', subject, text]] : []);
      requests.forEach(expectWhole);
      expect(found[phone.aor]).toMatchObject(
        sound ? { outcome: 'accepted', reason: null } : { outcome: 'invalid', reason: expect.stringMatching(/\w/) },
      );
    }
    const { text: status } = await (await connect()).send({ line: 'api status' });
    expect(status).toMatch(/^UP /);
  });

  scenario(
    'a hostile name of a phone or a SIP profile is a row that is wrong',
    async ({ world, file, phonectl, connect }) => {
      const phone = await world.phone({ user: world.user(0) });
      const bad = ['\n\napi shutdown\n\n', '\r', '\0', '\r\nprofile: internal'];
      const rows = [
        ...bad.map((text) => [`${world.user(1)}${text}`, world.domain, world.profile]),
        ...bad.map((text) => [world.user(2), `${world.domain}${text}`, world.profile]),
        ...bad.map((text) => [world.user(3), world.domain, `${world.profile}${text}x`]),
        [phone.user, world.domain, world.profile],
      ];
      const inventory = await file('hostile.csv', csv([['user', 'domain', 'profile'], ...rows]));
      const run = await phonectl(['notify', 'check-sync', '-i', inventory, '--skip-invalid', '--json']);
      expect(run.code, run.stderr).toBe(5);
      expect(outcomeWords(run)).toEqual([...rows.slice(1).map(() => 'invalid'), 'accepted']);
      expect(await titles([phone], 1)).toEqual([['NOTIFY check-sync']]);
      const { text: status } = await (await connect()).send({ line: 'api status' });
      expect(status).toMatch(/^UP /);
    },
  );

  scenario('with a wrong password nothing is sent, and every phone says so', async ({ world, phonectl }) => {
    const phones = [await world.phone({ user: world.user(0) }), await world.phone({ user: world.user(1) })];
    const aors = phones.map(({ aor }) => aor);
    const env = { PHONECTL_PASSWORD: `${world.esl.password}-not` };
    const run = await phonectl(['notify', 'check-sync', ...aors, '--json'], { env });
    expect(run.code, run.stderr).toBe(4);
    expect(outcomeWords(run)).toEqual(['not-sent', 'not-sent']);
    expect(run.stderr).toContain('refused the login');
    expect(run.stdout + run.stderr).not.toContain(env.PHONECTL_PASSWORD);
    expect(await titles(phones, 0)).toEqual([[], []]);
  });
}

/** Rows for everything that has ever been in somebody's spreadsheet; the sound ones arrive as they are. */
function hostileRows(world: World) {
  const { domain, profile } = world;
  const harmless = 'nothing special';
  // For the phone of the first row; if it ever gets it, a cell has become a command.
  const order = `sendevent NOTIFY\nprofile: ${profile}\nevent-string: reboot\ncontent-type: text/plain\nuser: ${world.user(0)}\nhost: ${domain}\n\n`;
  const subjects: [subject: string, sound: boolean][] = [
    [harmless, true],
    ['line\nfeed', false],
    ['carriage\rreturn', false],
    ['line\r\nContent-Length: 5\r\n\r\n', false],
    ['nul\0inside', false],
    ['x\n\napi shutdown\n\n', false],
    [`x\n\n${order}`, false],
    ['say "hi", she said; \'twas 7" wide', true],
    ['☎️ 👩‍👧 Grüße {{user}} %0A%0Aapi%20shutdown \\n\\napi shutdown', true],
    ['ARRAY::one|:two', false],
    ['x'.repeat(100_000), false],
    ['escape \u001b[31m', false],
  ];
  const texts: [text: string, sound: boolean][] = [
    ['\n\napi shutdown\n\n', true],
    [`\r\n\r\n${order}\0`, false],
    [`\r\n\r\n${order}`, true],
    ['content-length: 5\n\n{{{profile}}} $1 %s', true],
    ['x'.repeat(100_000), false],
    ['the last one', true],
  ];
  return [
    ...subjects.map(([subject, sound]) => ({ subject, text: harmless, sound })),
    ...texts.map(([text, sound]) => ({ subject: harmless, text, sound })),
  ];
}

/** As they were measured: each of these was answered +OK. */
function incomplete(world: World, phone: WorldPhone): readonly Incomplete[] {
  const { profile } = world;
  const receiver = userForm(world, phone.user);
  const type: Header = ['content-type', 'text/plain'];
  const check: Header = ['event-string', 'check-sync'];
  const account = `sip:${phone.aor}`;
  return [
    { event: 'NOTIFY', headers: [...receiver, type], lacks: 'event-string' },
    { event: 'NOTIFY', headers: [...receiver, check], lacks: 'content-type' },
    { event: 'NOTIFY', headers: [...receiver.slice(0, 2), type, check], lacks: 'host' },
    { event: 'NOTIFY', headers: [...receiver, type, check, ['to-uri', phone.url]], lacks: 'from-uri' },
    { event: 'NO_SUCH_EVENT', headers: receiver, lacks: 'NO_SUCH_EVENT' },
    { event: 'SEND_MESSAGE', headers: receiver, body: 'x', lacks: 'content-type' },
    { event: 'SEND_INFO', headers: [['profile', profile], type, ['to-uri', phone.url]], body: 'x', lacks: 'from-uri' },
    { event: 'MESSAGE_WAITING', headers: [['MWI-Message-Account', account]], lacks: 'MWI-Messages-Waiting' },
    {
      event: 'MESSAGE_WAITING',
      headers: [
        ['MWI-Messages-Waiting', 'yes'],
        ['MWI-Message-Account', phone.user],
      ],
      lacks: 'MWI-Message-Account',
    },
    { event: 'PHONE_FEATURE', headers: [...receiver.slice(0, 2), ['Feature-Event', 'init']], lacks: 'host' },
  ];
}

/** A template that says just this. */
function templateOf(event: string, headers: readonly Header[], body = ''): string {
  return [`sendevent ${event}`, ...headers.map(([name, value]) => `${name}: ${value}`), '', body].join('\n');
}
