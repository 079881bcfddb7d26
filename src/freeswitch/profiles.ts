import { AnswerFault } from './errors.js';
import { lineElement } from './xml-line.js';

/** One running SIP profile, as `sofia xmlstatus` lists it (`cmd_xml_status`, mod_sofia.c). Stopped ones are not listed. */
export interface SipProfile {
  readonly name: string;
  /** Other names under which it is found, domains mostly. */
  readonly aliases: readonly string[];
  /** `RUNNING (0)`: with the number of those who use it just now. */
  readonly state: string;
  readonly running: boolean;
  /** One for each way in: SIP over UDP and TCP, over TLS, over WebSockets. */
  readonly urls: readonly string[];
}

type Entry = ReadonlyMap<string, string>;

/**
 * The profiles of `sofia xmlstatus`, in its order. It lists a profile once for each way in; aliases stand beside the
 * profiles, and so do gateways, which are left out here.
 * @throws AnswerFault
 */
export function readProfiles(xml: string): SipProfile[] {
  const entries = readEntries(xml);
  const profiles = new Map<string, SipProfile & { urls: string[]; aliases: string[] }>();
  for (const entry of entries) {
    if (entry.get('type') !== 'profile') continue;
    const name = required(entry, 'name');
    const state = required(entry, 'state');
    const url = required(entry, 'data');
    const known = profiles.get(name);
    if (known) known.urls.push(url);
    else profiles.set(name, { name, aliases: [], state, running: state.startsWith('RUNNING'), urls: [url] });
  }
  for (const entry of entries) {
    if (entry.get('type') === 'alias') profiles.get(required(entry, 'data'))?.aliases.push(required(entry, 'name'));
  }
  return [...profiles.values()];
}

const BEGIN = /^<(?:profile|alias|gateway)>$/;
const END = /^<\/(?:profile|alias|gateway)>$/;

/** Lines outside of an entry tell when a gateway tries again. */
function readEntries(xml: string): Entry[] {
  const lines = xml.trimEnd().split('\n');
  if (!lines[0]?.startsWith('<?xml ') || lines[1] !== '<profiles>')
    throw new AnswerFault('it is not a list of profiles');
  if (lines.at(-1) !== '</profiles>') throw new AnswerFault('it breaks off');
  const entries: Entry[] = [];
  let open: Map<string, string> | undefined;
  for (const line of lines) {
    if (BEGIN.test(line)) {
      open = new Map();
      entries.push(open);
    } else if (END.test(line)) {
      open = undefined;
    } else {
      const element = open && lineElement(line);
      if (element) open?.set(...element);
    }
  }
  return entries;
}

function required(entry: Entry, name: string): string {
  const value = entry.get(name);
  if (value === undefined) throw new AnswerFault(`an entry without ${name}`);
  return value;
}
