import { expect, it } from 'vitest';
import { RegistrationIndex } from '../../src/run/registration-index.js';
import { registration } from './registry-support.js';

it('gives back what it was given, all or next to nothing', () => {
  const full = registration('1000', { authUser: 'ann\0\0b', userAgent: 'snomD785/10.1 "ü"', mwiUser: '9' });
  const bare = registration('1001', {
    networkPort: undefined,
    transport: undefined,
    expiresInSeconds: undefined,
    pingStatus: undefined,
    authUser: undefined,
  });
  const over = registration('1001', { expiresInSeconds: -3, callId: 'another' });
  const index = new RegistrationIndex();
  for (const one of [full, bare, over]) index.add(one);
  expect(index.ofUser({ user: '1000', host: 'phones.test' })).toEqual([full]);
  expect(index.ofUser({ user: '1001', host: 'phones.test' })).toEqual([bare, over]);
  expect(index.ofMailbox({ user: '9', host: 'phones.test' })).toEqual([full]);
  expect([...index.all()]).toEqual([full, bare, over]);
});

it('knows of one who came after it was asked', () => {
  const index = new RegistrationIndex();
  const aor = { user: '1000', host: 'phones.test' };
  expect(index.ofUser(aor)).toEqual([]);
  index.add(registration('1000'));
  expect(index.ofUser(aor)).toEqual([registration('1000')]);
});
