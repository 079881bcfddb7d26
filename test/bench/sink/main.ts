/**
 * A process of its own that takes orders as FreeSWITCH does and costs next to nothing: it looks for the end of each command,
 * counts, and writes replies that were made beforehand.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { answerTo } from './answers.js';
import { drained } from './drained.js';
import { pour } from './events.js';
import { OrderlyReplies } from './orderly-replies.js';
import type { FromSink, SinkSeen, SinkSettings, ToSink } from './protocol.js';

const END = Buffer.from('\n\n');
const ORDER = Buffer.from('sendevent');
const LF = 10;
const GOODBYE = 'Disconnected, goodbye.\n';

let settings: SinkSettings = { delayMs: 0, rate: 0, registrations: 0, events: 0 };
let seen = { orders: 0, orderBytes: 0, orderFrom: 0, orderTo: 0, eventFrom: 0, eventTo: 0 };

const server = createServer({ noDelay: true }, serve);
server.listen(0, '127.0.0.1', () => say({ port: (server.address() as AddressInfo).port }));
process.on('message', (message: ToSink) => {
  if (message === 'take') {
    say({ seen: take() });
  } else {
    settings = message.settings;
    say('set');
  }
});
process.on('disconnect', () => process.exit());

function take(): SinkSeen {
  const { orders, orderBytes, orderFrom, orderTo, eventFrom, eventTo } = seen;
  seen = { orders: 0, orderBytes: 0, orderFrom: 0, orderTo: 0, eventFrom: 0, eventTo: 0 };
  const from = performance.timeOrigin + orderFrom;
  return { orders, orderBytes, orderMs: orderTo - orderFrom, orderFrom: from, eventMs: eventTo - eventFrom };
}

function serve(socket: Socket): void {
  const replies = new OrderlyReplies(socket, settings, () => {
    seen.orderTo = performance.now();
  });
  let rest: Buffer = Buffer.alloc(0);
  let isListening = false;
  const leave = (): void => {
    replies.stop();
    if (isListening) seen.eventTo = performance.now();
    isListening = false;
  };
  socket.on('error', () => socket.destroy()).on('close', leave);
  socket.write('Content-Type: auth/request\n\n');
  socket.on('data', (chunk: Buffer) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = skipLineEnds(bytes, 0);
    let orders = 0;
    for (let end = bytes.indexOf(END, at); end >= 0; end = bytes.indexOf(END, at)) {
      if (bytes.compare(ORDER, 0, ORDER.length, at, Math.min(at + ORDER.length, end)) === 0) {
        orders++;
        seen.orderBytes += end + END.length - at;
      } else {
        orders = answerOrders(orders);
        obey(bytes.toString('utf8', at, end));
      }
      at = skipLineEnds(bytes, end + END.length);
    }
    answerOrders(orders);
    rest = bytes.subarray(at);
  });

  function answerOrders(count: number): 0 {
    if (count === 0) return 0;
    if (seen.orders === 0) seen.orderFrom = performance.now();
    seen.orders += count;
    replies.push(count);
    return 0;
  }

  function obey(command: string): void {
    const [line = ''] = command.split('\n', 1);
    if (line.startsWith('api ')) {
      const answer = answerTo(line.slice('api '.length).trim(), settings.registrations);
      const length = typeof answer === 'string' ? Buffer.byteLength(answer) : answer.length;
      socket.write(`Content-Type: api/response\nContent-Length: ${length}\n\n`);
      if (typeof answer === 'string') socket.write(answer);
      else void writeAll(socket, answer.pieces);
    } else if (line.trim() === 'exit') {
      leave();
      reply('+OK bye');
      socket.end(`Content-Type: text/disconnect-notice\nContent-Length: ${GOODBYE.length}\n\n${GOODBYE}`);
    } else if (/^event .*CHANNEL_ANSWER/.test(line) && !isListening) {
      reply('+OK event listener enabled json');
      isListening = true;
      seen.eventFrom = performance.now();
      void pour(socket, settings.events);
    } else {
      reply(line.startsWith('auth ') ? '+OK accepted' : '+OK');
    }
  }

  function reply(text: string): void {
    socket.write(`Content-Type: command/reply\nReply-Text: ${text}\n\n`);
  }
}

async function writeAll(socket: Socket, pieces: Iterable<Buffer>): Promise<void> {
  for (const piece of pieces) {
    if (socket.destroyed) return;
    if (socket.write(piece)) continue;
    await drained(socket);
  }
}

function skipLineEnds(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === LF) at++;
  return at;
}

function say(message: FromSink): void {
  process.send?.(message);
}
