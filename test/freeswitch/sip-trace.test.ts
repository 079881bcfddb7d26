import { describe, expect, it, onTestFinished } from 'vitest';
import { type Connection, connect, EslError, type Message } from '../../src/esl/index.js';
import { SipTrace, type SipTraceOptions } from '../../src/freeswitch/sip-trace.js';
import { SipTraceError } from '../../src/freeswitch/sip-trace-error.js';
import type { TracedMessage } from '../../src/freeswitch/sip-trace-reader.js';
import { patient } from '../esl/connected.js';
import { type Fault, TracedServer } from './traced-server.js';

const SIP = 'MESSAGE sip:1000@192.0.2.7 SIP/2.0\nTo: <sip:1000@phones.test>\nCall-ID: 1\nCSeq: 1 MESSAGE\n\n';

/** What a trace of `internal` is started with; connections are given up when the test is over. */
function options(server: TracedServer, more: Partial<SipTraceOptions> = {}): SipTraceOptions {
  const open = async (onMessage: (message: Message) => void): Promise<Connection> => {
    const { host, port } = server;
    const connection = await connect({ host, port, password: 'ClueCon', onMessage });
    onTestFinished(() => connection.destroy());
    return connection;
  };
  return { connect: open, profiles: ['internal'], onMessage: () => {}, probeMs: 50, ...more };
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('it should have been rejected'),
    (error: unknown) => error,
  );
}

/** The commands of a start, and those of a stop, when nothing goes wrong. */
const START = [
  'api sofia tracelevel',
  'log crit',
  'api sofia xmlstatus profile internal',
  'sendevent NOTIFY',
  'api sofia profile internal siptrace on',
  'sendevent NOTIFY',
];
const STOP = ['api sofia profile internal siptrace off', 'sendevent NOTIFY', 'exit'];
const LOSSES: Fault[] = ['cut-before', 'cut-after'];

describe('a SIP trace', () => {
  it('is switched on, shows what goes over the profile, and is switched off', async () => {
    const server = await TracedServer.start();
    const seen: TracedMessage[] = [];
    const trace = await SipTrace.start(options(server, { onMessage: (traced) => seen.push(traced) }));
    expect([...server.traced]).toEqual(['internal']);
    expect(trace.foundOn).toEqual([]);
    server.sip('internal', 'send', SIP);
    server.sip('external', 'send', SIP);
    await expect.poll(() => seen, patient).toMatchObject([{ direction: 'sent', message: { method: 'MESSAGE' } }]);
    await trace.stop();
    expect(server.lines).toEqual([...START, ...STOP]);
    expect([...server.traced]).toEqual([]);
    expect(await trace.ended).toBeUndefined();
    // The probes are nobody else's business.
    expect(seen).toHaveLength(1);
    expect(trace.linesLost).toBe(false);
  });

  it('that somebody else has on is left on', async () => {
    const server = await TracedServer.start();
    server.traced.add('internal');
    // As what it waits for does come, the time does not matter.
    const trace = await SipTrace.start(options(server, { probeMs: 20_000 }));
    expect(trace).toMatchObject({ foundOn: ['internal'], unproven: [] });
    await trace.stop();
    expect([...server.traced]).toEqual(['internal']);
    expect(server.lines.filter((line) => line.includes('siptrace'))).toEqual([]);
  });

  it("that a busy server shows late is not taken for somebody else's", async () => {
    const server = await TracedServer.start();
    server.held = 1;
    const trace = await SipTrace.start(options(server, { probeMs: 300 }));
    expect(trace.foundOn).toEqual([]);
    await trace.stop();
    expect([...server.traced]).toEqual([]);
  });

  it('of several profiles is switched off where it was not on', async () => {
    const server = await TracedServer.start();
    server.traced.add('external');
    const trace = await SipTrace.start(
      options(server, { profiles: ['internal', 'external', 'default'], probeMs: 1000 }),
    );
    expect(trace.foundOn).toEqual(['external']);
    expect([...server.traced].sort()).toEqual(['external', 'internal']);
    await trace.stop();
    expect([...server.traced]).toEqual(['external']);
  });

  it('that shows nothing says so, and is switched off all the same', async () => {
    const server = await TracedServer.start();
    server.fault = (line) => (line === 'sendevent NOTIFY' ? { reply: '+OK' } : undefined);
    const trace = await SipTrace.start(options(server));
    expect(trace).toMatchObject({ foundOn: [], unproven: ['internal'] });
    await trace.stop();
    expect([...server.traced]).toEqual([]);
  });

  it('that somebody switches off meanwhile is known to be dark', async () => {
    const server = await TracedServer.start();
    server.traced.add('internal').add('external');
    const both = { profiles: ['internal', 'external'], probeMs: 1000 };
    const trace = await SipTrace.start(options(server, both));
    expect(await trace.dark()).toEqual([]);
    server.traced.delete('external');
    expect(await trace.dark()).toEqual(['external']);
    await trace.stop();
  });

  it('is read at the level at which the server writes it', async () => {
    const server = await TracedServer.start();
    server.fault = (line) => (line === 'api sofia tracelevel' ? { reply: '+OK tracelevel is NOTICE' } : undefined);
    const trace = await SipTrace.start(options(server));
    await trace.stop();
    expect(server.lines[1]).toBe('log notice');
  });

  it('says when the server dropped lines of its log', async () => {
    const server = await TracedServer.start();
    const trace = await SipTrace.start(options(server));
    server.log('2026-11-23 [CRIT] x.c:1 Lost [3] log lines! Log Queue size: [0/100000]\n', 2, 'somebody.c');
    server.log('2026-11-23 [CRIT] mod_event_socket.c:186 something else\n', 2, 'mod_event_socket.c');
    server.sip('internal', 'send', SIP);
    await trace.stop();
    expect(trace.linesLost).toBe(false);

    const other = await SipTrace.start(options(server));
    server.log(
      '2026-11-23 [CRIT] mod_event_socket.c:186 Lost [3] log lines! Log Queue size: [0/100000]\n',
      2,
      'mod_event_socket.c',
    );
    await other.stop();
    expect(other.linesLost).toBe(true);
  });

  it('can be stopped twice', async () => {
    const server = await TracedServer.start();
    const trace = await SipTrace.start(options(server));
    await Promise.all([trace.stop(), trace.stop()]);
    await trace.stop();
    expect(server.lines).toEqual([...START, ...STOP]);
  });
});

