import { describe, expect, it } from 'vitest';
import { readFusionPbx } from '../../../src/inventory/import/fusionpbx.js';
import { failure } from '../support.js';
import { tableOf, told } from './support.js';

async function read(text: string): Promise<string[]> {
  return told(readFusionPbx([await tableOf(text)]));
}

function fails(text: string) {
  return failure(read(text));
}

const HEAD = 'device_uuid,device_address,device_label,device_vendor,device_template,device_enabled,device_description';
const LINE = (suffix = '') =>
  ['line_number', 'server_address', 'display_name', 'user_id', 'password'].map((name) => name + suffix).join(',');

describe('devices of FusionPBX', () => {
  it('since 5.3 have all their lines in a row, and rows of fewer lines are shorter', async () => {
    const csv = `${HEAD},${LINE()},${LINE('|2')}
u1,805ec0aa1b2c,Reception,yealink,yealink/t54w,true,"Ground floor, desk",1,pbx.example.org,Reception,1200,S3cret,2,pbx.example.org,"Door line",1290,S3cret
u2,000413aa77fe,,snom,snom/D785,true,,1,pbx.example.org,"Berg, Eva",1201,S3cret
u3,000413bb0102,Spare,snom,snom/D735,false,
u4,000413bb0103,Off,snom,snom/D735,false,,1,pbx.example.org,Off,1203,S3cret
u5,000000000000,Lab,,polycom/vvx450,1,,3,lab.example.org,,1204,S3cret
`;
    expect(await read(csv)).toEqual([
      '2 | 1200 | pbx.example.org | yealink | t54w | 805ec0aa1b2c | Reception | 1',
      '2 | 1290 | pbx.example.org | yealink | t54w | 805ec0aa1b2c | Door line | 2',
      '3 | 1201 | pbx.example.org | snom | D785 | 000413aa77fe | Berg, Eva | 1',
      'left out: file:4: a device without a line',
      'left out: file:5: a device that is switched off',
      '6 | 1204 | lab.example.org | polycom | vvx450 |  | Lab | 3',
    ]);
  });

  it('up to 5.0 are named by device_mac_address', async () => {
    const csv =
      'device_uuid,device_mac_address,device_template,user_id,server_address,enabled\nu,001565123456,x/y,7,a.test,true\nu,001565123457,x/y,8,a.test,false\n';
    expect(await read(csv)).toEqual([
      '2 | 7 | a.test | x | y | 001565123456 |  | 1',
      'left out: file:3: line 1 is switched off',
    ]);
  });

  it('of 4.4, which has no lines, are refused with what to do', async () => {
    const { message, hint } = await fails(
      'device_uuid,domain_uuid,device_mac_address,device_label\nu,d,001565123456,x\n',
    );
    expect(message).toBe('file:1: has no user_id column: it does not say who is on these devices');
    expect(hint).toContain('tick user_id');
  });

  it('that all have the line of the first are refused', async () => {
    const rows = ['001565123456', '001565123457', '001565123458'].map((mac) => `${mac},1,1200,a.test\n`);
    const csv = `device_address,line_number,user_id,server_address\n${rows.join('')}`;
    expect((await fails(csv)).message).toContain('all 3 devices have the same line');
    expect(await read(csv.replace('1200', '1201'))).toHaveLength(3);
    expect(await read(csv.replaceAll('\n0', '\nu,0').replace('device_', 'device_uuid,device_'))).toHaveLength(3);
  });

  it('with more values than columns are told without the values', async () => {
    const lines = await read('device_uuid,device_address,user_id\nu,001565123456,1,S3cret\n');
    expect(lines).toEqual([
      expect.stringMatching(/^wrong: file:2: the row has 4 values, the file 3 columns \(up to FusionPBX 5\.2/),
    ]);
    expect(lines.join()).not.toContain('S3cret');
  });
});

describe('extensions of FusionPBX', () => {
  it('have the domain of their context, if it is one', async () => {
    const csv = `extension,password,effective_caller_id_name,directory_first_name,directory_last_name,user_context,enabled,description
1201,S3cret,"E. Berg",Eva,Berg,pbx.example.org,true,"Room 14"
1202,S3cret,"Door ""A""",,,default,true,
1203,S3cret,,,,10.1.2.3,,Lab
1204,S3cret,,,,pbx.example.org,false,
`;
    expect(await read(csv)).toEqual([
      '2 | 1201 | pbx.example.org |  |  |  | Eva Berg | ',
      '3 | 1202 |  |  |  |  | Door "A" | ',
      '4 | 1203 | 10.1.2.3 |  |  |  | Lab | ',
      'left out: file:5: an extension that is switched off',
    ]);
  });

  it('as Excel saved them are read as well', async () => {
    expect(await read('\ufeffextension;user_context;description\r\n1201;a.test;"Jürgen; 2"\r\n')).toEqual([
      '2 | 1201 | a.test |  |  |  | Jürgen; 2 | ',
    ]);
  });

  it('with a broken quote cost one row, told without what stands there', async () => {
    const lines = await read('extension,password,user_context\n1,"S3cret,a.test\n2,S3cret,a.test\n');
    expect(lines).toEqual([
      expect.stringMatching(/^wrong: file:2: a quote \("\) opens here and is not closed/),
      '3 | 2 | a.test |  |  |  |  | ',
    ]);
    expect(lines.join()).not.toContain('S3cret');
  });
});

it('a file that is no export of FusionPBX is said to be none, without what stands in it', async () => {
  const { message, hint } = await fails('1000,S3cret\n1001,S3cret\n');
  expect(message).toBe('file:1: is no export of FusionPBX: there is neither a device_address nor an extension column');
  expect(message + hint).not.toContain('S3cret');
});
