import { describe, expect, it } from 'vitest';
import { encodeCommand } from '../../src/esl/index.js';
import { Catalog } from '../../src/payload/catalog.js';
import { checkPayload } from '../../src/payload/check.js';
import { toCommand } from '../../src/payload/payload.js';

const catalog = new Catalog(new URL('../../templates', import.meta.url).pathname);

describe('dbg', () => {
  it('renders', async () => {
    const v: Record<string, string> = { user: '1000', host: 'phones.test', profile: 'internal', url: 'http://x/<a&b>', event: 'foo', action: 'restart', call_id: 'abc@x', contact: 'sip:1@2', waiting: 'yes', new: '2', text: 'héllo\nthere & you', title: 'T', dnd: 'on', forward_immediate: '2000', forward_immediate_enabled: 'true', to_uri: 'sip:1@2.3.4.5', from_uri: 'sip:1@1.2.3.4', command: '/a"b', uri: 'x' };
    for (const f of await catalog.list()) {
      const t = await catalog.load(f.name);
      const p = t.render(v);
      console.log(f.name, checkPayload(p), t.names.join(), '\n' + encodeCommand(toCommand(p)).toString());
    }
    expect(1).toBe(1);
  });
});
