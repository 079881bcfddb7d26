import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, readlink, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CliResult, jsonOf, linesOf, runCli } from '../support/cli.js';
import { withFolder, withSandbox } from '../support/lab.js';

const HEADER = 'user,domain,vendor,model,mac,name,account';

const FUSIONPBX = `device_uuid,device_address,device_label,device_template,line_number,server_address,display_name,user_id,password,user_id|2,server_address|2,password|2
u1,00:15:65:AA:BB:01,Reception,yealink/t54w,1,phones.test,=1+1,1000,S3cret,1001,phones.test,S3cret
u2,0015.65aa.bb02,,cisco/mystery,1,phones.test,"Berg, Eva",1002,S3cret
u3,001565AABB03,Spare,yealink/t54w
`;

const FREEPBX = `extension,name,tech,secret,voicemail_vmpwd
1000,Eva Berg,pjsip,S3cret,4711
1001,Door,pjsip,S3cret,4711
`;
const DEVICES = '001565AABB01,Yealink,T46G,1000,1\n';

const SNOM = `<settings><phone-settings><user_name idx="1">1000</user_name><user_host idx="1">phones.test:5060</user_host>
<user_pass idx="1">S3cret</user_pass><user_realname idx="1">Eva Berg</user_realname></phone-settings></settings>
`;

const YEALINK = `#!version:1.0.0.1
account.1.user_name = 1000
account.1.password = S3cret
account.1.sip_server.1.address = phones.test
`;

/** For each format, files, the command line, and the rows that come of it. */
const CASES: readonly (readonly [line: string, files: Record<string, string>, rows: readonly string[]])[] = [
  [
    'fusionpbx devices.csv',
    { 'devices.csv': FUSIONPBX },
    [
      "1000,phones.test,yealink,t54w,001565aabb01,'=1+1,1",
      '1001,phones.test,yealink,t54w,001565aabb01,Reception,2',
      '1002,phones.test,,mystery,001565aabb02,"Berg, Eva",1',
    ],
  ],
  [
    'freepbx extensions.csv devices_list.csv --domain phones.test',
    { 'extensions.csv': FREEPBX, 'devices_list.csv': DEVICES },
    ['1000,phones.test,Yealink,T46G,001565aabb01,"Eva Berg",1', '1001,phones.test,,,,Door,'],
  ],
  [
    'snom snomD785-000413AA77FE.htm',
    { 'snomD785-000413AA77FE.htm': SNOM },
    ['1000,phones.test,snom,D785,000413aa77fe,"Eva Berg",1'],
  ],
  ['yealink 805ec0aa1b2c.cfg', { '805ec0aa1b2c.cfg': YEALINK }, ['1000,phones.test,yealink,,805ec0aa1b2c,,1']],
];

function importing(line: string, cwd: string, stdin = ''): Promise<CliResult> {
  return runCli(['inventory', 'import', ...line.split(' ')], { cwd, stdin });
}

