import { expect } from 'vitest';
import { type Connection, connect } from '../../../src/esl/index.js';
import type { Scenario } from '../scenario.js';
import { titles, userForm } from '../seen.js';
import { within } from '../until.js';
import type { World, WorldPhone } from '../world.js';

const AGENTS = ['snomD785/10.1.54.13', 'Cisco/SPA504G-7.6.2f "&<é', `Yealink 'SIP'-T46U > 108.86.0.20`];

/** What the library asks the event socket itself. */
export function socketScenarios(scenario: Scenario): void {
  scenario('a user of the directory may do what the directory allows', async ({ world }) => {
    const phone = await world.phone({ user: world.user(0) });
    const { host, port } = world.esl;
    const connection = await connect({ host, port, ...world.operator });
    try {
      expect(await ask(connection, 'api status')).toMatch(/^UP /);
      expect(await ask(connection, 'api version')).toBe('-ERR permission denied');
      expect(await ask(connection, 'bgapi version')).toBe('-ERR permission denied');
      expect(await ask(connection, 'event plain CUSTOM sofia::register')).toBe('+OK event listener enabled plain');
      expect(await ask(connection, 'event plain CHANNEL_CREATE')).toBe('-ERR permission denied');
      expect(await ask(connection, 'log info')).toBe('-ERR permission denied');
      const reply = await connection.send({
        line: 'sendevent NOTIFY',
        headers: [...userForm(world, phone.user), ['event-string', 'check-sync'], ['content-type', 'text/plain']],
      });
      expect(reply.text).toMatch(/^\+OK [0-9a-f-]{36}$/);
    } finally {
      await connection.close();
    }
    expect(await titles([phone], 1)).toEqual([['NOTIFY check-sync']]);
  });

  scenario('a user with a wrong password is refused', async ({ world }) => {
    const { host, port } = world.esl;
    const login = connect({ host, port, user: world.operator.user, password: 'not-this-one' });
    await expect(login).rejects.toMatchObject({ code: 'auth', written: false });
  });

  scenario('the SIP profile lists who is registered, with any User-Agent', async (scene) => {
    const { world } = scene;
    const phones = await registered(scene.world);
    const connection = await scene.connect();
    const list = await ask(connection, `api sofia xmlstatus profile ${world.profile} reg`);
    expect(list).toMatch(/^<\?xml version="1.0" encoding="ISO-8859-1"\?>\n<profile>\n/);
    expect(list.endsWith('</profile>')).toBe(true);
    for (const { aor, callId, userAgent, url } of phones) {
      expect(fieldsOf(list, callId)).toMatchObject({
        user: aor,
        agent: xml(userAgent),
        contact: `&quot;&quot; &lt;${url}&gt;`,
        'mwi-account': aor,
        status: expect.stringMatching(/^Registered\(UDP\)\(unknown\) exp\(.+\) expsecs\(\d+\)$/),
      });
      const own = await ask(connection, `api sofia xmlstatus profile ${world.profile} user ${aor}`);
      expect(fieldsOf(own, callId)).toMatchObject({ user: aor, agent: xml(userAgent) });
    }
  });

  scenario('show registrations and sofia_contact know them, too', async (scene) => {
    const { world } = scene;
    const [phone] = await registered(scene.world);
    if (!phone) throw new Error('no phone');
    const connection = await scene.connect();
    // FreeSWITCH writes this table in its own time.
    let row: object | undefined;
    await within(5000, async () => {
      const { rows = [] } = JSON.parse(await ask(connection, 'api show registrations as json'));
      row = rows.find(({ token }: { token?: string }) => token === phone.callId);
      return row !== undefined;
    });
    const url = `sofia/${world.profile}/${phone.url}`;
    expect(row).toMatchObject({ reg_user: phone.user, realm: world.domain, url, network_proto: 'udp' });
    expect(await ask(connection, `api sofia_contact ${world.profile}/${phone.aor}`)).toBe(url);
    const nobody = `${world.user(9)}@${world.domain}`;
    expect(await ask(connection, `api sofia_contact ${world.profile}/${nobody}`)).toBe('error/user_not_registered');
  });

  scenario('a SIP profile that is not there is said so in plain text', async (scene) => {
    const connection = await scene.connect();
    expect(await ask(connection, 'api sofia xmlstatus profile no-such-profile reg')).toBe('Invalid Profile!');
  });

  scenario('the console completes what is typed, in the words of the server', async (scene) => {
    const { world } = scene;
    const connection = await scene.connect();
    const completed = (line: string) => ask(connection, `api console_complete c=${line.length};${line}`);
    expect(await completed('hostnam')).toBe('\n\n[            hostname]\t\n\nwrite=7:hostname ');
    expect(await completed('sofia status prof')).toBe('\n\n[             profile]\t\n\nwrite=4:profile ');
    const profile = `[${world.profile.padStart(20)}]\t`;
    const line = `sofia status profile ${world.profile.slice(0, -1)}`;
    expect(await completed(line)).toContain(profile);
    expect(await completed('sofia status profile ')).toContain(profile);
    const calls = await completed('show c');
    for (const word of ['calls', 'channels']) expect(calls).toContain(`[${word.padStart(20)}]\t`);
    expect(calls).toMatch(/\n\nwrite=1:c$/);
    expect(await ask(connection, 'api console_complete zzz')).toBe('');
    // A word that is over is none to be completed, which only the blank behind it says.
    expect(await completed('version')).toMatch(/write=7:version $/);
    expect(await completed('version ')).not.toContain('write=');
  });

  scenario('commands sent at once are answered in their order', async (scene) => {
    const connection = await scene.connect();
    const words = Array.from({ length: 100 }, (_, index) => `word ${index} ☎`);
    const answers = await Promise.all(words.map((word) => ask(connection, `api eval ${word}`)));
    expect(answers).toEqual(words);
    expect(await ask(connection, 'api no-such-command')).toBe('-ERR no-such-command Command not found!');
    expect(await ask(connection, 'no-such-command')).toBe('-ERR command not found');
  });
}

async function registered(world: World): Promise<WorldPhone[]> {
  return Promise.all(AGENTS.map((userAgent, index) => world.phone({ user: world.user(index), userAgent })));
}

async function ask(connection: Connection, line: string): Promise<string> {
  return (await connection.send({ line })).text;
}

/** The fields of the registration with this Call-ID, as they stand in the XML. */
function fieldsOf(list: string, callId: string): Record<string, string> {
  const rows = list.split('<registration>').slice(1);
  const row = rows.find((text) => text.includes(`<call-id>${callId}</call-id>`)) ?? '';
  return Object.fromEntries(
    [...row.matchAll(/<([\w-]+)>([^<]*)<\/\1>/g)].map(([, name = '', text = '']) => [name, text]),
  );
}

function xml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
