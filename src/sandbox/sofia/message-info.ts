import type { Header } from '../../esl/headers.js';
import type { WireEvent } from '../wire/wire-event.js';
import { isSipUri } from './notify.js';
import { contentTypeHeader, withoutOwnParameters } from './sip-fields.js';
import type { Sofia } from './sofia.js';

/** `sendevent SEND_MESSAGE` (`general_event_handler`, mod_sofia.c): a MESSAGE to every registration of the user. */
export function sendMessage(sofia: Sofia, event: WireEvent, uuid: string): void {
  const user = event.get('user');
  const host = event.get('host');
  const type = event.get('content-type');
  const profile = sofia.registry.profile(event.get('profile') ?? '');
  if (user === undefined || host === undefined || type === undefined || !profile) return;
  const contentType = contentTypeHeader(type);
  if (contentType === undefined) return;
  const subject = event.get('subject');
  const address = `sip:${user}@${host}`;
  const headers: Header[] = [['Content-Type', contentType]];
  if (subject !== undefined) headers.push(['Subject', subject]);
  for (const registration of sofia.registry.byUser(profile, user, host)) {
    sofia.send(
      {
        phone: sofia.registry.phoneOf(registration),
        order: () => ({
          method: 'MESSAGE',
          profile,
          uri: withoutOwnParameters(registration.url),
          from: address,
          to: address,
          cseq: sofia.nextCseq(),
          headers,
          body: event.body ?? '',
        }),
      },
      uuid,
    );
  }
}

const INFO_HEADERS = ['Content-Type', 'Content-Disposition', 'Alert-Info', 'Call-Info'];

/**
 * `sendevent SEND_INFO` (`general_event_handler`, mod_sofia.c): an INFO to a URI, or to one registration of `local-user`.
 * `call-id` means a dialog; there is none here, so it reaches nobody.
 */
export function sendInfo(sofia: Sofia, event: WireEvent, uuid: string): void {
  const profile = sofia.registry.profile(event.get('profile') ?? '');
  const from = event.get('from-uri');
  if (!profile || from === undefined || event.has('call-id')) return;
  const local = event.get('local-user');
  let to = event.get('to-uri');
  if (local !== undefined) {
    const [user = '', host] = splitOnce(local, '@');
    const rows = host === undefined ? [] : sofia.registry.byUser(profile, user, host);
    // The query ends at its second row, which has then overwritten the first (sofia_reg_find_callback, sofia_reg.c).
    const registration = rows[1] ?? rows[0];
    to = registration && withoutOwnParameters(registration.url);
  }
  const type = event.get('content-type');
  const contentType = type === undefined ? '' : contentTypeHeader(type);
  if (to === undefined || !isSipUri(to) || contentType === undefined) return;
  const uri = to;
  const headers: Header[] = [];
  for (const name of INFO_HEADERS) {
    const value = name === 'Content-Type' ? contentType : event.get(name);
    if (value) headers.push([name, value]);
  }
  sofia.send(
    {
      phone: sofia.phoneAt(uri),
      order: () => ({
        method: 'INFO',
        profile,
        uri,
        from,
        to: uri,
        cseq: sofia.nextCseq(),
        headers,
        body: event.body ?? '',
      }),
    },
    uuid,
  );
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
