import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findVendor } from '../../src/vendor/find.js';
import { VENDORS } from '../../src/vendor/table.js';

/** `vendor KEY`, `ambiguous KEY KEY` or `unknown NAME NAME`. */
function found(name: string, model?: string): string {
  const result = findVendor(name, model);
  if (result.kind === 'vendor') return `vendor ${result.vendor.key}`;
  if (result.kind === 'unknown') return ['unknown', ...result.near].join(' ');
  return ['ambiguous', ...result.candidates.map(({ key }) => key)].join(' ');
}

describe('findVendor', () => {
  it.each(VENDORS.map(({ key }) => key))('knows the key %s in any spelling', (key) => {
    for (const name of [key, key.toUpperCase(), key.replaceAll('-', '_'), key.replaceAll('-', ' '), ` ${key} `]) {
      expect(found(name)).toBe(`vendor ${key}`);
    }
  });

  it.each([
    ['Linksys', 'cisco-spa'],
    ['Sipura', 'cisco-spa'],
    ['SPA', 'cisco-spa'],
    ['Cisco SPA', 'cisco-spa'],
    ['cisco_mpp', 'cisco-mpp'],
    ['Polycom', 'poly-uc'],
    ['Poly', 'poly-uc'],
    ['VVX', 'poly-uc'],
    ['Poly Edge', 'poly-edge'],
    ['PolyEdge', 'poly-edge'],
    ['Aastra', 'aastra-mitel'],
    ['MITEL', 'aastra-mitel'],
    ['Snom', 'snom'],
    ['Obi', 'obihai'],
    ['OBIHAI', 'obihai'],
    ['Thomson', 'technicolor'],
    ['Alcatel', 'ale'],
    ['Alcatel-Lucent', 'ale'],
    ['alcatel lucent', 'ale'],
    ['OpenStage', 'openscape'],
    ['Unify', 'openscape'],
    ['Digium', 'digium'],
    ['Zoiper', 'softphone'],
    ['2N', '2n'],
  ])('finds %s as %s', (name, key) => {
    expect(found(name)).toBe(`vendor ${key}`);
  });

  it.each([
    ['Cisco', undefined, 'ambiguous cisco-mpp cisco-ent cisco-spa'],
    ['CISCO', '', 'ambiguous cisco-mpp cisco-ent cisco-spa'],
    ['Cisco', 'SPA504G', 'vendor cisco-spa'],
    ['Cisco', 'Cisco SPA 504G', 'vendor cisco-spa'],
    ['Cisco', 'spa525g2', 'vendor cisco-spa'],
    ['Cisco', '8851-3PCC', 'vendor cisco-mpp'],
    ['Cisco', 'CP-8851-3PCC', 'vendor cisco-mpp'],
    ['Cisco', '8851 MPP', 'vendor cisco-mpp'],
    ['Cisco', 'MPP', 'vendor cisco-mpp'],
    ['Cisco', 'ATA191-MPP', 'vendor cisco-mpp'],
    ['Cisco', '6841', 'vendor cisco-mpp'],
    ['Cisco', '7960', 'vendor cisco-ent'],
    ['Cisco', 'CP-7942G', 'vendor cisco-ent'],
    ['Cisco', '8851', 'ambiguous cisco-mpp cisco-ent'],
    ['Cisco', 'CP-7821', 'ambiguous cisco-mpp cisco-ent'],
    ['Cisco', 'ATA191', 'ambiguous cisco-mpp cisco-ent cisco-spa'],
    ['Cisco', 'something else', 'ambiguous cisco-mpp cisco-ent cisco-spa'],
    ['Gigaset', undefined, 'ambiguous gigaset-desk gigaset-n'],
    ['Gigaset', 'N870 IP PRO', 'vendor gigaset-n'],
    ['Gigaset', 'n510', 'vendor gigaset-n'],
    ['Gigaset', 'DE410', 'vendor gigaset-desk'],
    ['Gigaset', 'Maxwell 3', 'vendor gigaset-desk'],
    ['Sangoma', undefined, 'ambiguous digium sangoma-s'],
    ['Sangoma', 'P325', 'vendor digium'],
    ['Sangoma', 'S500', 'vendor sangoma-s'],
    ['Snom', 'M900', 'vendor snom-dect'],
    ['Snom', 'D785', 'vendor snom'],
    ['Poly', 'Edge E350', 'vendor poly-edge'],
    ['Polycom', 'OBi302', 'vendor obihai'],
    ['Poly', 'VVX 250', 'vendor poly-uc'],
    ['Mitel', 'RFP 35', 'vendor mitel-dect'],
    ['Mitel', '6930', 'vendor aastra-mitel'],
    ['Yealink', 'T46U', 'vendor yealink'],
    ['cisco-ent', 'SPA504G', 'vendor cisco-ent'],
  ])('with %s and the model %s: %s', (name, model, expected) => {
    expect(found(name, model)).toBe(expected);
  });

  it('gives an ambiguous name back as it was written', () => {
    expect(findVendor('CISCO')).toMatchObject({ kind: 'ambiguous', name: 'CISCO' });
  });

  it.each([
    ['Yelink', 'yealink'],
    ['Yaelink', 'yealink'],
    ['Yealink T46S', 'yealink'],
    ['Polcyom', 'Polycom'],
    ['Snmo', 'snom'],
    ['cisko', 'Cisco'],
    ['Grand', 'grandstream'],
    ['Panasoinc', 'panasonic'],
  ])('does not know %s, but %s is near', (name, near) => {
    const result = findVendor(name);
    expect(result.kind === 'unknown' && result.near[0]).toBe(near);
  });

  it.each(['', ' ', '-', 'x', 'Bittel', 'constructor', '__proto__', 'é'.repeat(40)])(
    'finds nothing near %s',
    (name) => {
      expect(findVendor(name)).toEqual({ kind: 'unknown', near: [] });
    },
  );

  it('finds nothing near a name of 100 KB', () => {
    expect(findVendor('yealink'.repeat(15_000))).toEqual({ kind: 'unknown', near: [] });
  });

  it('takes any text for a name and a model', () => {
    const name = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('Cisco', 'Gigaset', 'Poly', 'snom'));
    fc.assert(
      fc.property(name, fc.string({ unit: 'binary' }), (text, model) => {
        const result = findVendor(text, model);
        if (result.kind === 'unknown') expect(result.near.length).toBeLessThanOrEqual(3);
        if (result.kind === 'ambiguous') expect(result.candidates.length).toBeGreaterThan(1);
      }),
    );
  });
});
