import { describe, expect, it } from 'vitest';
import { settingsText } from '../../../src/inventory/import/settings.js';
import { readSnom } from '../../../src/inventory/import/snom.js';
import { failure } from '../support.js';
import { told } from './support.js';

function read(text: string | Buffer, file = 'snomD785-000413AA77FE.htm'): string[] {
  return told(readSnom(settingsText(Buffer.from(text), file)));
}

function fails(text: string | Buffer) {
  return failure(Promise.resolve().then(() => read(text, 'f.xml')));
}

const XML = `<?xml version="1.0" encoding="utf-8"?>
<settings>
  <phone-settings e="2">
    <phone_name perm="RW">desk-eva</phone_name>
    <!-- <user_name idx="7">no</user_name> -->
    <user_active idx="1" perm="RW">on</user_active>
    <user_realname idx="1" perm="RW">Eva Berg &amp; <![CDATA[Team <1>]]></user_realname>
    <user_name perm='' idx='1'>1201</user_name>
    <user_host idx="1" perm="RW">pbx.example.org:5060;transport=tcp</user_host>
    <user_pname idx="1">auth1201</user_pname>
    <user_pass idx="1" perm="RW">S3cret</user_pass>
    <user_active idx="2" perm="RW">on</user_active>
    <user_name idx="2" perm="RW"></user_name>
    <user_realname idx="3">Door:5060;transport=udp</user_realname>
    <user_name idx="3">1290</user_name>
    <user_host idx="3">10.0.0.1</user_host>
    <user_name idx="4">1291</user_name><user_active idx="4">off</user_active>
    <user_name idx="5" action="remove">1292</user_name>
    <user_name idx="6">1201</user_name><user_host idx="6">backup.example.org</user_host>
    <user_failover_identity idx="1">6</user_failover_identity>
  </phone-settings>
  <functionKeys e="2"><fkey idx="0" context="active" label="Door" perm="RW">speed 1290</fkey></functionKeys>
  <tbook><item><user_name>nobody</user_name></item></tbook>
</settings>
`;

describe('settings of a snom', () => {
  it('in XML have an account for each user_name', () => {
    expect(read(XML)).toEqual([
      '8 | 1201 | pbx.example.org | snom | D785 | 000413AA77FE | Eva Berg & Team <1> | 1',
      '15 | 1290 | 10.0.0.1 | snom | D785 | 000413AA77FE | Door | 3',
      'left out: snomD785-000413AA77FE.htm:17: account 4 is switched off',
      'left out: snomD785-000413AA77FE.htm:19: account 6 is another one at a second server',
    ]);
  });

  it('may have phone-settings outermost, CR LF, a byte order mark, or be in another encoding', () => {
    const text =
      '<phone-settings>\r\n<user_realname idx="1">Jörg</user_realname>\r\n<user_name idx="1">1</user_name></phone-settings>';
    const wanted = '3 | 1 |  | snom |  | 000413aa77fe | Jörg | 1';
    const file = '/srv/x/000413aa77fe.xml';
    expect(read(text, file)).toEqual([wanted]);
    expect(read(`\ufeff${text}`, file)).toEqual([wanted]);
    expect(read(Buffer.from(text, 'latin1'), file)).toEqual([wanted]);
    expect(read(Buffer.from(`\ufeff${text}`, 'utf16le'), file)).toEqual([wanted]);
  });

  it('in text have the number behind the name', () => {
    const text = `<html><pre>
# phone in room 3
user_active1!: on
user_realname1!: Workshop: 2
user_name1!: 1302
user_host1$: pbx.example.org
user_pass1!: S3cret
user_name2&: 1303
fkey10!: line
</pre></html>
`;
    expect(read(text, 'snom360-000413AA0001.htm')).toEqual([
      '5 | 1302 | pbx.example.org | snom | 360 | 000413AA0001 | Workshop: 2 | 1',
      '8 | 1303 |  | snom | 360 | 000413AA0001 |  | 2',
    ]);
  });

  it('of a DECT base name servers by number', () => {
    const text = `<settings><phone-settings>
      <user_host idx="1">one.test</user_host><user_host idx="2">two.test</user_host>
      <user_name idx="1">1</user_name><subscr_sip_ua_data_server_id idx="1">2</subscr_sip_ua_data_server_id>
      <user_name idx="2">2</user_name><subscr_sip_ua_data_server_id idx="2">1</subscr_sip_ua_data_server_id>
    </phone-settings></settings>`;
    expect(read(text, '000413AA77FE.xml')).toEqual([
      '3 | 1 | two.test | snom-dect |  | 000413AA77FE |  | 1',
      '4 | 2 | one.test | snom-dect |  | 000413AA77FE |  | 2',
    ]);
  });

  it('without an account are no phone', () => {
    expect(read('<settings><phone-settings><language>English</language></phone-settings></settings>')).toEqual([
      'left out: snomD785-000413AA77FE.htm:: no account in it has a user_name',
    ]);
  });

  it.each([
    [
      '<setting-files><file url="https://u:S3cret@h/x.xml"/></setting-files>',
      'f.xml: only says where the settings are',
    ],
    ['<settings><sip_account>S3cret</sip_account></settings>', 'f.xml: has no <phone-settings>'],
    ['<gs_provision/>', 'f.xml: is no settings file of a snom: its outermost element is not <settings>'],
    ['<html><body>\n404 S3cret', 'f.xml:2: is no settings file of a snom: neither XML nor lines of "name: value"'],
    ['# nothing\n', 'f.xml: has no settings'],
    [
      '<settings><phone-settings>\n<user_name idx="S3cret">1</user_name></phone-settings></settings>',
      'f.xml:2: the idx of user_name is no number',
    ],
    ['<settings>\n<user_name>{$user_id}</user_name>', 'f.xml:2: is a template from which files for phones are made'],
  ])('%j is refused', async (text, message) => {
    const found = await fails(text);
    expect(found.message).toBe(message);
    expect(found.hint).not.toContain('S3cret');
  });
});
