import { describe, expect, it } from 'vitest';
import { readFreePbx } from '../../../src/inventory/import/freepbx.js';
import { failure } from '../support.js';
import { tableOf, told } from './support.js';

async function read(...texts: string[]): Promise<string[]> {
  return told(readFreePbx(await Promise.all(texts.map(tableOf))));
}

const EXTENSIONS = `extension,password,name,voicemail,outboundcid,id,tech,dial,description,callerid,secret,voicemail_vmpwd
1201,,"Eva Berg",default,"""Berg Ltd"" <4930555012>",1201,pjsip,PJSIP/1201,"Eva Berg","Eva Berg <1201>",S3cret,4711
1202,,Shop,novm,,99202,sip,SIP/99202,Shop,,S3cret,
1300,,"Fax virtual",novm,,,virtual,,,,,
1400,,Door,novm,,1400,dahdi,DAHDI/1,Door,,,
,,,,,,,,,,,
`;

describe('extensions of FreePBX', () => {
  it('are found by the names of the columns, whatever stands beside them', async () => {
    expect(await read(EXTENSIONS)).toEqual([
      '2 | 1201 |  |  |  |  | Eva Berg | ',
      '3 | 99202 |  |  |  |  | Shop | ',
      'left out: file:4: an extension that is no SIP phone (column tech)',
      'left out: file:5: an extension that is no SIP phone (column tech)',
      'left out: file:6: a row without an extension',
    ]);
  });

  it('written by hand may have few columns, in capitals', async () => {
    expect(await read('EXTENSION,NAME,TECH,SECRET\n1,One,pjsip,S3cret\n')).toEqual(['2 | 1 |  |  |  |  | One | ']);
  });

  it('with too many values are told without them', async () => {
    const lines = await read('extension,name,secret,voicemail_options\n1,One,S3cret,attach=no,saycid=no\n');
    expect(lines).toEqual([expect.stringMatching(/^wrong: file:2: the row has 5 values, the file 4 columns/)]);
    expect(lines.join()).not.toContain('S3cret');
  });
});

describe('devices of the Endpoint Manager', () => {
  it('are a row a line, without a row of names', async () => {
    const list =
      '805EC0AA1B2C,Yealink,T46G,1200,1\n805EC0AA1B2C,Yealink,T46G,1290,2\n000E08AA77FE,Cisco/Linksys,SPA942,,1\nnonsense\n';
    expect(await read(list)).toEqual([
      '1 | 1200 |  | Yealink | T46G | 805EC0AA1B2C |  | 1',
      '2 | 1290 |  | Yealink | T46G | 805EC0AA1B2C |  | 2',
      'left out: file:3: a device without an extension',
      expect.stringMatching(/^wrong: file:4: the row has 1 values?, the file 5 columns/),
    ]);
  });

  it('have another column since 15', async () => {
    expect(await read('000E08AA77FE,,Cisco/Linksys,SPA942,1201,1\n')).toEqual([
      '1 | 1201 |  | Cisco | SPA942 | 000E08AA77FE |  | 1',
    ]);
  });

  it('get the names of their extensions, in whichever order the files come', async () => {
    const list = '805EC0AA1B2C,Yealink,T46G,1201,1\n805EC0AA1B2D,Yealink,T46G,1201,1\n805EC0AA1B2E,Yealink,T46G,7,1\n';
    const wanted = [
      '1 | 1201 |  | Yealink | T46G | 805EC0AA1B2C | Eva Berg | 1',
      '2 | 1201 |  | Yealink | T46G | 805EC0AA1B2D | Eva Berg | 1',
      '3 | 99202 |  |  |  |  | Shop | ',
      '3 | 7 |  | Yealink | T46G | 805EC0AA1B2E |  | 1',
    ];
    for (const files of [
      [EXTENSIONS, list],
      [list, EXTENSIONS],
    ] as const) {
      expect((await read(...files)).filter((line) => !line.startsWith('left out'))).toEqual(wanted);
    }
  });
});

it('a file that is no export of FreePBX is said to be none, without what stands in it', async () => {
  const { message, hint } = await failure(read('1000;S3cret\n'));
  expect(message).toContain('file:1: is no export of FreePBX');
  expect(message + hint).not.toContain('S3cret');
});
