import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openInventory } from '../../src/inventory/read-csv.js';
import { withDirectory } from './support.js';

const ROWS = 1_000_000;
const MOST_GROWTH = 60 * 1024 * 1024;

async function writeFleet(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.write('user,domain,profile,vendor,mac,floor\n');
    for (let row = 0; row < ROWS; ) {
      let text = '';
      for (const end = row + 20_000; row < end; row++) {
        const mac = row.toString(16).padStart(6, '0');
        const floor = row % 10 === 0 ? `"${row % 9}, east"` : String(row % 9);
        text += `${row},pbx.example.com,internal,Yealink,001565${mac},${floor}\n`;
      }
      await file.write(text);
    }
  } finally {
    await file.close();
  }
}

describe('a million rows', () => {
  it('are read in flat memory', async () => {
    await withDirectory(async (directory) => {
      const path = join(directory, 'fleet.csv');
      await writeFleet(path);
      const source = await openInventory({ path });
      const before = process.memoryUsage();
      let most = 0;
      let phones = 0;
      let last = 0;
      for await (const entry of source.entries()) {
        if (entry.kind === 'phone') {
          phones++;
          last = entry.phone.row ?? 0;
        }
        if (phones % 25_000 === 0) {
          const now = process.memoryUsage();
          most = Math.max(most, now.heapUsed + now.arrayBuffers - before.heapUsed - before.arrayBuffers);
        }
      }
      await source.close();
      expect(phones).toBe(ROWS);
      expect(last).toBe(ROWS + 1);
      expect(most).toBeLessThan(MOST_GROWTH);
    });
  }, 120_000);
});
