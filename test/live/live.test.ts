import { beforeAll, describe } from 'vitest';
import { ensureBuilt } from '../support/built.js';
import { freeSwitchKind } from './freeswitch-world.js';
import { sandboxKind, sandboxWithoutSmsKind } from './sandbox-world.js';
import { scenariosIn } from './scenario.js';
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
import { socketScenarios } from './scenarios/socket.js';
import { textScenarios } from './scenarios/texts.js';
import { truthScenarios } from './scenarios/truth.js';
import { whoIsThereScenarios } from './scenarios/who-is-there.js';
import { liveSettings } from './settings.js';

/** The same scenarios in the sandbox always, and on a real FreeSWITCH if `PHONECTL_LIVE=host:port` names one. */
const live = liveSettings(process.env);
const kinds = live ? [sandboxKind, freeSwitchKind(live)] : [sandboxKind];

beforeAll(ensureBuilt, 120_000);

for (const kind of kinds) {
  describe(kind.name, () => {
    const scenario = scenariosIn(kind);
    describe('dialects', () => dialectScenarios(scenario));
    describe('NOTIFYs of one’s own', () => notifyScenarios(scenario));
    describe('message lamps', () => lampScenarios(scenario));
    describe('texts and INFO', () => textScenarios(scenario));
    describe('features', () => featureScenarios(scenario));
    describe('the truth', () => truthScenarios(scenario));
    describe('who is there', () => whoIsThereScenarios(scenario));
    describe('what phones answer', () => evidenceScenarios(scenario));
    describe('who comes back', () => returnScenarios(scenario));
    describe('phones in a call', () => callScenarios(scenario));
    describe('inventories and doctor', () => inventoryScenarios(scenario));
    describe('the grammar', () => grammarScenarios(scenario));
    describe('the event socket', () => socketScenarios(scenario));
    describe('calls on the event socket', () => outboundScenarios(scenario));
    describe('feature codes', () => codeScenarios(scenario));
  });
}

describe(sandboxWithoutSmsKind.name, () => textEvidenceScenarios(scenariosIn(sandboxWithoutSmsKind)));
