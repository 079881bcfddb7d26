import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identify } from '../../src/vendor/identify.js';
import { VENDORS } from '../../src/vendor/table.js';

/** What a User-Agent is known as, and what it tells. */
type Row = readonly [
  userAgent: string,
  key: string,
  model?: string | undefined,
  firmware?: string | undefined,
  mac?: string,
];

const AGENTS: readonly Row[] = [
  [
    'Cisco-CP-8865-3PCC/12.0.3_dcf719f39350_d4e6994b-60bc-4fba-a490-fe5f8e',
    'cisco-mpp',
    'CP-8865-3PCC',
    '12.0.3',
    'dcf719f39350',
  ],
  ['Cisco-CP-8851-3PCC/11.3.7', 'cisco-mpp', 'CP-8851-3PCC', '11.3.7'],
  ['Cisco-ATA191-MPP/11-1-0MSR3-9', 'cisco-mpp', 'ATA191-MPP', '11-1-0MSR3-9'],
  ['Cisco-CP-8841-3PCC/11.0 (00562b043615)', 'cisco-mpp', 'CP-8841-3PCC', '11.0', '00562b043615'],
  ['Cisco-CP7960G/8.0', 'cisco-ent', '7960G', '8.0'],
  ['Cisco-CP8851/12.1.1', 'cisco-ent', '8851', '12.1.1'],
  ['Cisco-CP7821/10.3.1', 'cisco-ent', '7821', '10.3.1'],
  ['Cisco/SPA504G-7.6.2c', 'cisco-spa', 'SPA504G', '7.6.2c'],
  ['Cisco/SPA122-1.4.1(SR5)', 'cisco-spa', 'SPA122', '1.4.1(SR5)'],
  ['Linksys/SPA942-6.1.5(a)', 'cisco-spa', 'SPA942', '6.1.5(a)'],
  ['Linksys/PAP2T-3.1.15(LS)', 'cisco-spa', 'PAP2T', '3.1.15(LS)'],
  ['Sipura/SPA2000-3.1.5', 'cisco-spa', 'SPA2000', '3.1.5'],
  ['PolyEdge-Edge_E350-UA/8.3.1.0614', 'poly-edge', 'Edge_E350', '8.3.1.0614'],
  ['PolyEdge-Edge_E350-UA/8.3.1.0614_f04ea4691c59', 'poly-edge', 'Edge_E350', '8.3.1.0614', 'f04ea4691c59'],
  ['PolyEdge-Edge_E220-UA/8.0.0.13670_48256712b942', 'poly-edge', 'Edge_E220', '8.0.0.13670', '48256712b942'],
  ['PolycomVVX-VVX_250-UA/6.4.3.5156', 'poly-uc', 'VVX_250', '6.4.3.5156'],
  ['PolycomSoundPointIP-SPIP_450-UA/4.0.15.1047', 'poly-uc', 'SPIP_450', '4.0.15.1047'],
  ['PolycomVVX-VVX_150-UA/6.4.1.2280_482567164887', 'poly-uc', 'VVX_150', '6.4.1.2280', '482567164887'],
  ['PolycomRealPresenceTrio-Trio_8500-UA/5.9.2.7727', 'poly-uc', 'Trio_8500', '5.9.2.7727'],
  ['PolycomCCX-CCX_500-UA/7.1.0.100', 'poly-uc', 'CCX_500', '7.1.0.100'],
  ['OBIHAI/OBi202-3.2.2.5921', 'obihai', 'OBi202', '3.2.2.5921'],
  ['OBIHAI/OBi1020-5.0.0.3201', 'obihai', 'OBi1020', '5.0.0.3201'],
  ['OBIHAI/OBi110-1.3.0.2824', 'obihai', 'OBi110', '1.3.0.2824'],
  ['Mozilla/4.0 (compatible; Snom M900 05.20.0001 000413b60680)', 'snom-dect', 'M900', '05.20.0001', '000413b60680'],
  ['snomD345/10.1.39.11', 'snom', 'D345', '10.1.39.11'],
  ['snomD862/10.1.226.13', 'snom', 'D862', '10.1.226.13'],
  ['snom370/8.7.5.48', 'snom', '370', '8.7.5.48'],
  ['snomPA1/8.7.3.19', 'snom', 'PA1', '8.7.3.19'],
  ['snom821/873_19_20130321', 'snom', '821', '873_19_20130321'],
  ['Yealink SIP-T46U 108.86.0.20', 'yealink', 'T46U', '108.86.0.20'],
  ['Yealink SIP-T53W 96.86.0.70', 'yealink', 'T53W', '96.86.0.70'],
  ['Yealink SIP-T21P_E2 52.83.0.35', 'yealink', 'T21P_E2', '52.83.0.35'],
  ['Yealink W60B 77.83.0.85', 'yealink', 'W60B', '77.83.0.85'],
  ['Yealink SIP VP-T49G 51.80.0.100', 'yealink', 'T49G', '51.80.0.100'],
  ['Grandstream GXP2170 1.0.11.57', 'grandstream', 'GXP2170', '1.0.11.57'],
  ['Grandstream GRP2615 1.0.13.122', 'grandstream', 'GRP2615', '1.0.13.122'],
  ['Grandstream HT802 1.0.17.5', 'grandstream', 'HT802', '1.0.17.5'],
  ['Grandstream HT-503  V1.1B 1.0.10.9  chip V2.2', 'grandstream', 'HT-503', '1.0.10.9'],
  ['Aastra 6731i/3.2.2.3077', 'aastra-mitel', '6731i', '3.2.2.3077'],
  ['Mitel 6930/6.4.0.132', 'aastra-mitel', '6930', '6.4.0.132'],
  ['Aastra 51i/2.5.1.41', 'aastra-mitel', '51i', '2.5.1.41'],
  ['Panasonic_KX-UT113/01.133 (0080f0c8c381)', 'panasonic', 'KX-UT113', '01.133', '0080f0c8c381'],
  ['CL750A', 'gigaset-desk', 'CL750A'],
  [
    'Gigaset N870 IP PRO/83.V2.11.0+build.a546b91;7C2F80E0D605',
    'gigaset-n',
    'N870 IP PRO',
    '83.V2.11.0+build.a546b91',
    '7c2f80e0d605',
  ],
  ['N510 IP PRO/42.258.00.000.000;7C2F806257D7', 'gigaset-n', 'N510 IP PRO', '42.258.00.000.000', '7c2f806257d7'],
  ['Gigaset N510 IP PRO', 'gigaset-n', 'N510 IP PRO'],
  ['Fanvil X303 2.12.18.9 0c383e63963b', 'fanvil', 'X303', '2.12.18.9', '0c383e63963b'],
  ['Fanvil X4U 2.12.7.6', 'fanvil', 'X4U', '2.12.7.6'],
  ['Fanvil i16SV 2.4.0', 'fanvil', 'i16SV', '2.4.0'],
  ['Fanvil X6U Pro 0.0.10 0c383e2cd782', 'fanvil', 'X6U Pro', '0.0.10', '0c383e2cd782'],
  ['Htek UC924E V3.0.4.5', 'htek', 'UC924E', '3.0.4.5'],
  ['Htek UC912G 001fc1200b41', 'htek', 'UC912G', undefined, '001fc1200b41'],
  ['Htek UC V20 V5.22.10.25.245 f26dcc142f0d', 'htek', 'UC V20', '5.22.10.25.245', 'f26dcc142f0d'],
  ['Digium D65 2_9_19', 'digium', 'D65', '2_9_19'],
  ['Sangoma P325 4_9_2', 'digium', 'P325', '4_9_2'],
  ['Digium D40 1_4_0_0_57389', 'digium', 'D40', '1_4_0_0_57389'],
  ['Sangoma S500 V2.0.4.67', 'sangoma-s', 'S500', '2.0.4.67'],
  ['Avaya one-X Deskphone 7.1.15.1.3 b4475ea2e9a0', 'avaya', 'one-X Deskphone', '7.1.15.1.3', 'b4475ea2e9a0'],
  ['Avaya H175 Collaboration Station H1xx_SIP-R1_0_2_3_3050.tar', 'avaya', 'H175'],
  ['AVAYA/J179-4.1.3.0.6 (MAC:c81fea83e85a)', 'avaya', 'J179', '4.1.3.0.6', 'c81fea83e85a'],
  ['ALE M3-CE 2.11.01.1604 3c28a620089e', 'ale', 'M3', '2.11.01.1604', '3c28a620089e'],
  ['Alcatel IP Touch 4028/2.01.20', 'ale', '4028', '2.01.20'],
  ['Algo-8201/5.2', 'algo', '8201', '5.2'],
  ['AUDC-IPPhone/2.2.8.61 (440HDG-Rev0; 00908F602AAC)', 'audiocodes', '440HDG-Rev0', '2.2.8.61', '00908f602aac'],
  ['Audiocodes-Sip-Gateway-Mediant 1000/v.5.80A.055.002', 'audiocodes', 'Mediant 1000', '5.80A.055.002'],
  ['Patton SN4634 3BIS 00A0BA04469B R5.3 2009-01-15 H323 SIP BRI M5T SIP', 'patton', 'SN4634', 'R5.3', '00a0ba04469b'],
  ['Patton SN4638 5BIS', 'patton', 'SN4638'],
  ['Akuvox R20B 220.30.2.28', 'akuvox', 'R20B', '220.30.2.28'],
  ['Akuvox R20K', 'akuvox', 'R20K'],
  ['Flyingvoice FIP13G V0.6.24 00:21:F2:22:AE:F1', 'flyingvoice', 'FIP13G', '0.6.24', '0021f222aef1'],
  ['ES320VN2 v4.0', 'escene', 'ES320VN2', '4.0'],
  ['ES206 v1.0', 'escene', 'ES206', '1.0'],
  ['Thomson TB30 hw1 fw1.74.0 00-1F-9F-84-F1-80', 'technicolor', 'TB30', '1.74.0', '001f9f84f180'],
  ['Zoiper rv2.10.8.2', 'softphone'],
  ['Zoiper v2.10.20.4_1', 'softphone'],
  ['Z 5.5.5 v2.10.15.2', 'softphone'],
  ['LinphoneiOS/4.5.1 (iPhone) LinphoneSDK/5.0.40-pre', 'softphone'],
  ['Bria 4 release 4.7.0 stamp 83078', 'softphone'],
  ['Bria iOS release 3.9.5 stamp 38501.38502', 'softphone'],
  ['MicroSIP/3.20.5', 'softphone'],
];

