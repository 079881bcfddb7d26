import { expect, it } from 'vitest';
import { Outages } from '../../src/cli/esl/outages.js';
import { EslClosedError, Gap } from '../../src/esl/index.js';

it('sums up a connection that is lost again and again', () => {
  const said: string[] = [];
  const terminal = { say: (line: string) => void said.push(line) };
  const outages = new Outages({ connector: { name: 'pbx' }, terminal, what: 'events' });
  for (let minute = 0; minute < 5; minute++) {
    const error = new EslClosedError('pbx: the server closed the connection');
    outages.lost(error);
    outages.back(new Gap(new Date(minute * 60_000), new Date(minute * 60_000 + 1500), error));
  }
  outages.end();
  expect(said).toHaveLength(8);
  expect(said.slice(0, 2)).toEqual([
    'warning: pbx: the server closed the connection; trying again',
    'note: pbx is back; the events of 1.5 s did not come, from 1970-01-01T00:00:00.000Z to 1970-01-01T00:00:01.500Z',
  ]);
  expect(said.slice(-2)).toEqual([
    'warning: pbx: the server closed the connection; trying again (lost 2 times)',
    'note: pbx was back 2 times; the events of 3.0 s in all did not come, from 1970-01-01T00:03:00.000Z to 1970-01-01T00:04:01.500Z',
  ]);
});
