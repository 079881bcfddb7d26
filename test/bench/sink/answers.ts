import { PROFILE } from '../fleet.js';
import { listing, listingLength, listingOf } from './listing.js';

const URL = 'sip:mod_sofia@192.0.2.1:5060';
const PROFILES =
  `<?xml version="1.0" encoding="ISO-8859-1"?>\n<profiles>\n<profile>\n<name>${PROFILE}</name>\n<type>profile</type>\n` +
  `<data>${URL}</data>\n<state>RUNNING (0)</state>\n</profile>\n</profiles>\n`;

/** An answer to an `api`: a text, or one in pieces with its length. */
export type Answer = string | { readonly length: number; readonly pieces: Iterable<Buffer> };

/** What phonectl and its peers ask before and beside their orders, with so many registered. */
export function answerTo(question: string, registrations: number): Answer {
  const of = `sofia xmlstatus profile ${PROFILE}`;
  if (question === 'sofia xmlstatus') return PROFILES;
  if (question === of) return profileXml(registrations);
  if (question === `${of} reg`) return { length: listingLength(registrations), pieces: listing(registrations) };
  if (question.startsWith(`${of} user `))
    return listingOf(question.slice(`${of} user `.length).split('@')[0] ?? '').toString();
  if (question.startsWith('module_exists ')) return 'false';
  if (question === 'show channels as json') return '{"row_count": 0}\n';
  return `-ERR ${question.split(' ', 1)[0]} Command not found!\n`;
}

function profileXml(registrations: number): string {
  return (
    `<?xml version="1.0" encoding="ISO-8859-1"?>\n<profile>\n  <profile-info>\n    <name>${PROFILE}</name>\n` +
    `    <url>${URL}</url>\n    <registrations>${registrations}</registrations>\n  </profile-info>\n</profile>\n`
  );
}