describe('a SIP trace that may not be', () => {
  it.each([
    ['api sofia tracelevel', 'esl-allowed-api'],
    ['log crit', 'esl-allowed-log'],
  ])('says so before anything is sent: %s', async (line, hint) => {
    const server = await TracedServer.start();
    server.fault = (said) => (said === line ? { reply: '-ERR permission denied' } : undefined);
    const error = await rejection(SipTrace.start(options(server)));
    expect(error).toBeInstanceOf(SipTraceError);
    expect(error).toMatchObject({ code: 'not-allowed', hint: expect.stringContaining(hint) });
    expect(server.lines.filter((said) => /siptrace|sendevent/.test(said))).toEqual([]);
  });

  it('of a profile that is not there says so', async () => {
    const server = await TracedServer.start();
    const error = await rejection(SipTrace.start(options(server, { profiles: ['internal', 'nope'] })));
    expect(error).toMatchObject({ code: 'no-profile', message: expect.stringContaining('nope') });
    expect([...server.traced]).toEqual([]);
  });

  it('of a profile that went away in between says so, and leaves none on', async () => {
    const server = await TracedServer.start();
    server.fault = (line) => (line.includes('external siptrace') ? { reply: 'Invalid Profile [external]' } : undefined);
    const error = await rejection(SipTrace.start(options(server, { profiles: ['internal', 'external'] })));
    expect(error).toMatchObject({ code: 'no-profile' });
    expect([...server.traced]).toEqual([]);
  });

  it('without a server fails as connecting does', async () => {
    const server = await TracedServer.start();
    server.closed = true;
    expect(await rejection(SipTrace.start(options(server)))).toBeInstanceOf(EslError);
  });
});

describe('a lost connection', () => {
  const places = START.flatMap((line, index) => LOSSES.map((loss) => [line, index, loss] as const));

  it.each(places)('at the start, %s (%i, %s), leaves no trace on', async (_, index, loss) => {
    const server = await TracedServer.start();
    server.fault = (_line, at) => (at === index ? loss : undefined);
    expect(await rejection(SipTrace.start(options(server)))).toBeInstanceOf(EslError);
    expect([...server.traced]).toEqual([]);
  });

  it('while the trace runs ends it, says why, and leaves no trace on', async () => {
    const server = await TracedServer.start();
    const trace = await SipTrace.start(options(server));
    server.cut();
    expect(await trace.ended).toMatchObject({ code: 'closed' });
    // Nobody needs to say stop for it.
    await expect.poll(() => [...server.traced], patient).toEqual([]);
    await trace.stop();
  });

  const ends = STOP.flatMap((line) => LOSSES.map((loss) => [line, loss] as const));

  it.each(ends)('at the stop, %s (%s), leaves no trace on', async (line, loss) => {
    const server = await TracedServer.start();
    const trace = await SipTrace.start(options(server));
    let times = 0;
    server.fault = (said) => (said === line && ++times === 1 ? loss : undefined);
    await trace.stop();
    expect([...server.traced]).toEqual([]);
  });

  it('is made up for by as many others as it takes', async () => {
    const server = await TracedServer.start();
    const trace = await SipTrace.start(options(server));
    let times = 0;
    server.fault = (line) =>
      line === 'api sofia profile internal siptrace off' && ++times < 4 ? 'cut-before' : undefined;
    await trace.stop();
    expect(times).toBe(4);
    expect([...server.traced]).toEqual([]);
  });

  it('for good leaves the trace on, with the command to type', async () => {
    const server = await TracedServer.start();
    const trace = await SipTrace.start(options(server, { profiles: ['internal', 'external'], stopMs: 300 }));
    server.closed = true;
    server.cut();
    const error = await rejection(trace.stop());
    expect(error).toBeInstanceOf(SipTraceError);
    expect(error).toMatchObject({
      code: 'left-on',
      message: expect.stringContaining('internal, external'),
      hint: expect.stringContaining('sofia profile internal siptrace off, then: sofia profile external siptrace off'),
      cause: expect.any(EslError),
    });
  });

  it('at the start, for good, says first of all that the trace is on', async () => {
    const server = await TracedServer.start();
    server.fault = (line) => {
      if (!line.endsWith('siptrace on')) return undefined;
      server.closed = true;
      return 'cut-after';
    };
    expect(await rejection(SipTrace.start(options(server, { stopMs: 300 })))).toMatchObject({ code: 'left-on' });
  });
});