/** Shapes that nobody has recorded from a phone; the rules only guess them. */
const GUESSED: readonly Row[] = [
  ['Snom M700/05.20', 'snom-dect', 'M700'],
  ['VTech Vesa VCS754 2.0', 'vtech'],
  ['OpenStage_60_V3', 'openscape'],
  ['OpenScape Desk Phone CP600', 'openscape'],
  ['COMfortel D-200 2.4', 'auerswald'],
  ['tiptel 3240', 'auerswald'],
  ['Spectralink 8440', 'spectralink'],
  ['SIP-DECT 8.1', 'mitel-dect'],
  ['OpenMobility 3.0', 'mitel-dect'],
  ['2N IP Verso 2.30', '2n'],
  ['Dinstar DAG1000', 'dinstar'],
  ['DAG2000-16S', 'dinstar'],
  ['Gigaset DE900 IP PRO', 'gigaset-desk', 'DE900'],
  ['AUDC-IPPhone/2.2.8.61', 'audiocodes', undefined, '2.2.8.61'],
  ['AUDC-440HD/3.4.2', 'audiocodes', '440HD', '3.4.2'],
];

describe('identify', () => {
  for (const [userAgent, key, model, firmware, mac] of [...AGENTS, ...GUESSED]) {
    it(`${userAgent} is ${key}`, () => {
      const { vendor, ...rest } = identify(userAgent) ?? {};
      expect(vendor?.key).toBe(key);
      expect(rest).toStrictEqual({ ...(model && { model }), ...(firmware && { firmware }), ...(mac && { mac }) });
    });
  }

  it('covers every sample of the table', () => {
    const samples = VENDORS.flatMap(({ key, samples }) => samples.map((sample) => `${key}: ${sample}`));
    expect(new Set(AGENTS.map(([userAgent, key]) => `${key}: ${userAgent}`))).toEqual(new Set(samples));
  });

  it('takes any case and blanks around', () => {
    expect(identify('  YEALINK sip-t46u 108.86.0.20\r\n')).toMatchObject({ model: 't46u', firmware: '108.86.0.20' });
  });

  it('reads a MAC with separators', () => {
    expect(identify('Yealink SIP-T46S 66.84.0.15 80:5E:C0:01:02:03')).toMatchObject({ mac: '805ec0010203' });
  });

  it.each(['Grandstream Wave 1.0', 'Sangoma Talk 3.1', 'Sangoma Connect 1.2', 'SIP.js/0.21.2', 'JsSIP 3.10.0'])(
    'takes %s for a softphone, not for a phone of that maker',
    (userAgent) => {
      expect(identify(userAgent)?.vendor.key).toBe('softphone');
    },
  );

  it.each([
    '',
    ' ',
    'unknown',
    'FreeSWITCH-mod_sofia/1.10.12',
    'Asterisk PBX 20.5.0',
    'Grandstream UCM6302 1.0.20.17',
    'Auerswald COMpact 4000 sofia-sip/1.12.11',
    'my Yealink SIP-T46U 108.86.0.20',
    'Spartan 1.0',
  ])('knows no vendor for "%s"', (userAgent) => {
    expect(identify(userAgent)).toBeUndefined();
  });

  it('looks at the beginning of a User-Agent of 100 KB only', () => {
    expect(identify(`Yealink SIP-T46U 108.86.0.20 ${'x'.repeat(100_000)}`)).toMatchObject({ model: 'T46U' });
    expect(identify(`${' '.repeat(100_000)}Yealink SIP-T46U 108.86.0.20`)).toBeUndefined();
  });

  it('gets through hostile User-Agents of 100 KB', () => {
    const starts = AGENTS.map(([userAgent]) => userAgent.slice(0, -1));
    const fillers = [' ', '1', '.', 'a', '-', '_', ' 1', '1.', 'a1 ', '00:', 'V1 ', '\n', '\u0000', '\ud800', '€'];
    for (const start of [...starts, 'Fanvil ', 'Grandstream ', 'Avaya J', 'snom', 'AUDC-', 'Htek UC ']) {
      for (const filler of fillers) identify(start + filler.repeat(100_000 / filler.length));
    }
  });

  it('never throws, and gives a MAC of 12 lower-case digits or none', () => {
    const agent = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.tuple(fc.constantFrom(...AGENTS), fc.string()).map(([[userAgent], tail]) => userAgent + tail),
    );
    fc.assert(
      fc.property(agent, (userAgent) => {
        expect(identify(userAgent)?.mac ?? '0'.repeat(12)).toMatch(/^[0-9a-f]{12}$/);
      }),
    );
  });
});
