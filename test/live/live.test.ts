import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built.js';
import { hasRedis } from '../support/redis.js';
import { freeSwitchKind } from './freeswitch-world.js';
import { ALWAYS, GROUPS_LEFT_OUT, LEFT_OUT } from './left-out.js';
import { sandboxKind, sandboxWithoutSmsKind } from './sandbox-world.js';
import { type Scenario, scenariosIn } from './scenario.js';
import { callScenarios } from './scenarios/calls.js';
import { codeScenarios } from './scenarios/codes.js';
import { dialectScenarios } from './scenarios/dialects.js';
import { evidenceScenarios, textEvidenceScenarios } from './scenarios/evidence.js';
import { featureScenarios } from './scenarios/features.js';
import { grammarScenarios } from './scenarios/grammar.js';
import { inventoryScenarios } from './scenarios/inventories.js';
import { lampScenarios } from './scenarios/lamps.js';
import { notifyScenarios } from './scenarios/notify.js';
import { outboundScenarios } from './scenarios/outbound.js';
import { returnScenarios } from './scenarios/returns.js';
import { rolloutScenarios } from './scenarios/rollouts.js';
import { socketScenarios } from './scenarios/socket.js';
import { textScenarios } from './scenarios/texts.js';
import { truthScenarios } from './scenarios/truth.js';
import { whoIsThereScenarios } from './scenarios/who-is-there.js';
import { liveSettings } from './settings.js';
import { throughWorker } from './worker-beside.js';

/** The scenarios, by what they are about. */
const SCENARIOS: Readonly<Record<string, (scenario: Scenario) => void>> = {
  dialects: dialectScenarios,
  'NOTIFYs of one’s own': notifyScenarios,
  'message lamps': lampScenarios,
  'texts and INFO': textScenarios,
  features: featureScenarios,
  'the truth': truthScenarios,
  'who is there': whoIsThereScenarios,
  'what phones answer': evidenceScenarios,
  'who comes back': returnScenarios,
  'phones in a call': callScenarios,
  'runs in steps': rolloutScenarios,
  'inventories and doctor': inventoryScenarios,
  'the grammar': grammarScenarios,
  'the event socket': socketScenarios,
  'calls on the event socket': outboundScenarios,
  'feature codes': codeScenarios,
};

/** The same scenarios in the sandbox always, and on a real FreeSWITCH if `PHONECTL_LIVE=host:port` names one. */
const live = liveSettings(process.env);
const direct = live ? [sandboxKind, freeSwitchKind(live)] : [sandboxKind];
const kinds = hasRedis ? [...direct, ...direct.map((kind) => throughWorker(kind, live !== undefined))] : direct;

beforeAll(ensureBuilt, 120_000);

for (const kind of kinds) {
  describe(kind.name, () => {
    for (const [about, define] of Object.entries(SCENARIOS)) {
      const isPlayed = namesOf(define).some((name) => kind.plays?.(about, name) ?? true);
      if (isPlayed) describe(about, () => define(scenariosIn(kind, about)));
    }
  });
}

describe(sandboxWithoutSmsKind.name, () => textEvidenceScenarios(scenariosIn(sandboxWithoutSmsKind)));

it('what is left out, and what is always tried through a worker, is named as it is', () => {
  const names = new Set(Object.values(SCENARIOS).flatMap(namesOf));
  expect([...LEFT_OUT.keys(), ...ALWAYS].filter((name) => !names.has(name))).toEqual([]);
  expect([...GROUPS_LEFT_OUT.keys()].filter((about) => !(about in SCENARIOS))).toEqual([]);
});

function namesOf(define: (scenario: Scenario) => void): string[] {
  const names: string[] = [];
  define((name) => names.push(name));
  return names;
}
