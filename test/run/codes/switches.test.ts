import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { switchingOf } from '../../../src/run/codes/actions.js';
import { Switches } from '../../../src/run/codes/switches.js';
import { withFolder } from '../../support/lab.js';

it('remembers what is on over a restart, and what others have switched', async () => {
  await withFolder({}, async (folder) => {
    const first = new Switches(join(folder, 'state', 'switches'));
    const second = new Switches(join(folder, 'state', 'switches'));
    expect(await first.isOn('dnd', '1000@a')).toBe(false);
    await Promise.all([
      first.set('dnd', '1000@a', 'on'),
      second.set('mwi', '1001@a', 'on'),
      first.set('dnd', `${'2'.repeat(300)}/../@a`, 'on'),
    ]);
    await first.set('dnd', '1000@a', 'on');
    await second.set('dnd', '3@a', 'off');
    const seen = [second.isOn('dnd', '1000@a'), first.isOn('mwi', '1001@a'), second.isOn('mwi', '1000@a')];
    expect(await Promise.all(seen)).toEqual([true, true, false]);
    await second.set('dnd', '1000@a', 'off');
    expect(await first.isOn('dnd', '1000@a')).toBe(false);
  });
});

it('says so if it can not be written, and goes on when it can', async () => {
  await withFolder({ state: 'a file' }, async (folder) => {
    const switches = new Switches(join(folder, 'state', 'switches'));
    const told = /^that dnd of 1000@a is on can't be remembered in \S+switches: it is not a folder; toggle goes by/;
    await expect(switches.set('dnd', '1000@a', 'on')).rejects.toThrow(told);
    await rm(join(folder, 'state'));
    await switches.set('dnd', '1000@a', 'on');
    expect(await switches.isOn('dnd', '1000@a')).toBe(true);
  });
});

it('toggles what it knows, and switches where it is told to', async () => {
  const isOn = async (feature: string) => feature === 'dnd';
  expect(await switchingOf('dnd toggle', isOn)).toEqual({ feature: 'dnd', to: 'off' });
  expect(await switchingOf('mwi toggle', isOn)).toEqual({ feature: 'mwi', to: 'on' });
  expect(await switchingOf('dnd on', isOn)).toEqual({ feature: 'dnd', to: 'on' });
  expect(await switchingOf('mwi off', isOn)).toEqual({ feature: 'mwi', to: 'off' });
  expect(await switchingOf('resync', isOn)).toBeUndefined();
});
