import { DOMAIN, userOf } from '../fleet.js';

const ROWS_A_PIECE = 200;
const BEFORE = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?>\n<profile>\n  <registrations>\n');
const BEHIND = Buffer.from('  </registrations>\n</profile>\n');

/** Where a row has its user. */
const USER = userOf(0);

const ROW = Buffer.from(
  '    <registration>\n' +
    `        <call-id>${USER}-5f0c2f6e-9b1d-4a5c-8d8e-0123456789ab@192.0.2.10</call-id>\n` +
    `        <user>${USER}@${DOMAIN}</user>\n` +
    `        <contact>&quot;${USER}&quot; &lt;sip:${USER}@192.0.2.10:5060;transport=udp&gt;</contact>\n` +
    '        <agent>snomD785/10.1.64.14</agent>\n' +
    '        <status>Registered(UDP)(unknown) exp(2026-11-27 10:30:00) expsecs(3600)</status>\n' +
    '        <ping-status>Reachable</ping-status>\n' +
    '        <ping-time>0.00</ping-time>\n' +
    '        <host>bench</host>\n' +
    '        <network-ip>192.0.2.10</network-ip>\n' +
    '        <network-port>5060</network-port>\n' +
    `        <sip-auth-user>${USER}</sip-auth-user>\n` +
    `        <sip-auth-realm>${DOMAIN}</sip-auth-realm>\n` +
    `        <mwi-account>${USER}@${DOMAIN}</mwi-account>\n` +
    '    </registration>\n',
);

const PLACES = placesOf(USER);

/** How long the listing of so many registrations is, bytes. */
export function listingLength(rows: number): number {
  return BEFORE.length + rows * ROW.length + BEHIND.length;
}

/**
 * The answer to `sofia xmlstatus profile internal reg` (`show_reg_callback_xml`, mod_sofia.c) for this many phones, in pieces
 * that are made by copying, as making text of them would cost more than reading them.
 */
export function* listing(rows: number): Generator<Buffer, void, undefined> {
  yield BEFORE;
  for (let from = 0; from < rows; from += ROWS_A_PIECE) {
    const count = Math.min(ROWS_A_PIECE, rows - from);
    const piece = Buffer.allocUnsafe(count * ROW.length);
    for (let at = 0; at < count; at++) putRow(piece, at * ROW.length, userOf(from + at));
    yield piece;
  }
  yield BEHIND;
}

/** The same for one user. */
export function listingOf(user: string): Buffer {
  const row = Buffer.allocUnsafe(ROW.length);
  putRow(row, 0, user);
  return Buffer.concat([BEFORE, row, BEHIND]);
}

function putRow(piece: Buffer, start: number, user: string): void {
  ROW.copy(piece, start);
  for (const place of PLACES) piece.write(user, start + place, 'latin1');
}

function placesOf(text: string): readonly number[] {
  const places: number[] = [];
  for (let at = ROW.indexOf(text); at >= 0; at = ROW.indexOf(text, at + text.length)) places.push(at);
  return places;
}
