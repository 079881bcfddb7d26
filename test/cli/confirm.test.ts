import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { confirm } from '../../src/cli/confirm.js';
import { EXIT } from '../../src/cli/exit-codes.js';
import { FakeStream } from './streams.js';

const RESYNC = { verb: 'resync', reboots: false };
const REBOOT = { verb: 'reboot', reboots: true };

/** Asks about a reboot on a terminal of sorts, and gives the answer. */
async function answer(keys: string, end = false): Promise<{ yes: boolean; shown: string }> {
  const stderr = Object.assign(new FakeStream(), { isTTY: true });
  const input = new PassThrough();
  const asking = confirm({ mayAsk: true, stderr: stderr.asStdout }, REBOOT, 3, false, input);
  await expect.poll(() => stderr.text).toContain('reboot 3 phones? [y/N] ');
  if (end) input.end(keys);
  else input.write(keys);
  return { yes: await asking, shown: stderr.text };
}

describe('the question before an order', () => {
  it.each([
    ['y\n', true],
    ['Y\n', true],
    ['yes\n', true],
    [' yes \n', true],
    ['\n', false],
    ['n\n', false],
    ['yesterday\n', false],
    ['j\n', false],
  ])('takes %j for %s', async (keys, yes) => {
    expect(await answer(keys)).toMatchObject({ yes });
  });

  it('takes the end of the input for no', async () => {
    const { yes, shown } = await answer('', true);
    expect(yes).toBe(false);
    expect(shown.endsWith('\n')).toBe(true);
  });

  it('hands Ctrl-C on, which readline keeps to itself', async () => {
    const caught = vi.fn();
    process.once('SIGINT', caught);
    const stderr = Object.assign(new FakeStream(), { isTTY: true });
    // Only a terminal in raw mode gives readline the key.
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
    const asking = confirm({ mayAsk: true, stderr: stderr.asStdout }, REBOOT, 1, false, input);
    await expect.poll(() => stderr.text).toContain('reboot 1 phone? [y/N] ');
    input.write('\u0003');
    // With its name, as the system hands it over: the exit code follows from it.
    await expect.poll(() => caught.mock.calls).toEqual([['SIGINT']]);
    input.end();
    expect(await asking).toBe(false);
  });

  it('is not asked where it need not be', async () => {
    const stderr = new FakeStream();
    const terminal = { mayAsk: false, stderr: stderr.asStdout };
    expect(await confirm(terminal, REBOOT, 3, true)).toBe(true);
    expect(await confirm(terminal, REBOOT, 0, false)).toBe(true);
    expect(await confirm(terminal, RESYNC, 50, false)).toBe(true);
    expect(stderr.text).toBe('');
  });

  it('is an error where nobody can be asked', async () => {
    const terminal = { mayAsk: false, stderr: new FakeStream().asStdout };
    await expect(confirm(terminal, RESYNC, 51, false)).rejects.toMatchObject({
      exitCode: EXIT.usage,
      message: 'resync 51 phones: more than 50 phones needs --yes where nobody can be asked',
    });
    await expect(confirm(terminal, REBOOT, 1, false)).rejects.toMatchObject({
      message: 'reboot 1 phone: a reboot needs --yes where nobody can be asked',
    });
  });
});
