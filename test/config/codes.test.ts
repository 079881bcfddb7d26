import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCodes } from '../../src/config/codes.js';
import { ConfigError } from '../../src/config/errors.js';
import { withFolder } from '../support/lab.js';

const WORDS = { actions: ['resync', 'dnd toggle'], identities: ['authenticated', 'from'] } as const;

async function read(text: string) {
  return withFolder({ 'codes.yaml': text }, (folder) => readCodes(join(folder, 'codes.yaml'), WORDS));
}

async function refusal(text: string): Promise<string> {
  const error: unknown = await read(text).catch((reason: unknown) => reason);
  if (!(error instanceof ConfigError)) throw new Error(`it should have been refused: ${text}`);
  expect(error.hint).toMatch(/\S/);
  return error.message.replace(/^.*\/codes\.yaml/, '');
}

describe('a file of codes', () => {
  it('says what each number does, and has good defaults', async () => {
    const { codes, identity, limit, sounds } = await read('# ours\ncodes:\n  "*71": resync\n  \'*72\': DND  toggle\n');
    expect([...codes]).toEqual([
      ['*71', 'resync'],
      ['*72', 'dnd toggle'],
    ]);
    expect({ identity, limit }).toEqual({ identity: 'authenticated', limit: { calls: 5, perMs: 60_000 } });
    expect(sounds.confirm).toMatch(/^tone_stream:/);
  });

  it('takes numbers as they are written', async () => {
    const { codes } = await read('codes: { 0771: resync, 1_0: resync, 0x10: resync, +49: resync }');
    expect([...codes.keys()]).toEqual(['0771', '1_0', '0x10', '+49']);
  });

  it('may say who is trusted, how often, and what is heard', async () => {
    const text = 'codes: {"1": resync}\nidentity: from\nlimit: 3/10m\nconfirm: /sounds/yes.wav\ndeny: ""\n';
    expect(await read(text)).toMatchObject({
      identity: 'from',
      limit: { calls: 3, perMs: 600_000 },
      sounds: { confirm: '/sounds/yes.wav', deny: '' },
    });
  });

  it.each([
    ['', ':1: the file is not a list of settings'],
    ['- codes', ':1: the file is not a list of settings'],
    ['codes:\n', ':1: "codes" is not a list of settings'],
    ['codes: {}\n', ':1: there are no codes'],
    ['codes:\n  "*71": resync\n  "*72": restart\n', ':3: *72: "restart" is not known'],
    ['codes:\n  "*71": [resync]\n', ':2: *71: one value is wanted'],
    ['codes:\n  "*7 1": resync\n', ':2: "*7 1" is not a number that can be dialled'],
    ['codes:\n  "*71": resync\n  "*71": resync\n', ':3: the same name again'],
    ['codes:\n  *71: resync\n', ':2: Unexpected scalar at node end'],
    ['codes: {"1": resync}\n\nlimits: 5/1m\n', ':3: there is no setting "limits"'],
    ['codes:\n  71: resync\n  "71": dnd toggle\n', ':3: the same name again'],
    ['codes:\n  *71 : resync\n', ':2: *71 is not quoted'],
    ['codes:\n  "*71": &a resync\n  "*72": *a\n', ':3: *72: *a refers to something else'],
    ['codes: {"1": resync}\nlimit: 0/1m\n', ':2: limit: "0/1m" is not a limit'],
    ['codes: {"1": resync}\nlimit: 5/0m\n', ':2: limit: "5/0m" is not a limit'],
    ['codes: {"1": resync}\nlimit: often\n', ':2: limit: "often" is not a limit'],
    ['codes: {"1": resync}\nidentity: anybody\n', ':2: identity: "anybody" is not known'],
    ['codes: {"1": resync}\nconfirm: "a\\nb"\n', ':2: confirm: it holds a control character'],
  ])('is refused with the line: %j', async (text, message) => {
    expect(await refusal(text)).toBe(message);
  });

  it('is small and flat', async () => {
    expect(await refusal(`codes: ${'{a: '.repeat(10_000)}`)).toBe(':1: it is nested too deeply');
    expect(await refusal('#'.repeat(70_000))).toBe(' is no file of codes: it is too large');
  });

  it('is a file, in UTF-8', async () => {
    for (const path of ['/dev/zero', '/tmp'])
      await expect(readCodes(path, WORDS)).rejects.toThrow(`${path} is no file`);
    await withFolder(
      { 'codes.yaml': Buffer.from('codes: {"1": resync}\nconfirm: /t\u00fcr.wav\n', 'latin1') },
      async (folder) => {
        await expect(readCodes(join(folder, 'codes.yaml'), WORDS)).rejects.toThrow('codes.yaml is not UTF-8');
      },
    );
  });

  it('is said to be missing if it is', async () => {
    await expect(readCodes('/nowhere/codes.yaml', WORDS)).rejects.toThrow(
      "/nowhere/codes.yaml can't be read: there is no such file",
    );
  });
});
