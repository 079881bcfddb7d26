export interface QuestionErrorOptions {
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/**
 * A question to a server that has no answer: it was not allowed, or what came is no answer to it. Losing the connection
 * meanwhile is an EslError instead. An empty list is never a sign of failure: it means that there is nobody.
 */
export class QuestionError extends Error {
  readonly code: string = 'question';
  /** The api command with its arguments: `sofia xmlstatus profile internal reg`. */
  readonly question: string;
  /** What to try. */
  readonly hint: string | undefined;

  constructor(message: string, question: string, options: QuestionErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.question = question;
    this.hint = options.hint;
  }
}

/** The login may not ask this: a `userauth` login whose `esl-allowed-api` lacks the command (mod_event_socket.c). */
export class NotAllowedError extends QuestionError {
  override readonly code = 'not-allowed';
}

/** The server has no such api command: the module that brings it is not loaded. */
export class NoSuchCommandError extends QuestionError {
  override readonly code = 'no-such-command';
}

/** No SIP profile of this name is running. */
export class NoSuchProfileError extends QuestionError {
  override readonly code = 'no-such-profile';
}

/** How the readers of this room say what is wrong with an answer, in words that can follow a colon. */
export class AnswerFault extends Error {}

/** A streamed answer that is something else from its first line on. */
export class OtherAnswer extends AnswerFault {
  /** That line. */
  readonly answer: string;

  constructor(what: string, answer: string) {
    super(what);
    this.answer = answer;
  }
}
