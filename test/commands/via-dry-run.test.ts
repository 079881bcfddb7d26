import { describe, expect, it } from 'vitest';
import { jsonOf, runCli } from '../support/cli.js';
import { snoms, YEALINK } from '../support/lab.js';
import { hasRedis } from '../support/redis.js';
import { withSites } from '../support/sites.js';

const HEADER = 'user,domain,vendor,server\n';
const BERLIN = '1000,phones.test,snom,berlin\n1001,phones.test,snom,Berlin\n';
const FILES = { 'two.csv': `${HEADER}${BERLIN}1002,phones.test,snom,paris\n`, 'berlin.csv': `${HEADER}${BERLIN}` };
const SITES = { servers: { berlin: { phones: snoms(2) }, paris: { phones: snoms(3) } }, files: FILES };

describe.skipIf(!hasRedis).concurrent('a run through the queue of several workers', () => {
  it('is shown by a dry run as it would be sent, and nothing is handed over', async () => {
    await withSites(SITES, async ({ folder: cwd, redis, sites }) => {
      const order = ['resync', '-i', 'two.csv', '--via', redis.url, '--dry-run'];
      const plain = await runCli(order, { cwd });
      expect([plain.code, plain.stderr]).toEqual([0, expect.any(String)]);
      expect(plain.stdout.match(/^sendevent NOTIFY$/gm)).toHaveLength(3);
      const document = jsonOf<{ phones: { aor: string; server: string; outcome: string }[] }>(
        await runCli([...order, '--json'], { cwd }),
      );
      expect(document.phones.map(({ aor, server, outcome }) => `${aor} ${server} ${outcome}`)).toEqual([
        '1000@phones.test berlin planned',
        '1001@phones.test berlin planned',
        '1002@phones.test paris planned',
      ]);
      const listed = await runCli(['run', 'list', '--via', redis.url, '--json'], { cwd });
      expect(jsonOf(listed).runs).toEqual([]);
      expect(sites.flatMap(({ lab }) => lab.events)).toEqual([]);
    });
  }, 60_000);

  it('notes once what is to be known of a make, though each worker says it', async () => {
    const phones = [{ user: '1000', userAgent: YEALINK }];
    const csv = `${HEADER}1000,phones.test,yealink,berlin\n1000,phones.test,yealink,paris\n`;
    await withSites(
      { servers: { berlin: { phones }, paris: { phones } }, files: { 'makes.csv': csv } },
      async (lab) => {
        const { folder: cwd, redis } = lab;
        const sent = await runCli(['resync', '-i', 'makes.csv', '--via', redis.url, '--yes', '--detach'], { cwd });
        expect(sent.code, sent.stderr).toBe(0);
        const { code, stderr } = await runCli(['run', 'follow', 'last', '--via', redis.url], { cwd });
        expect(code, stderr).toBe(0);
        expect(stderr.match(/^note: (?:berlin|paris): yealink: /gm)).toHaveLength(1);
      },
    );
  }, 60_000);

  it('can not be shown of phones that only the workers know', async () => {
    await withSites(SITES, async ({ redis }) => {
      const order = ['resync', '--registered', '--via', redis.url, '--dry-run'];
      const { code, stdout, stderr } = await runCli(order);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('--via with --dry-run and --registered: who is registered is known beside the servers');
    });
  }, 60_000);

  it('is one of the servers that its rows are for, not of all that there are', async () => {
    await withSites(SITES, async ({ folder: cwd, redis }) => {
      const sent = await runCli(['resync', '-i', 'berlin.csv', '--via', redis.url, '--json', '--yes'], { cwd });
      expect(sent.code, sent.stderr).toBe(0);
      expect(jsonOf(sent)).toMatchObject({ run: { server: 'berlin' }, summary: { accepted: 2 } });
    });
  }, 60_000);
});
