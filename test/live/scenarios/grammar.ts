import { expect } from 'vitest';
import type { Connection, Header } from '../../../src/esl/index.js';
import { checkPayload } from '../../../src/payload/check.js';
import type { Scenario } from '../scenario.js';
import { userForm } from '../seen.js';
import type { SipRequest } from '../sip-message.js';
import type { WorldPhone } from '../world.js';

/** A value, and how it arrives; null if nothing arrives, as FreeSWITCH can't read it. */
type Case = readonly [value: string, arrives: string | null];

/** An event, and the header of the request that is looked at. */
interface Field {
  readonly event: string;
  /** The event's headers, with the value in its place. */
  readonly headers: (value: string) => readonly Header[];
  readonly arrivesIn: string;
}

const EVENT_STRINGS: readonly Case[] = [
  asItIs('check-sync;reboot=false'),
  ['check-sync; reboot=false', 'check-sync;reboot=false'],
  asItIs('resync;profile=http://192.0.2.7:8080/spa$MA.xml'),
  asItIs('resync;profile=http://192.0.2.7/a%20b'),
  asItIs('resync;profile="http://192.0.2.7/?mac=$MA&b=2"'),
  asItIs('XML-Service'),
  asItIs('x;text="☎"'),
  asItIs('x.y_z'),
  ['resync;profile=http://192.0.2.7/?mac=1', null],
  ['resync;profile=http://192.0.2.7/a=1', null],
  ['resync;profile=http://192.0.2.7/a&b', null],
  ['resync;profile=http://192.0.2.7/a#b', null],
  ['resync;profile=http://192.0.2.7/a,b', null],
  ['resync;profile=http://user:pw@192.0.2.7/', null],
  ['resync;profile=http://192.0.2.7/a b', null],
  ['x;text=☎', null],
  ['x;text="open', null],
  ['x;', null],
  ['x;=1', null],
  [';reboot=true', null],
  ['☎', null],
];

const CONTENT_TYPES: readonly Case[] = [
  asItIs('text/plain;charset=utf-8'),
  ['text/plain; charset="utf-8"', 'text/plain;charset="utf-8"'],
  asItIs('application/vnd.example+xml'),
  asItIs('multipart/mixed;boundary="a b"'),
  ['text', null],
  ['text/', null],
  ['/plain', null],
  ['text/plain;', null],
  ['text/plain charset', null],
  ['text/ü', null],
  ['multipart/mixed;boundary=a=b', null],
];

const SUBJECTS: readonly Case[] = ['Mittag ☎, "12 Uhr" <heute>; a=b', '%0A%0Aapi shutdown', '"', '(', '\\\\'].map(
  asItIs,
);

/** What SIP itself can't say is silently not sent; so phonectl refuses it. */
export function grammarScenarios(scenario: Scenario): void {
  scenario('an event string arrives as it is, or it is refused', async ({ world, connect }) => {
    const phone = await world.phone({ user: world.user(0) });
    await play(await connect(), phone, EVENT_STRINGS, {
      event: 'NOTIFY',
      headers: (value) => [...userForm(world, phone.user), ['event-string', value], ['content-type', 'text/plain']],
      arrivesIn: 'event',
    });
  });

  scenario('a content type arrives as it is, or it is refused', async ({ world, connect }) => {
    const phones = [await world.phone({ user: world.user(0) }), await world.phone({ user: world.user(1) })];
    const connection = await connect();
    const [one, other] = phones;
    if (!one || !other) throw new Error('two phones are expected');
    await play(connection, one, CONTENT_TYPES, {
      event: 'NOTIFY',
      headers: (value) => [...userForm(world, one.user), ['event-string', 'x'], ['content-type', value]],
      arrivesIn: 'content-type',
    });
    await play(connection, other, CONTENT_TYPES, {
      event: 'SEND_MESSAGE',
      headers: (value) => [...userForm(world, other.user), ['content-type', value]],
      arrivesIn: 'content-type',
    });
  });

  scenario('a subject arrives as it is, whatever it says', async ({ world, connect }) => {
    const phone = await world.phone({ user: world.user(0) });
    await play(await connect(), phone, SUBJECTS, {
      event: 'SEND_MESSAGE',
      headers: (value) => [...userForm(world, phone.user), ['content-type', 'text/plain'], ['subject', value]],
      arrivesIn: 'subject',
    });
  });
}

/** Sends each value, and looks at what came of it, and at what phonectl would have said. */
async function play(connection: Connection, phone: WorldPhone, cases: readonly Case[], field: Field): Promise<void> {
  for (const [index, [value]] of cases.entries()) {
    const { text } = await connection.send({
      line: `sendevent ${field.event}`,
      headers: field.headers(value),
      body: `case ${index}.`,
    });
    expect(text, value).toMatch(/^\+OK /);
  }
  const requests = await phone.requests(cases.filter(([, arrives]) => arrives !== null).length);
  const found = cases.map(([value], index): Case => [value, arrival(requests, `case ${index}.`, field.arrivesIn)]);
  expect(found).toEqual(cases);

  const refused = cases.filter(([value]) => {
    const payload = { event: field.event, headers: field.headers(value), body: '' };
    return checkPayload(payload).length > 0;
  });
  expect(refused).toEqual(cases.filter(([, arrives]) => arrives === null));
}

function arrival(requests: readonly SipRequest[], body: string, header: string): string | null {
  return requests.find((request) => request.body === body)?.headers.get(header) ?? null;
}

function asItIs(value: string): Case {
  return [value, value];
}
