import { describe, expect, it } from 'vitest';
import { printable, printableLines, Terminal } from '../../src/cli/terminal.js';
import { FakeStream } from './streams.js';

function terminal(env: NodeJS.ProcessEnv = {}) {
  const stdout = new FakeStream();
  const stderr = new FakeStream();
  return { stdout, stderr, terminal: new Terminal(stdout.asStdout, stderr.asStdout, env) };
}

it('the last line is taken away before each text, and stands behind it again', async () => {
  const { stdout, terminal: term } = terminal();
  const seen: string[] = [];
  term.clearLine = () => seen.push(`clear ${stdout.text}`);
  term.drawLine = () => seen.push(`draw ${stdout.text}`);
  void term.write('one\n');
  void term.flush();
  void term.flush();
  term.say('two');
  expect(seen).toEqual(['clear ', 'draw one\n', 'clear one\n', 'draw one\n']);
});

describe('what is written to stdout', () => {
  it('is gathered, and written by itself soon', async () => {
    const { stdout, terminal: term } = terminal();
    for (let line = 0; line < 100; line++) expect(term.write(`${line}\n`)).toBeUndefined();
    expect(stdout.writes).toBe(0);
    await expect.poll(() => stdout.writes).toBe(1);
    expect(stdout.text.split('\n')).toHaveLength(101);
  });

  it('makes the writer wait for a slow reader, with no listener left behind', async () => {
    const { stdout, terminal: term } = terminal();
    const listeners = () => stdout.listenerCount('drain') + stdout.listenerCount('error');
    const before = listeners();
    for (let round = 0; round < 30; round++) {
      stdout.hold();
      let waited = false;
      const done = Promise.resolve(term.write('x'.repeat(40_000))).then(() => {
        waited = true;
      });
      await new Promise((resolve) => setImmediate(resolve));
      expect(waited).toBe(false);
      stdout.catchUp();
      await done;
    }
    expect(listeners()).toBe(before);
    expect(stdout.text).toHaveLength(30 * 40_000);
  });

  it('is waited for by a flush that has nothing of its own to write', async () => {
    const { stdout, terminal: term } = terminal();
    stdout.hold();
    void term.write('x'.repeat(40_000));
    let flushed = false;
    const flushing = Promise.resolve(term.flush()).then(() => {
      flushed = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(flushed).toBe(false);
    stdout.catchUp();
    await flushing;
  });

  it('is dropped once nobody reads it, and whoever waits goes on', async () => {
    const { stdout, terminal: term } = terminal();
    let told = 0;
    term.onBroken(() => told++);
    stdout.hold();
    const waiting = term.write('x'.repeat(40_000));
    expect(term.broken).toBe(false);
    stdout.lose();
    stdout.lose();
    await waiting;
    expect({ told, broken: term.broken }).toEqual({ told: 1, broken: true });
    const { writes } = stdout;
    expect(term.write('y'.repeat(40_000))).toBeUndefined();
    await term.flush();
    expect(stdout.writes).toBe(writes);
  });
});

describe('a message on stderr', () => {
  it('comes behind what was written before it', () => {
    // Both are one stream to whoever looks at a terminal.
    const screen = new FakeStream();
    const term = new Terminal(screen.asStdout, screen.asStdout, {});
    void term.write('row\n');
    term.say('hello');
    expect(screen.text).toBe('row\nhello\n');
  });

  it('comes on a line of its own, after what stood there is gone', () => {
    const { stderr, terminal: term } = terminal();
    term.clearLine = () => void stderr.write('<clear>');
    term.say('hello');
    expect(stderr.text).toBe('<clear>hello\n');
  });
});

describe('colour', () => {
  it.each([
    [{}, false, false],
    [{}, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, false, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
  ])('with %j, on a terminal: %s', (env, isTTY, painted) => {
    const { stdout, terminal: term } = terminal(env);
    stdout.isTTY = isTTY;
    expect(term.paint('red', 'x')).toBe(painted ? '\u001b[31mx\u001b[39m' : 'x');
  });
});

describe('progress', () => {
  it('is for terminals that can move the cursor', () => {
    const { stderr, terminal: term } = terminal();
    expect(term.showsProgress).toBe(false);
    stderr.isTTY = true;
    expect(term.showsProgress).toBe(true);
    const dumb = terminal({ TERM: 'dumb' });
    dumb.stderr.isTTY = true;
    expect(dumb.terminal.showsProgress).toBe(false);
  });
});

describe('text that is shown', () => {
  it.each([
    ['a\nb\rc\td\0e', 'a\\nb\\rc\\td\\0e'],
    ['\u001b[2J\u0007\u009b', '\\u001b[2J\\u0007\\u009b'],
    ['a\u202eb\u2066c\u2028d', 'a\\u202eb\\u2066c\\u2028d'],
    ['Küche 📞 日本', 'Küche 📞 日本'],
  ])('%j can do nothing but be read', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});

describe('bytes', () => {
  it('stay as they are, in their order between text', async () => {
    const { stdout, terminal: term } = terminal();
    const chunks: Buffer[] = [];
    stdout._write = (chunk: Buffer, _encoding, done): void => {
      chunks.push(chunk);
      done();
    };
    void term.write('a');
    void term.writeBytes(Buffer.from([0xff, 0x00]), '\n');
    void term.writeBytes(Buffer.from('b'));
    void term.write('é');
    await term.flush();
    expect(Buffer.concat(chunks)).toEqual(Buffer.concat([Buffer.from([0x61, 0xff, 0x00, 0x0a]), Buffer.from('bé')]));
  });

  it('make the writer wait for a slow reader', async () => {
    const { stdout, terminal: term } = terminal();
    stdout.hold();
    const wait = term.writeBytes(Buffer.alloc(40_000, 'x'), '\n');
    expect(wait).toBeInstanceOf(Promise);
    stdout.catchUp();
    await wait;
    expect(stdout.text).toHaveLength(40_001);
  });

  it('are dropped when nobody reads', () => {
    const { stdout, terminal: term } = terminal();
    stdout.lose();
    expect(term.writeBytes(Buffer.alloc(40_000, 'x'))).toBeUndefined();
    expect(stdout.text).toBe('');
  });
});

describe('text of several lines', () => {
  it('keeps its line ends and tabs, and nothing else that steers', () => {
    expect(printableLines('a\tb\r\nc\u001b[2J\rd\n\u202e')).toBe('a\tb\nc\\u001b[2J\\rd\n\\u202e');
  });
});
