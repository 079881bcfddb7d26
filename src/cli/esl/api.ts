import { randomUUID } from 'node:crypto';
import { commands, toReply } from '../../esl/index.js';
import { type ConnectionFlags, connectorFor } from '../connector.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import type { Wait } from '../output/reporter.js';
import { SCHEMA } from '../output/schema.js';
import type { Terminal } from '../terminal.js';
import { type AnswerWriter, answerDocument, hintFor, isRefusal, writeStreamed, writeWhole } from './answer.js';
import { toApiCommand } from './api-command.js';
import { prepare, toSentFailure } from './failures.js';
import { parseWait } from './flags.js';

export interface ApiFlags extends ConnectionFlags {
  readonly wait: string;
  readonly json: boolean;
  readonly yes: boolean;
}

export interface BgapiFlags extends ApiFlags {
  readonly 'no-wait': boolean;
  readonly 'job-uuid'?: string | undefined;
}

const MORE_TIME = 'allow it more time: --wait 10m, or --wait forever';

/** Has an API command carried out, and prints its answer. @throws Failure, EslError */
export async function runApi(words: readonly string[], flags: ApiFlags, terminal: Terminal): Promise<void> {
  const command = await toApiCommand(words, flags.yes);
  const prepared = prepare(() => commands.api(command));
  const replyTimeoutMs = parseWait('wait', flags.wait);
  const connector = await connectorFor(flags);
  const asked = { server: connector.name, command };
  const connection = await connector.open({ replyTimeoutMs });
  try {
    if (flags.json) {
      const { message } = await connection.send(prepared);
      const answer = message.contentType === 'api/response' ? message.body.toString() : toReply(message).text;
      await writeDocument(asked, answer, terminal);
    } else {
      judge(asked, await writeStreamed(await connection.stream(prepared), terminal));
    }
    // The rest of an answer that nobody reads is not waited for.
    if (terminal.broken) connection.destroy();
  } catch (error) {
    throw toSentFailure(error, MORE_TIME);
  } finally {
    await connection.close();
  }
}

/** The same in the background. @throws Failure, EslError */
export async function runBgapi(words: readonly string[], flags: BgapiFlags, terminal: Terminal): Promise<void> {
  const command = await toApiCommand(words, flags.yes);
  const jobUuid = flags['job-uuid'] ?? randomUUID();
  const prepared = prepare(() => commands.bgapi(command, jobUuid));
  const timeoutMs = parseWait('wait', flags.wait);
  const connector = await connectorFor(flags);
  const asked = { server: connector.name, command };
  const socket = await connector.openSocket();
  try {
    if (flags['no-wait']) {
      const { ok, text } = await socket.connection.send(prepared);
      if (!ok) throw refused({ ...asked, command: `bgapi ${command}` }, text);
      const document = { schema: SCHEMA, ...asked, jobUuid };
      await terminal.write(flags.json ? `${JSON.stringify(document)}\n` : `${jobUuid}\n`);
    } else {
      const { event } = await socket.bgapi(command, { jobUuid, timeoutMs });
      const answer = event.body ?? '';
      if (flags.json) await writeDocument({ ...asked, jobUuid }, answer, terminal);
      else judge(asked, await writeWhole(answer, terminal));
    }
  } catch (error) {
    throw toSentFailure(error, MORE_TIME);
  } finally {
    await socket.close();
  }
}

interface Asked {
  readonly server: string;
  readonly command: string;
  readonly jobUuid?: string;
}

function writeDocument(asked: Asked, answer: string, terminal: Terminal): Wait {
  const ok = !isRefusal(answer);
  if (!ok) process.exitCode = EXIT.short;
  terminal.hasDocument = true;
  return terminal.write(answerDocument({ ...asked, ok }, answer));
}

/** The answer stands on stdout; what is said beside it is that it is none. */
function judge({ server, command }: Asked, answer: AnswerWriter): void {
  if (!answer.isRefusal) return;
  throw new Failure(`${server}: ${command} failed`, EXIT.short, { hint: hintFor(answer.begin) });
}

function refused({ server, command }: Asked, text: string): Failure {
  return new Failure(`${server} refused ${command}: ${text}`, EXIT.short, { hint: hintFor(text) });
}
