import { describe, expect, it } from 'vitest';
import { linesOf, runCli, startCli } from '../support/cli.js';
import { eslServer, logMessage } from '../support/esl-server.js';
import { commandReply } from '../support/scripted-server.js';

const LOG =
  logMessage(3, 'first\tone\n  and its second line\n') +
  logMessage(7, 'a debug line\u001b[2J\n') +
  logMessage(0, 'no line end');

const logging = () =>
  eslServer(({ line }) => (line.startsWith('log') ? commandReply('+OK log level') + LOG : undefined));

describe('esl log', () => {
  it('prints the lines as they came', async () => {
    const { to, lines } = await logging();
    expect(await runCli(['esl', 'log', '--count', '3', ...to])).toEqual({
      code: 0,
      signal: null,
      stdout: 'first\tone\n  and its second line\na debug line\u001b[2J\nno line end\n',
      stderr: '',
    });
    expect(lines).toEqual(['log debug', 'exit']);
  });

  it('paints them by level', async () => {
    const { to } = await logging();
    const env = { FORCE_COLOR: '1', NO_COLOR: '' };
    const { stdout } = await runCli(['esl', 'log', '--count', '3', ...to], { env });
    expect(stdout).toBe(
      '\u001b[31mfirst\tone\n  and its second line\u001b[39m\n\u001b[33ma debug line\u001b[2J\u001b[39m\nno line end\n',
    );
  });

  it('has them as JSON, those that fit', async () => {
    const { to } = await logging();
    const args = ['esl', 'log', 'WARNING', '--grep', '^first[^]*second', '-o', 'jsonl', '--count', '1', ...to];
    const { stdout } = await runCli(args);
    expect(JSON.parse(stdout)).toEqual({
      level: 'err',
      file: 'mod_x.c',
      func: 'f',
      line: 7,
      userData: '',
      text: 'first\tone\n  and its second line',
    });
  });

  it('comes back, and says what was missed', async () => {
    let connections = 0;
    const { to, lines } = await eslServer(({ line }, peer) => {
      if (!line.startsWith('log')) return undefined;
      if (++connections === 1) setTimeout(() => peer.socket.destroy(), 50);
      return commandReply('+OK') + (connections === 2 ? LOG : '');
    });
    const { code, stderr } = await runCli(['esl', 'log', '3', '--count', '3', ...to]);
    expect(code).toBe(0);
    expect(linesOf(stderr).at(-1)).toMatch(/is back; the log lines of \d/);
    expect(lines).toEqual(['log err', 'log err', 'exit']);
  });

  it('ends by a signal, with a goodbye; and knows its levels', async () => {
    const { to, lines } = await logging();
    const running = await startCli(['esl', 'log', ...to]);
    await running.says(/no line end/);
    running.process.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130, signal: null });
    expect(lines.at(-1)).toBe('exit');
    expect(await runCli(['esl', 'log', 'loud', ...to])).toMatchObject({ code: 2 });
    for (const level of ['warn', 'Error']) await runCli(['esl', 'log', level, '--count', '1', ...to]);
    expect(lines.filter((line) => line.startsWith('log'))).toEqual(['log debug', 'log warning', 'log err']);
    expect(await runCli(['esl', 'log', '--grep', '(', ...to])).toMatchObject({ code: 2 });
  });
});
