/** What is not tried through a worker, and why. */
export const LEFT_OUT: ReadonlyMap<string, string> = new Map([
  [
    'mwi resend sets lamps to what the voicemail or the file says',
    'it asks the server, which is beside the worker only',
  ],
  ['with a wrong password nothing is sent, and every phone says so', 'whoever hands a run over has no password'],
  ['an order to nobody, or through no SIP profile, reaches nobody', 'nothing but the event socket'],
  ['a thousand NOTIFYs to twenty phones all arrive, each once', 'nothing but the event socket'],
  ['a file and the registrations are compared', 'nothing is sent'],
  ['what is registered agrees with what was exported', 'nothing is sent'],
  ['doctor finds a server that can be worked with', 'nothing is sent'],
  ['doctor says that a password is wrong, and does not show it', 'nothing is sent'],
]);

/** Likewise all scenarios about something. */
export const GROUPS_LEFT_OUT: ReadonlyMap<string, string> = new Map([
  ['the grammar', 'nothing but the event socket'],
  ['the event socket', 'nothing but the event socket'],
  ['calls on the event socket', 'nothing but the event socket'],
  ['feature codes', 'phonectl listen is beside the server itself'],
]);

/**
 * Those where a worker has most to do on its own. The others are tried through one only where a real FreeSWITCH is named, as all of
 * them take minutes.
 */
export const ALWAYS: ReadonlySet<string> = new Set([
  'resync tells every make of a fleet in its own words, as the dry run said',
  'a text is reported by mod_sms, without a trace',
  'the trace is off after SIGTERM, and what came so far is told',
  'each of two devices is told and waited for by itself',
  'a reboot leaves a phone alone that is in a call of which the channel says whose it is',
  'the others are spared if the canary stays away',
]);
