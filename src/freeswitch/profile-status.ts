import { AnswerFault } from './errors.js';
import { lineElement } from './xml-line.js';

/** Settings and counts of one SIP profile, as `sofia xmlstatus profile NAME` has them (`cmd_xml_status`, mod_sofia.c). */
export interface ProfileStatus {
  /** Its own name, also when asked by an alias. */
  readonly name: string;
  readonly registrations: number;
  /** `sip:mod_sofia@192.0.2.1:5060`; undefined for a profile that takes TLS only. */
  readonly url: string | undefined;
  readonly tlsUrl: string | undefined;
  /** The address it is bound to. */
  readonly sipIp: string | undefined;
  /** The address it tells others, if it differs. */
  readonly extSipIp: string | undefined;
  /** Domains whose users are found here also where their registrations name another. */
  readonly presenceHosts: readonly string[];
  /** Every element by its name in the XML (`dtmf-mode`, `calls-in`, …); of several of one name the first. */
  readonly settings: ReadonlyMap<string, string>;
}

/** @throws AnswerFault */
export function readProfileStatus(xml: string): ProfileStatus {
  const settings = readSettings(xml);
  const name = settings.get('alias-of') ?? settings.get('name');
  const registrations = settings.get('registrations') ?? '';
  if (name === undefined) throw new AnswerFault('a profile without a name');
  if (!/^\d+$/.test(registrations)) throw new AnswerFault('a profile without a number of registrations');
  return {
    name,
    registrations: Number(registrations),
    url: settings.get('url'),
    tlsUrl: settings.get('tls-url'),
    sipIp: settings.get('sip-ip'),
    extSipIp: settings.get('ext-sip-ip'),
    presenceHosts: (settings.get('pres-hosts') ?? '').split(/[\s,]+/).filter((host) => host !== ''),
    settings,
  };
}

function readSettings(xml: string): Map<string, string> {
  const lines = xml.trimEnd().split('\n');
  const begins = lines[0]?.startsWith('<?xml ') && lines[1] === '<profile>' && lines[2]?.trim() === '<profile-info>';
  if (!begins) throw new AnswerFault('it is not the status of a profile');
  if (lines.at(-1) !== '</profile>') throw new AnswerFault('it breaks off');
  const settings = new Map<string, string>();
  for (const line of lines) {
    const element = lineElement(line);
    if (element && !settings.has(element[0])) settings.set(...element);
  }
  return settings;
}