describe.concurrent('inventory import', () => {
  it.each(CASES)('%s: makes an inventory that is good, without a password', async (line, files, rows) => {
    await withFolder(files, async (cwd) => {
      const { code, stdout, stderr } = await importing(line, cwd);
      expect({ code, lines: linesOf(stdout) }).toEqual({ code: 0, lines: [HEADER, ...rows] });
      expect(stdout + stderr).not.toMatch(/S3cret|4711/);
      const check = await runCli(['inventory', 'check', '-'], { stdin: stdout });
      expect(check).toMatchObject({ code: 0, stderr: '' });
      expect(check.stdout).toContain(`stdin: ${rows.length} phone`);
      const list = await runCli(['inventory', 'list', '-', '--json'], { stdin: stdout });
      const names = jsonOf<{ phones: { columns: { name: string } }[] }>(list).phones.map(({ columns }) => columns.name);
      expect(names.join()).not.toMatch(/^'/);
    });
  });

  it('notes what is no phone, and what of one is not taken over', async () => {
    await withFolder({ 'devices.csv': FUSIONPBX }, async (cwd) => {
      const { stderr } = await importing('fusionpbx devices.csv', cwd);
      expect(linesOf(stderr)).toEqual([
        expect.stringMatching(/^note: devices\.csv:3: vendor "cisco" can be .*; left empty, its User-Agent will tell$/),
        'note: devices.csv:4: a device without a line',
      ]);
      const quiet = await importing('fusionpbx devices.csv --quiet --out phones.csv', cwd);
      expect(quiet).toMatchObject({ code: 0, stdout: '', stderr: '' });
    });
  });

  it('reads stdin, and says in what it was written', async () => {
    await withFolder({}, async (cwd) => {
      const { stdout } = await importing('freepbx - --domain phones.test', cwd, FREEPBX);
      expect(linesOf(stdout)).toHaveLength(3);
    });
    await withFolder({ 'x.csv': Buffer.from('extension,name\n1,Jörg\n', 'latin1') }, async (cwd) => {
      const { stdout, stderr } = await importing('freepbx x.csv --domain phones.test', cwd);
      expect(linesOf(stdout)[1]).toBe('1,phones.test,,,,Jörg,');
      expect(stderr).toBe('note: x.csv is not in UTF-8, and read as Windows-1252\n');
    });
  });

  it('lists what is wrong and writes nothing, or the others if told to', async () => {
    const csv = `device_uuid,device_address,user_id,server_address,display_name,password
u,001565aabb01,1000,phones.test,,S3cret
u,00:15:65,1001,phones.test,,S3cret
u,001565aabb03,bad user,phones.test,,S3cret
u,001565aabb04,1003,,,S3cret
`;
    await withFolder({ 'x.csv': csv }, async (cwd) => {
      const [all, some] = await Promise.all([
        importing('fusionpbx x.csv --out all.csv', cwd),
        importing('fusionpbx x.csv --out some.csv --skip-invalid', cwd),
      ]);
      const faults = [
        'x.csv:3: mac "00:15:65": has 6 hexadecimal digits, a MAC address has 12 (such as 001565aabbcc)',
        'x.csv:4: user "bad user": holds a blank (remove it)',
        'x.csv:5: domain: no domain is given (add a column domain, or use --domain)',
      ];
      expect([all.code, all.stdout, some.code, some.stdout]).toEqual([3, '', 0, '']);
      expect(linesOf(all.stderr)).toEqual([
        'phonectl: x.csv: 3 rows are wrong; 1 good one; nothing was written',
        ...faults.map((fault) => `  ${fault}`),
        '  try: mend them, or take the others with --skip-invalid',
      ]);
      expect(linesOf(some.stderr)).toEqual(faults.map((fault) => `warning: left out: ${fault}`));
      expect(await readdir(cwd)).toEqual(['some.csv', 'x.csv']);
      expect(await readFile(join(cwd, 'some.csv'), 'utf8')).toBe(`${HEADER}\n1000,phones.test,,,001565aabb01,,1\n`);
    });
  });

  it('replaces the file that --out names, and says why if it can not', async () => {
    await withFolder({ '805ec0aa1b2c.cfg': YEALINK, 'old.csv': 'old' }, async (cwd) => {
      expect(await importing('yealink 805ec0aa1b2c.cfg --out old.csv', cwd)).toMatchObject({ stdout: '', stderr: '' });
      expect(await readFile(join(cwd, 'old.csv'), 'utf8')).toContain('1000,phones.test');
      // A file that only its owner may read stays so, and a link stays a link.
      expect((await stat(join(cwd, 'old.csv'))).mode & 0o777).toBe(0o600);
      await symlink('old.csv', join(cwd, 'link.csv'));
      await writeFile(join(cwd, 'old.csv'), 'older');
      await importing('yealink 805ec0aa1b2c.cfg --out link.csv', cwd);
      expect(await readlink(join(cwd, 'link.csv'))).toBe('old.csv');
      expect(await readFile(join(cwd, 'old.csv'), 'utf8')).toContain('1000,phones.test');
      const piped = await importing('yealink 805ec0aa1b2c.cfg --out /dev/null', cwd);
      expect(piped).toMatchObject({ code: 0, stdout: '', stderr: '' });
      expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
      const folder = await importing('yealink 805ec0aa1b2c.cfg --out .', cwd);
      expect(folder).toMatchObject({ code: 1, stderr: 'phonectl: .: is a directory\n' });
      const result = await importing('yealink 805ec0aa1b2c.cfg --out no/such.csv', cwd);
      expect(result).toMatchObject({ code: 1, stdout: '', stderr: 'phonectl: no/such.csv: there is no such file\n' });
      expect(await readdir(cwd)).toEqual(['805ec0aa1b2c.cfg', 'link.csv', 'old.csv']);
    });
  });

  it('never shows a password that stands where a user belongs', async () => {
    const files = {
      '001565aabb01.cfg': 'account.1.user_name = 1000:S3cret@phones.test\n',
      'short.csv':
        'device_address,display_name,user_id,password,server_address\n001565aabb01,a,b,bad S3cret\n001565aabb01,a,bad S3cret,x\n',
    };
    await withFolder(files, async (cwd) => {
      for (const line of ['yealink 001565aabb01.cfg', 'fusionpbx short.csv']) {
        const { code, stdout, stderr } = await importing(line, cwd);
        expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
        expect(stderr).toContain('user: holds');
        expect(stderr).not.toContain('S3cret');
      }
    });
  });
});

describe.concurrent('inventory import of a folder', () => {
  it('reads the files that look like those of phones, and no others', async () => {
    const files = {
      '805ec0aa1b2d.cfg': YEALINK.replace('1000', '1001'),
      '805ec0aa1b2c.cfg': YEALINK,
      '805ec0aa1b2c-local.cfg': 'not read',
      'y000000000028.cfg': 'not read',
      '805ec0aa1b2c.boot': 'not read',
      'README.cfg': 'not read',
    };
    await withFolder(files, async (cwd) => {
      await mkdir(join(cwd, '001565000000.cfg'));
      execFileSync('mkfifo', [join(cwd, '001565000001.cfg')]);
      await symlink('805ec0aa1b2c.cfg', join(cwd, '805ec0aa1b2e.cfg'));
      const { code, stdout, stderr } = await importing('yealink .', cwd);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(
        linesOf(stdout)
          .map((line) => line.split(','))
          .map(([user, , , , mac]) => `${user} ${mac}`),
      ).toEqual(['user mac', '1000 805ec0aa1b2c', '1001 805ec0aa1b2d', '1000 805ec0aa1b2e']);
    });
  });

  it('says of each file what is wrong with it', async () => {
    const files = {
      '000413000001.xml': SNOM,
      '000413000002.xml': '<!DOCTYPE x [<!ENTITY a "S3cret">]><settings>&a;</settings>',
      '000413000003.xml': '<settings><phone-settings/></settings>',
      '000413000004.htm': '\0\u0001S3cret',
    };
    await withFolder(files, async (cwd) => {
      await symlink('nowhere', join(cwd, '000413000005.xml'));
      const [all, some] = await Promise.all([importing('snom .', cwd), importing('snom . --skip-invalid', cwd)]);
      expect(all).toMatchObject({ code: 3, stdout: '' });
      expect(linesOf(all.stderr)).toEqual([
        'phonectl: 5 files: 3 rows are wrong; 1 good one; nothing was written',
        expect.stringMatching(/^ {2}000413000002\.xml:1: has a DOCTYPE/),
        expect.stringMatching(/^ {2}000413000004\.htm:1: is no text/),
        expect.stringMatching(/^ {2}000413000005\.xml: there is no such file/),
        '  try: mend them, or take the others with --skip-invalid',
      ]);
      expect({ code: some.code, lines: linesOf(some.stdout).length }).toEqual({ code: 0, lines: 2 });
      expect(some.stderr).toContain('note: 000413000003.xml: no account in it has a user_name\n');
      expect(all.stderr + some.stderr).not.toContain('S3cret');
    });
  });

  it('notes an account that is there twice, and takes it once', async () => {
    await withFolder({ '805ec0aa1b2c.cfg': YEALINK, '805ec0aa1b2c-all.cfg': YEALINK }, async (cwd) => {
      const { code, stdout, stderr } = await importing('yealink .', cwd);
      expect({ code, lines: linesOf(stdout).length }).toEqual({ code: 0, lines: 2 });
      expect(stderr).toBe('note: 805ec0aa1b2c.cfg:2: 1000@phones.test is there already, on the same device\n');
    });
  });
});

describe.concurrent('inventory import of what it can not read', () => {
  it.each([
    ['snom nothing.xml', 3, 'nothing.xml: there is no such file'],
    ['snom .', 3, '.: no file in it looks like that of a phone'],
    ['snom pipe.xml', 3, 'pipe.xml: is no file, but a pipe, a socket or a device'],
    ['yealink /dev/zero', 3, '/dev/zero: is no file, but a pipe, a socket or a device'],
    ['snom huge.xml', 3, 'huge.xml: is larger than 8 MiB'],
    ['yealink empty.cfg', 3, 'empty.cfg: is empty'],
    ['fusionpbx empty.cfg', 3, 'empty.cfg: is empty'],
    ['fusionpbx .', 3, '.: is a directory'],
    ['fusionpbx huge.xml', 3, 'huge.xml:1: the first row: the row is longer than 1 MiB'],
    ['yealink none.cfg', 3, 'none.cfg: no phone is in it'],
    ['fusionpbx', 2, 'no file is named'],
    ['asterisk x.csv', 2, 'Expected asterisk to be one of: fusionpbx, freepbx, snom, yealink'],
    ['snom none.cfg --domain a:5060', 2, '--domain a:5060: has a port'],
  ])('%s', async (line, code, message) => {
    await withFolder({ 'empty.cfg': '', 'none.cfg': 'a = 1\n', 'huge.xml': '' }, async (cwd) => {
      execFileSync('mkfifo', [join(cwd, 'pipe.xml')]);
      await truncate(join(cwd, 'huge.xml'), 9 * 1024 * 1024);
      const result = await importing(line, cwd);
      expect(result).toMatchObject({ code, stdout: '' });
      expect(linesOf(result.stderr)[0]?.replace(/\s+/g, ' ')).toContain(`phonectl: ${message}`);
      expect(result.stderr).not.toContain('    at ');
    });
  });
});

/** The same address, as people and systems write it. */
const NOTATIONS = ['00:15:65:12:34:ab', '00-15-65-12-34-AB', '0015.6512.34ab', '0015651234AB', '001565-1234ab'];

describe.concurrent('a MAC address', () => {
  it('has one notation wherever it is shown or asked for', async () => {
    const rows = NOTATIONS.map((mac, index) => `${1000 + index},phones.test,${mac}\n`).join('');
    const template =
      'sendevent NOTIFY\nprofile: {{profile}}\nevent-string: x;mac={{mac}}\nuser: {{user}}\nhost: {{host}}\ncontent-type: text/plain\n';
    await withFolder({ 'phones.csv': `user,domain,MAC-Address\n${rows}`, 'x.hbs': template }, async (cwd) => {
      const list = (...where: string[]) => runCli(['inventory', 'list', 'phones.csv', '--json', ...where], { cwd });
      const all = jsonOf<{ phones: { columns: { mac: string } }[] }>(await list());
      expect(all.phones.map(({ columns }) => columns.mac)).toEqual(NOTATIONS.map(() => '0015651234ab'));
      const narrowed = await list('--where', 'mac=00-15-65-*', '--where', 'mac=0015.6512.34AB');
      expect(jsonOf<{ phones: object[] }>(narrowed).phones).toHaveLength(NOTATIONS.length);
      const sent = await runCli(['send', './x.hbs', '-i', 'phones.csv', '--dry-run', '--limit', '2'], { cwd });
      expect(sent.stdout.match(/mac=.*/g)).toEqual(['mac=0015651234ab', 'mac=0015651234ab']);
      const imported = NOTATIONS.map((mac, index) => `u,${mac},${index},phones.test\n`).join('');
      await writeFile(join(cwd, 'f.csv'), `device_uuid,device_address,user_id,server_address\n${imported}`);
      const { stdout } = await importing('fusionpbx f.csv', cwd);
      expect(linesOf(stdout).slice(1)).toEqual(NOTATIONS.map((_, index) => `${index},phones.test,,,0015651234ab,,1`));
    });
  });

  it('of a registration is exported in that notation, and found by any other', async () => {
    const phones = [{ user: '1000', userAgent: 'Yealink SIP-T46S 66.85.0.5 00:15:65:12:34:AB' }];
    await withSandbox({ phones }, async ({ to }) => {
      const { stdout } = await runCli(['inventory', 'export', '--where', 'mac=0015.6512.34ab', ...to]);
      expect(linesOf(stdout)[1]).toContain(',0015651234ab,');
      const diff = await runCli(['inventory', 'diff', '-', '--where', 'mac=00-15-65-*', ...to], { stdin: stdout });
      expect(diff).toMatchObject({ code: 0, stderr: '' });
      expect(diff.stdout).toContain('agree: 1 phone');
    });
  });
});

it('does not write over a file that it reads, by whatever name', async () => {
  await withFolder({ '805ec0aa1b2c.cfg': YEALINK }, async (cwd) => {
    await symlink('805ec0aa1b2c.cfg', join(cwd, 'out.csv'));
    const { code, stderr } = await importing('yealink 805ec0aa1b2c.cfg --out out.csv', cwd);
    expect(code).toBe(2);
    expect(stderr).toContain('--out out.csv is one of the files that are read');
    expect(await readFile(join(cwd, '805ec0aa1b2c.cfg'), 'utf8')).toBe(YEALINK);
  });
});
