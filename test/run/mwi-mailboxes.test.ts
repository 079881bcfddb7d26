import { describe, expect, it } from 'vitest';
import { EslClosedError, EslUnsafeError } from '../../src/esl/index.js';
import { NotAllowedError, QuestionError } from '../../src/freeswitch/errors.js';
import type { Registration } from '../../src/freeswitch/registration.js';
import type { BoxCount } from '../../src/freeswitch/voicemail.js';
import { type Aor, formatAor } from '../../src/inventory/aor.js';
import type { Entry, Phone, PhoneSource } from '../../src/inventory/phone.js';
import { type MailboxesOptions, mailboxesOf } from '../../src/run/mwi-mailboxes.js';
import { registrarWith, registration } from './registry-support.js';
import { entriesOf, phone } from './support.js';

const BOX: BoxCount = { new: 2, saved: 3, urgentNew: 1, urgentSaved: 0 };

function sourceOf(phones: readonly Phone[]): PhoneSource {
  return {
    name: 'test',
    columns: () => ['aor'],
    entries: () => entriesOf(phones),
    close: () => Promise.resolve(),
  };
}

/** A voicemail that answers later, and how many had asked at once. */
function voicemail(answer: (mailbox: Aor) => BoxCount | undefined = () => BOX) {
  const asked: string[] = [];
  const load = { now: 0, most: 0 };
  const questions: MailboxesOptions['questions'] = {
    async voicemail(mailbox) {
      asked.push(formatAor(mailbox));
      load.now++;
      load.most = Math.max(load.most, load.now);
      await new Promise((resolve) => setImmediate(resolve));
      load.now--;
      return answer(mailbox);
    },
  };
  return { questions, asked, load };
}

interface Given {
  readonly phones: readonly Phone[];
  readonly registrations?: readonly Registration[];
  readonly questions: MailboxesOptions['questions'];
  readonly everybody?: MailboxesOptions['everybody'];
}

async function open({ phones, registrations = [], questions, everybody }: Given): Promise<PhoneSource> {
  const { registrar } = await registrarWith({ registrations });
  return mailboxesOf(sourceOf(phones), { registrar, questions, ...(everybody && { everybody }) });
}

async function read(source: PhoneSource): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of source.entries()) entries.push(entry);
  return entries;
}

function shown(entries: readonly Entry[]): string[] {
  return entries.map((entry) => {
    if (entry.kind === 'problem') return `row ${entry.row} is wrong`;
    const { new: fresh, old, urgent_new: urgentNew, urgent_old: urgentOld } = entry.phone.columns;
    return `${formatAor(entry.phone.aor)} ${fresh}/${old} (${urgentNew}/${urgentOld})`;
  });
}

describe('the mailboxes of phones', () => {
  it('hold what the voicemail says, or the row where it does', async () => {
    const { questions, asked } = voicemail();
    const phones = [phone('1000'), phone('1001', { new: '0', old: '9' }), phone('1002', { new: '', old: '9' })];
    const entries = await read(await open({ phones, questions }));
    expect(shown(entries)).toEqual([
      '1000@phones.test 2/3 (1/0)',
      '1001@phones.test 0/9 (undefined/undefined)',
      '1002@phones.test 2/3 (1/0)',
    ]);
    expect(asked).toEqual(['1000@phones.test', '1002@phones.test']);
  });

  it('are those that the phones are registered for', async () => {
    const { questions, asked } = voicemail();
    const registrations = [
      registration('1000', { mwiUser: '2000' }),
      registration('1001', { mwiUser: '2000', callId: 'a' }),
      registration('1001', { mwiUser: '3000', callId: 'b' }),
    ];
    const phones = [phone('1000', { floor: '3', call_id: 'x' }, 2), phone('1001', {}, 3), phone('2000', {}, 4)];
    const entries = await read(await open({ phones, registrations, questions }));
    expect(shown(entries).map((line) => line.slice(0, 4))).toEqual(['2000', '2000', '3000', '2000']);
    expect(entries[0]).toMatchObject({ phone: { row: 2, columns: { user: '2000', floor: '3', call_id: '' } } });
    expect(asked).toEqual(['2000@phones.test', '3000@phones.test']);
  });

  it('come once each if the phones are everybody, and only those of one domain if one is named', async () => {
    const { questions, asked } = voicemail();
    const registrations = [
      registration('1000', { callId: 'a' }),
      registration('1000', { callId: 'b' }),
      registration('1001', { mwiUser: '1000' }),
      registration('1002', { host: 'other.test' }),
    ];
    const phones = registrations.map(({ user, host, callId }) => phone(`${user}@${host}`, { call_id: callId }));
    const given = { phones, registrations, questions };
    expect(shown(await read(await open({ ...given, everybody: {} })))).toEqual([
      '1000@phones.test 2/3 (1/0)',
      '1002@other.test 2/3 (1/0)',
    ]);
    expect(asked).toEqual(['1000@phones.test', '1002@other.test']);
    expect(shown(await read(await open({ ...given, everybody: { domain: 'other.test' } })))).toEqual([
      '1002@other.test 2/3 (1/0)',
    ]);
  });

  it('are asked for once, in order, and not all at the same time', async () => {
    const { questions, asked, load } = voicemail(({ user }) => ({ ...BOX, new: Number(user) }));
    const phones = Array.from({ length: 10_000 }, (_, index) => phone(String(10_000 + index)));
    const source = await open({ phones, questions });
    const first = shown(await read(source));
    expect(first).toEqual(phones.map(({ aor }) => `${formatAor(aor)} ${aor.user}/3 (1/0)`));
    expect(shown(await read(source))).toEqual(first);
    expect(asked).toHaveLength(10_000);
    expect(load.most).toBeGreaterThan(10);
    expect(load.most).toBeLessThanOrEqual(33);
  });

  it('can not be asked for without mod_voicemail, and then the error says what to do', async () => {
    const { questions } = voicemail(() => undefined);
    const source = await open({ phones: [phone('1000'), phone('1001')], questions });
    await expect(read(source)).rejects.toMatchObject({
      message: expect.stringContaining('mod_voicemail'),
      hint: expect.stringContaining('columns new and old'),
    });
  });

  it('that have a name that can not be asked for don’t stop the others', async () => {
    const { questions } = voicemail(({ user }) => {
      if (user === '10/0') throw new QuestionError("can't be asked", 'vm_boxcount');
      if (user === '10~1') throw new EslUnsafeError('a control character');
      return BOX;
    });
    const entries = await read(await open({ phones: ['10/0', '10~1', '1002'].map((user) => phone(user)), questions }));
    expect(entries.map((entry) => entry.kind === 'phone' && entry.phone.columns.new)).toEqual([
      undefined,
      undefined,
      '2',
    ]);
  });

  it.each([new EslClosedError('the server closed the connection'), new NotAllowedError('not allowed', 'vm_boxcount')])(
    'end with the look-up: $message',
    async (failure) => {
      const { questions } = voicemail(({ user }) => {
        if (user !== '1000') throw failure;
        return BOX;
      });
      const phones = Array.from({ length: 100 }, (_, index) => phone(String(1000 + index)));
      await expect(read(await open({ phones, questions }))).rejects.toBe(failure);
    },
  );
});
