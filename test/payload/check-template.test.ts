import { describe, expect, it } from 'vitest';
import { checkTemplate } from '../../src/payload/check-template.js';
import { compileTemplate } from '../../src/payload/compile.js';

function problems(...lines: string[]): string[] {
  return checkTemplate(compileTemplate('own', lines.join('\n')));
}

describe('a template', () => {
  it('is held against the rules of its event', () => {
    expect(
      problems('sendevent NOTIFY', 'profile: {{profile}}', 'user: {{user}}', 'host: {{host}}', 'event-string: x'),
    ).toEqual([
      'NOTIFY needs content-type in the user form; without it FreeSWITCH answers +OK and the phone is told nothing',
    ]);
    expect(problems('sendevent NOTIFY', 'profile: x', 'to-uri: {{default to ""}}')[0]).toContain('needs from-uri');
    expect(problems('sendevent NO_SUCH_EVENT', 'a: b')[0]).toContain('FreeSWITCH knows no event NO_SUCH_EVENT');
  });

  it('may bring no header that sends it elsewhere, open or not', () => {
    for (const line of ['unique-id: {{uuid}}', 'Event-UUID: 1', 'COMMAND: {{x}}']) {
      expect(problems('sendevent CUSTOM', line).join()).toContain('is not allowed');
    }
  });

  it('is right where its values come from rows, however it spells its headers', () => {
    for (const [account, waiting] of [
      ['MWI-Message-Account', 'MWI-Messages-Waiting'],
      ['mwi-message-account', 'mwi-messages-waiting'],
    ]) {
      expect(problems('sendevent MESSAGE_WAITING', `${account}: {{a}}`, `${waiting}: {{w}}`)).toEqual([]);
    }
    const feature = ['profile: p', 'user: {{user}}', 'host: {{host}}', 'feature-event: {{feature}}'];
    expect(problems('sendevent PHONE_FEATURE', ...feature)).toEqual([]);
  });

  it('is wrong where a value that is written out is', () => {
    expect(problems('sendevent MESSAGE_WAITING', 'mwi-message-account: 1000', 'mwi-messages-waiting: on')).toEqual([
      'header MWI-Message-Account is user@host, not "1000"',
      'header MWI-Messages-Waiting is yes or no, not "on"',
    ]);
    const feature = ['profile: p', 'user: {{user}}', 'host: {{host}}', 'Feature-Event: DoNotDisturbEvent'];
    expect(problems('sendevent PHONE_FEATURE', ...feature)[0]).toContain('needs doNotDisturbOn for DoNotDisturbEvent');
    expect(problems('sendevent PHONE_FEATURE', ...feature, 'donotdisturbon: {{dnd}}')).toEqual([]);
  });
});
