import { NoSuchCommandError, NoSuchProfileError, NotAllowedError, QuestionError } from './errors.js';

/** Which module brings a command; the others that are asked are of mod_commands. */
const MODULES: Readonly<Record<string, string>> = {
  sofia: 'mod_sofia',
  sofia_contact: 'mod_sofia',
  vm_boxcount: 'mod_voicemail',
};

/** What `cmd_xml_status` says (mod_sofia.c). */
const NO_SUCH_PROFILE = 'Invalid Profile!';

/** The error of an `api` that was answered by a `command/reply`: a refusal, always (mod_event_socket.c). */
export function refused(server: string, question: string, text: string): QuestionError {
  if (text !== '-ERR permission denied') return wrongAnswer(server, question, 'it refuses', text);
  const command = commandOf(question);
  return new NotAllowedError(`${server} does not let this user call ${command}`, question, {
    hint: `add ${command} to esl-allowed-api of the user in the server's directory`,
  });
}

/** The error in an answer that says, in FreeSWITCH's words, that what is asked about isn't there; undefined for any other. */
export function missingThing(server: string, question: string, answer = ''): QuestionError | undefined {
  const command = commandOf(question);
  switch (answer.trim()) {
    case NO_SUCH_PROFILE:
      return new NoSuchProfileError(`${server} has no such SIP profile running`, question);
    case `-ERR ${command} Command not found!`:
      return new NoSuchCommandError(`${server} does not know the command ${command}`, question, {
        hint: `is ${MODULES[command] ?? 'mod_commands'} loaded?`,
      });
    default:
      return undefined;
  }
}

function commandOf(question: string): string {
  return question.split(' ', 1)[0] ?? '';
}

/** The error of an answer that can't be read; what it says instead is shown, shortened. */
export function wrongAnswer(
  server: string,
  question: string,
  what: string,
  answer?: string,
  cause?: unknown,
): QuestionError {
  const said = answer === undefined ? '' : ` (${JSON.stringify(answer.slice(0, 80))})`;
  return new QuestionError(`${server} gave no answer to "${question}": ${what}${said}`, question, { cause });
}
