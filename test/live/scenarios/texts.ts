import { expect } from 'vitest';
import { csv } from '../csv.js';
import { outcomes, outcomeWords } from '../outcomes.js';
import type { Scenario } from '../scenario.js';
import { onlyRequest, titles } from '../seen.js';

const TEXT = 'Grüße aus der Küche ☎\n\nFire drill at noon 你好 👩‍👧\nContent-Length: 3\n';

/** Texts and INFO. */
export function textScenarios(scenario: Scenario): void {
  scenario('message brings a text with its subject', async ({ world, phonectl }) => {
    const phone = await world.phone({ user: world.user(0) });
    const run = await phonectl(['message', TEXT, phone.aor, '--subject', 'Mittag ☕', '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(outcomeWords(run)).toEqual(['accepted']);
    const { method, uri, headers, body } = await onlyRequest(phone);
    expect([method, uri, body]).toEqual(['MESSAGE', phone.url, TEXT]);
    expect(headers.get('subject')).toBe('Mittag ☕');
    expect(headers.get('content-type')).toBe('text/plain');
    expect(headers.get('from')).toMatch(new RegExp(`^<sip:${phone.aor}>;tag=`));
    expect(headers.get('to')).toBe(`<sip:${phone.aor}>`);
  });

  scenario('message reads its phones from a pipe and its text from a file', async ({ world, file, phonectl }) => {
    const phones = [await world.phone({ user: world.user(0) }), await world.phone({ user: world.user(1) })];
    const path = await file('news.txt', `\ufeff${TEXT}`);
    const stdin = csv([
      ['extension', 'realm', 'floor'],
      ...phones.map(({ user }, i) => [user, world.domain, `${i + 3}`]),
    ]);
    const run = await phonectl(['message', '--body-file', path, '-i', '-', '--where', 'floor=3', '--json'], { stdin });
    expect(run.code, run.stderr).toBe(0);
    expect(await titles(phones, 0)).toEqual([['MESSAGE'], []]);
    expect(phones[0] && (await onlyRequest(phones[0])).body).toBe(TEXT);
  });

  scenario('info reaches a registered phone', async ({ world, phonectl }) => {
    const phone = await world.phone({ user: world.user(0) });
    const run = await phonectl([
      'info',
      phone.aor,
      '--body',
      'Signal=1 ☎',
      '--content-type',
      'application/x-key',
      '--json',
    ]);
    expect(run.code, run.stderr).toBe(0);
    const { method, uri, headers, body } = await onlyRequest(phone);
    expect([method, uri, body]).toEqual(['INFO', phone.url, 'Signal=1 ☎']);
    expect(headers.get('content-type')).toBe('application/x-key');
    expect(headers.get('from')).toMatch(new RegExp(`^<sip:${phone.aor}>;tag=`));
  });

  scenario('info reaches any address', async ({ world, phonectl }) => {
    const phone = await world.phone({ user: world.user(0), offline: true });
    const from = `sip:1@${world.domain}`;
    const run = await phonectl(['info', '--to-uri', phone.url, '--from-uri', from, '--body', 'test', '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(Object.values(outcomes(run)).map(({ event, outcome }) => [event, outcome])).toEqual([
      ['SEND_INFO', 'accepted'],
    ]);
    const { method, uri, headers, body } = await onlyRequest(phone);
    expect([method, uri, body]).toEqual(['INFO', phone.url, 'test']);
    expect(headers.get('from')).toMatch(new RegExp(`^<${from}>;tag=`));
    expect(headers.get('to')).toBe(`<${phone.url}>`);
  });
}