describe('a server that', () => {
  it('says nothing any more is given up, with the command to type', async () => {
    const server = await TracedServer.start();
    const trace = await SipTrace.start(options(server, { stopMs: 200 }));
    server.fault = () => 'no-reply';
    expect(await rejection(trace.stop())).toMatchObject({
      code: 'left-on',
      message: expect.stringContaining('200 ms'),
      hint: expect.stringContaining('sofia profile internal siptrace off'),
    });
  });

  it('says that the trace is off and goes on with it is not believed', async () => {
    const server = await TracedServer.start();
    const trace = await SipTrace.start(options(server, { probeMs: 1000 }));
    server.fault = (line) =>
      line.endsWith('siptrace off') ? { reply: 'Disabled sip debugging on internal' } : undefined;
    expect(await rejection(trace.stop())).toMatchObject({ code: 'left-on' });
  });

  it('does not switch off is told so at once', async () => {
    const server = await TracedServer.start();
    const trace = await SipTrace.start(options(server, { stopMs: 60_000 }));
    server.fault = (line) => (line.endsWith('siptrace off') ? { reply: '-ERR permission denied' } : undefined);
    expect(await rejection(trace.stop())).toMatchObject({
      code: 'left-on',
      message: expect.stringContaining('denied'),
    });
  });

  it('has no such profile any more has no trace of it either', async () => {
    const server = await TracedServer.start();
    const trace = await SipTrace.start(options(server));
    server.traced.clear();
    server.fault = (line) => (line.endsWith('siptrace off') ? { reply: 'Invalid Profile [internal]' } : undefined);
    await trace.stop();
  });
});

describe('an abort', () => {
  const steps = START.map((line, index) => [line, index] as const);

  it.each(steps)('at %s (%i) leaves no trace on', async (_, index) => {
    const server = await TracedServer.start();
    const abort = new AbortController();
    server.fault = (_line, at) => {
      if (at === index) abort.abort();
      return undefined;
    };
    expect(await rejection(SipTrace.start(options(server, { signal: abort.signal })))).toMatchObject({
      code: 'interrupted',
    });
    await expect.poll(() => [...server.traced], patient).toEqual([]);
    // Nothing goes on behind the caller's back.
    expect(server.lines.filter((line) => line.endsWith('siptrace on')).length).toBeLessThanOrEqual(index < 4 ? 0 : 1);
  });

  it('before the start keeps it from connecting', async () => {
    const server = await TracedServer.start();
    expect(await rejection(SipTrace.start(options(server, { signal: AbortSignal.abort() })))).toMatchObject({
      code: 'interrupted',
    });
    expect(server.lines).toEqual([]);
  });

  it('while connecting ends the connection that comes too late', async () => {
    const server = await TracedServer.start();
    const abort = new AbortController();
    const { connect: open, ...rest } = options(server, { signal: abort.signal });
    let late: Connection | undefined;
    const slow: SipTraceOptions['connect'] = async (onMessage) => {
      abort.abort();
      late = await open(onMessage);
      return late;
    };
    expect(await rejection(SipTrace.start({ ...rest, connect: slow }))).toMatchObject({ code: 'interrupted' });
    await expect.poll(() => late?.open, patient).toBe(false);
    expect(server.lines).toEqual([]);
  });

  it('once the trace runs has no effect', async () => {
    const server = await TracedServer.start();
    const abort = new AbortController();
    const trace = await SipTrace.start(options(server, { signal: abort.signal }));
    abort.abort();
    expect([...server.traced]).toEqual(['internal']);
    await trace.stop();
    expect([...server.traced]).toEqual([]);
  });
});
