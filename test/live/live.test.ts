import { beforeAll, describe } from 'vitest';
import { ensureBuilt } from '../support/built.js';
import { freeSwitchKind } from './freeswitch-world.js';
import { sandboxKind } from './sandbox-world.js';
import { scenariosIn } from './scenario.js';
import { dialectScenarios } from './scenarios/dialects.js';
import { featureScenarios } from './scenarios/features.js';
import { grammarScenarios } from './scenarios/grammar.js';
import { lampScenarios } from './scenarios/lamps.js';
import { notifyScenarios } from './scenarios/notify.js';
import { socketScenarios } from './scenarios/socket.js';
import { textScenarios } from './scenarios/texts.js';
import { truthScenarios } from './scenarios/truth.js';
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
    describe('the grammar', () => grammarScenarios(scenario));
    describe('the event socket', () => socketScenarios(scenario));
  });
}
