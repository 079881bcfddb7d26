import { describe, expect, it } from 'vitest';
import { NotAllowedError } from '../../src/freeswitch/errors.js';
import type { Questions } from '../../src/freeswitch/questions.js';
import type { SandboxOptions } from '../../src/sandbox/index.js';
import { withSandbox } from '../support/lab.js';
import { all, questionsTo } from './asked.js';

const OPTIONS: SandboxOptions = {
  phones: [
    { user: '1000', userAgent: 'snomD785/10.1.54.13' },
    { user: '1000', userAgent: 'Cisco/SPA504G-7.6.2f "&<é', networkPort: 7100 },
    { user: "o'brien", contact: '"" <sip:o\'brien@192.0.2.9:5061;transport=tls>', mwiAccount: 'sales@phones.test' },
    { user: '2000', profile: 'external' },
    { user: '3000', offline: true },
  ],
  users: [
    { id: '1000', params: { 'reverse-auth-user': 'admin' } },
    { id: 'ops', params: { 'esl-password': 'secret', 'esl-allowed-api': 'status show' } },
  ],
  mailboxes: { '1000@phones.test': { new: 2, saved: 1, newUrgent: 1, savedUrgent: 0 } },
};

/** Asks a sandbox with a handful of phones. */
function ask(use: (questions: Questions) => Promise<void>, options: SandboxOptions = {}): Promise<void> {
  return withSandbox({ ...OPTIONS, ...options }, async ({ port }) => use(await questionsTo({ port })));
}

const at = (user: string) => ({ user, host: 'phones.test' });

describe('a sandbox tells', () => {
  it('who is registered on a profile', () =>
    ask(async (questions) => {
      const unreadable: string[] = [];
      const internal = await all(questions.registrations('internal', (problem) => unreadable.push(problem)));
      expect(internal.map(({ user }) => user)).toEqual(['1000', '1000', "o'brien"]);
      expect(internal[2]).toMatchObject({
        host: 'phones.test',
        contact: "sip:o'brien@192.0.2.9:5061;transport=tls",
        profile: 'internal',
        mwiUser: 'sales',
        mwiHost: 'phones.test',
      });
      expect(unreadable).toEqual([]);
      expect((await questions.profileStatus('internal'))?.registrations).toBe(3);
    }));

  it('the devices of one user, each with its Call-ID', () =>
    ask(async (questions) => {
      const devices = await questions.registrationsOf(at('1000'), 'internal');
      expect(devices.map(({ userAgent }) => userAgent)).toEqual(['snomD785/10.1.54.13', 'Cisco/SPA504G-7.6.2f "&<é']);
      expect(new Set(devices.map(({ callId }) => callId)).size).toBe(2);
      expect(await questions.registrationsOf(at("o'brien"), 'internal')).toHaveLength(1);
      expect(await questions.registrationsOf(at('3000'), 'internal')).toEqual([]);
      expect(await questions.registrationsOf(at('2000'), 'internal')).toEqual([]);
    }));

  it('on which profile a user is', () =>
    ask(async (questions) => {
      const contacts = await questions.contacts('*', at('2000'));
      expect(contacts.map(({ profile }) => profile)).toEqual(['external']);
      expect(await questions.contacts('*', at('3000'))).toEqual([]);
      const profiles = await questions.profiles();
      expect(profiles.map(({ name }) => name)).toEqual(expect.arrayContaining(['internal', 'external']));
    }));

  it('what the directory and the mailboxes know', () =>
    ask(async (questions) => {
      expect(await questions.userExists(at('3000'))).toBe(true);
      expect(await questions.userExists(at('4000'))).toBe(false);
      expect(await questions.userParam(at('1000'), 'reverse-auth-user')).toBe('admin');
      expect(await questions.userParam(at('1000'), 'nope')).toBeUndefined();
      expect(await questions.voicemail(at('1000'))).toEqual({ new: 2, saved: 1, urgentNew: 1, urgentSaved: 0 });
    }));

  it('what it is', () =>
    ask(
      async (questions) => {
        expect(await questions.hostname()).toBe('sandbox');
        expect(await questions.version()).toMatch(/^1\.10\.12/);
        expect(await questions.status()).toMatchObject({ ready: true, sessions: 0 });
        expect(await questions.moduleExists('mod_sms')).toBe(false);
        expect(await questions.voicemail(at('1000'))).toBeUndefined();
      },
      { modules: ['mod_sofia'] },
    ));

  it('a login with limits what it may, and refuses the rest', () =>
    withSandbox(OPTIONS, async ({ port }) => {
      const questions = await questionsTo({ port }, { user: 'ops@phones.test', password: 'secret' });
      expect((await questions.status()).ready).toBe(true);
      expect(await questions.channels()).toEqual([]);
      await expect(questions.profiles()).rejects.toBeInstanceOf(NotAllowedError);
      await expect(all(questions.registrations('internal', () => {}))).rejects.toBeInstanceOf(NotAllowedError);
      await questions.close();
    }));
});
