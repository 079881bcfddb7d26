import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { switchingOf } from '../../../src/run/codes/actions.js';
import { Switches } from '../../../src/run/codes/switches.js';
import { withFolder } from '../../support/lab.js';

it('remembers what is on over a restart', async () => {
  await withFolder({}, async (folder) => {
    const path = join(folder, 'state', 'switches.json');
    const first = await Switches.open(path);
    expect(first.isOn('dnd', '1000@a')).toBe(false);
    await Promise.all([
      first.set('dnd', '1000@a', 'on'),
      first.set('mwi', '1001@a', 'on'),
      first.set('dnd', '2@a', 'on'),
    ]);
    await first.set('dnd', '2@a', 'off');
    const second = await Switches.open(path);
    const seen = [second.isOn('dnd', '1000@a'), second.isOn('mwi', '1001@a'), second.isOn('mwi', '1000@a')];
    expect([...seen, second.isOn('dnd', '2@a')]).toEqual([true, true, false, false]);
  });
});

it.each(['', '{', '[]', '{"on":"all"}', '{"on":[1,null]}'])('begins anew with a file that holds %j', async (text) => {
  await withFolder({ 'switches.json': text }, async (folder) => {
    const path = join(folder, 'switches.json');
    const switches = await Switches.open(path);
    expect(switches.isOn('dnd', '1000@a')).toBe(false);
    await switches.set('dnd', '1000@a', 'on');
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ on: ['dnd 1000@a'] });
  });
});

it('says so if it can not be written, and goes on when it can', async () => {
  await withFolder({ state: 'a file' }, async (folder) => {
    await expect(Switches.open(join(folder, 'state', 'switches.json'))).rejects.toThrow(/state/);
    const path = join(folder, 'switches.json');
    const switches = await Switches.open(path);
    await writeFile(path, '');
    await switches.set('mwi', '1000@a', 'on');
    expect((await Switches.open(path)).isOn('mwi', '1000@a')).toBe(true);
  });
});

it('toggles what it knows, and switches where it is told to', () => {
  const isOn = (feature: string) => feature === 'dnd';
  expect(switchingOf('dnd toggle', isOn)).toEqual({ feature: 'dnd', to: 'off' });
  expect(switchingOf('mwi toggle', isOn)).toEqual({ feature: 'mwi', to: 'on' });
  expect(switchingOf('dnd on', isOn)).toEqual({ feature: 'dnd', to: 'on' });
  expect(switchingOf('mwi off', isOn)).toEqual({ feature: 'mwi', to: 'off' });
  expect(switchingOf('resync', isOn)).toBeUndefined();
});
