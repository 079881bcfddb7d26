import { describe, expect, it } from 'vitest';
import { settingsText } from '../../../src/inventory/import/settings.js';
import { readYealink } from '../../../src/inventory/import/yealink.js';
import { failure } from '../support.js';
import { told } from './support.js';

function read(text: string | Buffer, file = '/srv/tftp/805ec0aa1b2c.cfg'): string[] {
  return told(readYealink(settingsText(Buffer.from(text), file)));
}

describe('settings of a Yealink', () => {
  it('have an account for each user_name', () => {
    const text = `#!version:1.0.0.1\r
## reception
account.1.enable = 1
account.1.label = Reception
account.1.user_name = 1200
account.1.pasword = S3cret
account.1.password = S3cret
account.1.sip_server.1.address = pbx.example.org
account.1.sip_server_host = old.example.org
account.2.label= Door # 2
account.2.user_name=1290@pbx.example.org
account.2.sip_server.1.address = edge1.example.net
account.3.enable = 0
account.3.user_name = %NULL%
Account.4.User_Name = 1
account.4.user_name = 1300
account.4.sip_server_host = old.example.org:5060
account.5.enable = 0
account.5.user_name = 1400
;;====M1====
static.security.user_password = admin:S3cret
`;
    expect(read(text)).toEqual([
      '5 | 1200 | pbx.example.org | yealink |  | 805ec0aa1b2c | Reception | 1',
      '11 | 1290 | pbx.example.org | yealink |  | 805ec0aa1b2c | Door # 2 | 2',
      '16 | 1300 | old.example.org | yealink |  | 805ec0aa1b2c |  | 4',
      'left out: /srv/tftp/805ec0aa1b2c.cfg:19: account 5 is switched off',
    ]);
  });

  it.each([
    ['805EC0AA1B2C-all.cfg', '805EC0AA1B2C'],
    ['80-5e-c0-aa-1b-2c.cfg', '80-5e-c0-aa-1b-2c'],
    ['y000000000028.cfg', ''],
    ['config.cfg', ''],
  ])('%s names the MAC address "%s"', (file, mac) => {
    expect(read('account.1.user_name = 1\n', file)).toEqual([`1 | 1 |  | yealink |  | ${mac} |  | 1`]);
  });

  it('without an account are no phone', () => {
    expect(read('#!version:1.0.0.1\nphone_setting.lang = English\n')).toEqual([
      'left out: /srv/tftp/805ec0aa1b2c.cfg:: no account in it has a user_name',
    ]);
  });

  it.each([
    [
      '[ account ]\npath = /config/voip/sipAccount0.cfg\n',
      'x.cfg:1: is written for a firmware before 70, with [sections]',
    ],
    ['account.1.user_name = 1\nS3cret\n', 'x.cfg:2: is no settings file of a Yealink: a line is not "key = value"'],
    ['#!version:1.0.0.1\n', 'x.cfg: has no settings'],
    ['', 'x.cfg: is empty'],
    ['account.1.user_name = {$user}\n', 'x.cfg:1: is a template from which files for phones are made'],
    ['account.1.user_name = {{ user }}\n', 'x.cfg:1: is a template from which files for phones are made'],
    ['a = 1\nb = \u0007', 'x.cfg:2: is no text, but binary, packed or encrypted'],
    [Buffer.from('PK\u0003\u0004S3cret'), 'x.cfg:1: is no text, but binary, packed or encrypted'],
    [Buffer.of(0x1f, 0x8b, 8, 0), 'x.cfg:1: is no text, but binary, packed or encrypted'],
    [
      Buffer.concat([Buffer.from('a = é'), Buffer.of(0xff, 0x81)]),
      'x.cfg:1: is no text, but binary, packed or encrypted',
    ],
  ])('%j is refused', async (text, message) => {
    const found = await failure(Promise.resolve().then(() => read(text, 'x.cfg')));
    expect(found.message).toBe(message);
    expect(found.hint).not.toContain('S3cret');
  });
});
