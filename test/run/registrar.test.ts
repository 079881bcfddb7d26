import { describe, expect, it } from 'vitest';
import { profile, registrarWith, registration } from './registry-support.js';

const aor = (user: string, host = 'phones.test') => ({ user, host });

const TWO_PROFILES = [profile('internal', { aliases: ['phones.test'] }), profile('external')];

describe('the registrar', () => {
  it('asks for a few phones one by one, for each once, and not for the others', async () => {
    const registrations = [registration('1000'), registration('1001'), registration('1002')];
    const { registrar, asked } = await registrarWith({ registrations });
    await registrar.prepare([aor('1000'), aor('1001')]);
    await registrar.ofUser(aor('1000'));
    expect(await registrar.ofUser(aor('1000'))).toEqual([registrations[0]]);
    expect(asked).toEqual(['1000@phones.test internal', '1001@phones.test internal']);
  });

  it('asks for everybody where that is cheaper, and for nobody by himself then', async () => {
    const aors = Array.from({ length: 100 }, (_, index) => aor(String(1000 + index)));
    const registrations = aors.map(({ user }) => registration(user));
    const { registrar, asked } = await registrarWith({ registrations });
    await registrar.prepare(aors);
    expect(await registrar.ofUser(aor('1099'))).toEqual([registrations[99]]);
    expect(await registrar.ofUser(aor('2000'))).toEqual([]);
    expect(asked).toEqual(['status internal', 'all internal']);
  });

  it('asks one by one where so many are registered that a listing would cost more', async () => {
    const aors = Array.from({ length: 10 }, (_, index) => aor(String(1000 + index)));
    const { registrar, asked } = await registrarWith({ registrations: [registration('1000')], count: 100_000 });
    await registrar.prepare(aors);
    expect(asked[0]).toBe('status internal');
    expect(asked).toHaveLength(11);
    expect(asked).not.toContain('all internal');
  });

  it('asks for everybody if nobody can say who is meant', async () => {
    const { registrar, asked } = await registrarWith({ profiles: TWO_PROFILES });
    await registrar.prepare(undefined);
    expect(asked).toEqual(['all internal', 'all external']);
  });

  it('does not ask a SIP profile that is not running', async () => {
    const { registrar, asked } = await registrarWith({
      profiles: [profile('internal'), profile('down', { running: false, state: 'DOWN' })],
    });
    await registrar.ofUser(aor('1000'));
    await registrar.everybody();
    expect(asked).toEqual(['1000@phones.test internal', 'all internal']);
  });

  it('knows SIP profiles by name and alias, and what is near a name that is none', async () => {
    const { registrar } = await registrarWith({ profiles: TWO_PROFILES });
    expect(registrar.profile('external')?.name).toBe('external');
    expect(registrar.profile('phones.test')?.name).toBe('internal');
    expect(registrar.profile('Internal')).toBeUndefined();
    expect(registrar.noProfile('intrnal')).toBe('no SIP profile "intrnal"; near it: internal');
    expect(registrar.noProfile('wss')).toBe('no SIP profile "wss"; there are internal, phones.test, external');
  });

  it('finds the phones of a mailbox by their account, also if that is not their own name', async () => {
    const shared = registration('1001', { mwiUser: '1000' });
    const own = registration('1000');
    const other = registration('1002', { mwiUser: '1003' });
    for (const few of [true, false]) {
      const { registrar } = await registrarWith({ registrations: [shared, own, other] });
      await registrar.prepare(few ? [aor('1003')] : undefined);
      expect(await registrar.ofMailbox(aor('1003'))).toEqual([other]);
      expect(await registrar.ofMailbox(aor('1002'))).toEqual([]);
      expect(new Set(await registrar.ofMailbox(aor('1000')))).toEqual(new Set([own, shared]));
    }
  });

  it('tells a mailbox with phones of its own name by a narrow question alone', async () => {
    const { registrar, asked } = await registrarWith({ registrations: [registration('1000')] });
    expect(await registrar.ofMailbox(aor('1000'))).toHaveLength(1);
    expect(asked).toEqual(['1000@phones.test internal']);
  });
});

describe('why a phone can’t be reached', () => {
  const registrations = [registration('1000'), registration('1001', { profile: 'external' })];

  async function why(user: string, host?: string, on?: string): Promise<string> {
    const { registrar } = await registrarWith({
      profiles: TWO_PROFILES,
      registrations,
      users: ['1000@phones.test', '1001@phones.test', '1002@phones.test'],
    });
    return registrar.whyNot(aor(user, host), on);
  }

  it('is said as far as the server knows', async () => {
    expect(await why('1002')).toBe('not registered');
    expect(await why('1001', undefined, 'internal')).toBe('not registered on internal, but on external');
    expect(await why('9999')).toBe('not registered; the directory has no user 9999@phones.test');
    expect(await why('1000', 'phones.tset', 'internal')).toBe(
      'not registered on internal; the directory has no user 1000@phones.tset; a domain near it: phones.test',
    );
  });

  it('costs the directory only so many look-ups', async () => {
    const { registrar, asked } = await registrarWith({});
    await registrar.prepare(undefined);
    for (let user = 0; user < 200; user++) await registrar.whyNot(aor(String(user)));
    expect(asked.filter((question) => question.startsWith('exists'))).toHaveLength(50);
  });
});
