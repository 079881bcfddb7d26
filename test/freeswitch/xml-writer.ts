import { Buffer } from 'node:buffer';

/** The columns of one registration as bytes, one character a byte. */
export interface Row {
  readonly callId: string;
  readonly user: string;
  readonly host: string;
  readonly contact: string;
  readonly agent: string;
  readonly status: string;
  readonly realm: string;
  readonly mwiAccount: string;
}

/** A registration as an ordinary phone has it. */
export function row(changes: Partial<Row> = {}): Row {
  const { user = '1000', host = 'phones.test' } = changes;
  return {
    callId: 'reg-1@lab',
    user,
    host,
    contact: `"" <sip:${user}@127.0.0.1:7000>`,
    agent: 'snomD785/10.1.54.13',
    status: 'Registered(UDP)(unknown) exp(2026-11-23 02:37:55) expsecs(3647)',
    realm: host,
    mwiAccount: `${user}@${host}`,
    ...changes,
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '"': '&quot;',
  "'": '&apos;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

/** `switch_amp_encode` with its 2,048 bytes: what does not fit is cut, never in the middle of an entity. */
export function ampEncode(text: string): string {
  let encoded = '';
  for (const character of text) {
    const next = ENTITIES[character] ?? character;
    if (encoded.length + next.length > 2047) break;
    encoded += next;
  }
  return encoded;
}

/** What `show_reg_callback_xml` (mod_sofia.c) writes for one registration. */
export function registrationXml(one: Row): string {
  return (
    '    <registration>\n' +
    `        <call-id>${one.callId}</call-id>\n` +
    `        <user>${one.user}@${one.host}</user>\n` +
    `        <contact>${ampEncode(one.contact)}</contact>\n` +
    `        <agent>${ampEncode(one.agent)}</agent>\n` +
    `        <status>${one.status}</status>\n` +
    '        <ping-status>Reachable</ping-status>\n' +
    '        <ping-time>0.00</ping-time>\n' +
    '        <host>vm</host>\n' +
    '        <network-ip>127.0.0.1</network-ip>\n' +
    '        <network-port>7000</network-port>\n' +
    `        <sip-auth-user>${one.user}</sip-auth-user>\n` +
    `        <sip-auth-realm>${one.realm}</sip-auth-realm>\n` +
    `        <mwi-account>${one.mwiAccount}</mwi-account>\n` +
    '    </registration>\n'
  );
}

/** The answer to `sofia xmlstatus profile P reg` with these registrations in it. */
export function listXml(registrations: string): Buffer {
  return Buffer.from(
    '<?xml version="1.0" encoding="ISO-8859-1"?>\n<profile>\n  <registrations>\n' +
      `${registrations}  </registrations>\n</profile>\n`,
    'latin1',
  );
}
