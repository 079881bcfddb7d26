import { Buffer } from 'node:buffer';
import { expect } from 'vitest';
import { Pace } from '../../../src/run/pace.js';
import { csv } from '../csv.js';
import { outcomeWords } from '../outcomes.js';
import type { Scenario } from '../scenario.js';
import { expectWhole, onlyRequest, textOfBytes, titles, userForm } from '../seen.js';

const BODY = '<?xml version="1.0"?>\r\n<text>Grüße ☎ 你好 👩‍👧 & "quoted"\t\n\n</text>\n\n';
const BODY_SIZES = [0, 1, 2, 65, 1300, 20_000];
const FLOOD = { phones: 20, each: 50 };

/** NOTIFYs of one's own. */
export function notifyScenarios(scenario: Scenario): void {
  scenario('notify carries any body, byte for byte', async ({ world, file, phonectl }) => {
    const phone = await world.phone({ user: world.user(0) });
    const path = await file('push.xml', BODY);
    const type = ['--content-type', 'application/snomxml', '--body-file', path];
    const run = await phonectl(['notify', 'xml', phone.aor, ...type, '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(outcomeWords(run)).toEqual(['accepted']);
    const { method, uri, headers, raw } = await onlyRequest(phone);
    expect([method, uri]).toEqual(['NOTIFY', phone.url]);
    expect(headers.get('event')).toBe('xml');
    expect(headers.get('content-type')).toBe('application/snomxml');
    expect(headers.get('subscription-state')).toBe('terminated;reason=noresource');
    expect(raw.subarray(-Buffer.byteLength(BODY)).equals(Buffer.from(BODY))).toBe(true);
  });

  scenario('a body of any length has the right Content-Length, and leaves the server in step', async (scene) => {
    const { world, file, phonectl } = scene;
    const phones = await Promise.all(BODY_SIZES.map((_, index) => world.phone({ user: world.user(index) })));
    const bodies = BODY_SIZES.map(textOfBytes);
    const rows = phones.map(({ aor }, index) => [aor, bodies[index] ?? '']);
    const inventory = await file('bodies.csv', csv([['aor', 'body'], ...rows]));
    const values = ['--set', 'event=x-size', '--set', 'content_type=text/plain'];
    const run = await phonectl(['send', 'notify', '-i', inventory, ...values, '--json']);
    expect(run.code, run.stderr).toBe(0);
    for (const [index, phone] of phones.entries()) {
      const { headers, body } = await onlyRequest(phone);
      expect(headers.get('content-length')).toBe(String(BODY_SIZES[index]));
      expect(body).toBe(bodies[index]);
    }
  });

  scenario('resync-url goes to a URI, whoever is registered', async ({ world, phonectl }) => {
    const phone = await world.phone({ user: world.user(0), offline: true });
    const url = 'http://192.0.2.7/spa$MA.xml';
    const from = `sip:${world.user(1)}@${world.domain}`;
    const values = ['--set', `url=${url}`, '--set', `to_uri=${phone.url}`, '--set', `from_uri=${from}`];
    const run = await phonectl(['send', 'resync-url', phone.aor, ...values, '--json']);
    expect(run.code, run.stderr).toBe(0);
    const { method, uri, headers, body } = await onlyRequest(phone);
    expect([method, uri, body]).toEqual(['NOTIFY', phone.url, '']);
    expect(headers.get('event')).toBe(`resync;profile=${url}`);
    expect(headers.get('to')).toBe(`<${phone.url}>`);
    expect(headers.get('from')).toMatch(new RegExp(`^<${from}>;tag=`));
  });

  scenario('a push to the screen arrives as sound XML', async ({ world, phonectl }) => {
    const phone = await world.phone({ user: world.user(0), userAgent: 'snomD785/10.1.54.13' });
    const values = ['--set', 'title=Küche', '--set', 'text=a < b & "c"'];
    const run = await phonectl(['send', 'snom-text', phone.aor, ...values, '--json']);
    expect(run.code, run.stderr).toBe(0);
    const { headers, body } = await onlyRequest(phone);
    expect(headers.get('content-type')).toBe('application/snomxml');
    expect(body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<IPPhoneText>\n  <Title>Küche</Title>\n' +
        '  <Text>a &lt; b &amp; &quot;c&quot;</Text>\n</IPPhoneText>',
    );
  });

  scenario('one device of two is chosen by the Call-ID of its registration', async ({ world, file, phonectl }) => {
    const user = world.user(0);
    const devices = [await world.phone({ user }), await world.phone({ user })];
    const template = await file(
      'one-device.hbs',
      'sendevent NOTIFY\nprofile: {{profile}}\nevent-string: check-sync\nuser: {{user}}\nhost: {{host}}\n' +
        'content-type: text/plain\ncall-id: {{id}}\n',
    );
    const aor = `${user}@${world.domain}`;
    const run = await phonectl(['send', template, aor, '--set', `id=${devices[1]?.callId}`, '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(await titles(devices, 0)).toEqual([[], ['NOTIFY check-sync']]);
  });

  scenario('a thousand NOTIFYs to twenty phones all arrive, each once', async ({ world, connect }) => {
    const phones = await Promise.all(
      Array.from({ length: FLOOD.phones }, (_, index) => world.phone({ user: world.user(index) })),
    );
    const connection = await connect();
    const pace = new Pace(world.rate);
    const replies = [];
    for (let turn = 0; turn < FLOOD.each; turn++) {
      for (const { user } of phones) {
        await pace.turn();
        replies.push(
          connection.send({
            line: 'sendevent NOTIFY',
            headers: [...userForm(world, user), ['event-string', 'x-flood'], ['content-type', 'text/plain']],
            body: `${turn} for ${user}`,
          }),
        );
      }
    }
    expect((await Promise.all(replies)).filter(({ text }) => !text.startsWith('+OK '))).toEqual([]);
    for (const phone of phones) {
      const requests = await phone.requests(FLOOD.each);
      const expected = Array.from({ length: FLOOD.each }, (_, turn) => `${turn} for ${phone.user}`);
      expect(requests.map(({ body }) => body).sort()).toEqual(expected.sort());
      requests.forEach(expectWhole);
    }
  });
}
