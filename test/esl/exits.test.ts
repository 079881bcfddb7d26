import { Buffer } from 'node:buffer';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  AUTH_REQUEST,
  commandReply,
  disconnectNotice,
  type Script,
  scriptedServer,
} from '../support/scripted-server.js';

let library: string;

beforeAll(async () => {
  const entry = fileURLToPath(new URL('../../src/esl/index.ts', import.meta.url));
  const result = await build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', write: false });
  library = `data:text/javascript;base64,${Buffer.from(result.outputFiles[0]?.contents ?? '').toString('base64')}`;
}, 30_000);

const polite: Script = async (peer) => {
  await peer.acceptLogin();
  for (;;) {
    const { line } = await peer.command();
    if (line === 'exit') peer.socket.end(commandReply('+OK bye') + disconnectNotice());
    else if (line === 'silence') return await peer.closed;
    else peer.write(commandReply(`+OK ${line}`));
  }
};
const refusing: Script = async (peer) => {
  peer.write(AUTH_REQUEST);
  await peer.command();
  peer.write(commandReply('-ERR invalid'));
};
const silent: Script = () => {};
const dying: Script = async (peer) => {
  await peer.acceptLogin();
  peer.socket.resetAndDestroy();
};

describe('a process that used a connection', () => {
  it.each<[string, Script, string, string]>([
    ['and closed it', polite, 'await c.send({ line: "x" }); await c.close();', ''],
    ['and gave it up', polite, 'c.destroy();', ''],
    [
      'and gave it up with commands under way',
      polite,
      'c.send({ line: "silence" }).catch(log); c.destroy();',
      'closed',
    ],
    ['that timed out', polite, 'await c.send({ line: "silence" }).catch(log);', 'timeout'],
    ['that ended by itself', dying, 'await c.closed;', ''],
    [
      'and closes while a reply is missing',
      polite,
      'c.send({ line: "silence" }).catch(log); await c.close();',
      'timeout',
    ],
    ['that was refused', refusing, '', 'auth'],
    ['that was never greeted', silent, '', 'timeout'],
  ])(
    '%s ends by itself, with no error left over',
    async (_, script, body, printed) => {
      const server = await scriptedServer(script);
      const program = `
      import { connect } from ${JSON.stringify(library)};
      const log = (error) => console.log(error.code);
      try {
        const c = await connect({ host: '127.0.0.1', port: ${server.port}, password: 'x', replyTimeoutMs: 500, connectTimeoutMs: ${script === silent ? 500 : 10_000} });
        ${body}
      } catch (error) { log(error); }`;
      const { NODE_EXTRA_CA_CERTS: _slow, ...env } = process.env;
      const options = { env, timeout: 20_000 };
      const run = promisify(execFile)(process.execPath, ['--input-type=module', '-'], options);
      run.child.stdin?.end(program);
      const { stdout, stderr } = await run;
      expect(stderr).toBe('');
      expect(stdout.trim()).toBe(printed);
    },
    30_000,
  );
});
