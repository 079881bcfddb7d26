import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { near } from '../../src/inventory/near.js';
import { type Finding, lint } from '../../src/payload/lint.js';
import { Partials } from '../../src/payload/partials.js';
import { STARTER_EVENTS, starterFor } from '../../src/payload/starter.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lint-'));
  mkdirSync(join(folder, 'partials'));
  writeFileSync(join(folder, 'partials', 'footer.hbs'), 'Your {{team}}\n{{shout a}}\n  {{#if b}}\n');
  writeFileSync(join(folder, 'partials', 'calls.hbs'), '{{shout a}}\n {{upper}} {{team}}');
});

afterAll(() => rmSync(folder, { recursive: true }));

const KNOWN = { columns: ['mac', 'model', 'name', 'call_id'], near };

function find(lines: readonly string[]): Finding[] {
  return lint(lines.join('\n'), new Partials(join(folder, 'own.hbs')), KNOWN);
}

/** `LINE:COLUMN: severity: problem (hint)`, notes aside. */
function problems(...lines: string[]): string[] {
  return find(lines)
    .filter(({ severity }) => severity !== 'note')
    .map(({ line, column, severity, problem, hint, partial }) => {
      return `${partial ? `${partial}:` : ''}${line}:${column}: ${severity}: ${problem}${hint ? ` (${hint})` : ''}`;
    });
}

function notes(...lines: string[]): string[] {
  return find(lines)
    .filter(({ severity }) => severity === 'note')
    .map(({ line, column, problem, hint }) => `${line}:${column}: ${problem}${hint ? ` (${hint})` : ''}`);
}

const NOTIFY = ['sendevent NOTIFY', 'profile: {{profile}}', 'user: {{user}}', 'host: {{host}}', 'event-string: x'];
const TEXT = [...NOTIFY, 'content-type: text/plain', ''];
const XML = [...NOTIFY, 'content-type: application/xml', ''];
const FEATURE = ['sendevent PHONE_FEATURE', 'profile: p', 'user: {{user}}', 'host: {{host}}'];

it.each([
  ['user {{user}}', 'a colon is missing: user: {{user}}'],
  ['Content-Type text/plain', 'a colon is missing: Content-Type: text/plain'],
  ['Hello {{user}}', 'a block ({{#if …}}) has to begin and end within one value'],
  ['Hello you', 'the body begins below an empty line'],
])('of the header line %j is said what is missing', (line, hint) => {
  expect(find([...NOTIFY, line]).find((one) => one.line === 6)?.hint).toContain(hint);
});

describe('a template', () => {
  it('has all of its problems told, each in its place', () => {
    expect(
      problems(
        'sendevent NOTIFFY',
        'content-length: 3',
        'user:   {{usr',
        'User: {{user}}',
        'no header',
        'nor this',
        'x: {{#if floor}}{{floor}}',
        'y:  {{shout y}} {{uper y}}',
        'z: {{#if z}}1{{/unless}}',
        '',
        'a {{xml}}',
        '  {{padleft a 5000}}',
      ),
    ).toEqual([
      '1:11: error: FreeSWITCH knows no event NOTIFFY; it would answer +OK and do nothing (did you mean NOTIFY?)',
      '2:1: error: header content-length: it is computed from the body, never given (take this line out)',
      '3:9: error: a {{ is not closed (close it with }}; a literal {{ is written \\{{)',
      '4:1: error: header User is there already, in line 3 (keep one)',
      '5:1: error: "no header" is not "name: value" with a name that is written out (the body begins below an empty line)',
      '7:4: error: {{#if}} is not closed (its end is {{/if}})',
      expect.stringMatching(/^8:5: error: there is no helper "shout" \(there are: if, unless, /),
      '8:17: error: there is no helper "uper" (did you mean upper?)',
      "9:7: error: if doesn't match unless",
      '11:3: error: helper "xml" needs a value ({{xml name}})',
      '12:3: error: helper "padleft": "5000" is no number of characters from 0 to 1000 ({{padleft room 4 "0"}})',
    ]);
  });

  it.each([
    ['hello', '1:1: error: the first line is not "sendevent EVENT" (for example: sendevent NOTIFY)'],
    ['', '1:1: error: the first line is not "sendevent EVENT" (for example: sendevent NOTIFY)'],
  ])('%j has no event', (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it.each([
    ['x {{a}', '8:3', 'a {{ is not closed'],
    ['{{a;b}}', '8:3', 'this is no name that Handlebars can read'],
    ['{{a}} and\n  {{b c=}}', '9:9', 'something is missing before the }}'],
    ['a{{/if}}', '8:2', 'a block is closed that was not opened'],
    ['ok {{else}}', '8:4', 'there is an {{else}} outside of a block'],
    ['{{#if a}}\n{{#each b}}\n{{/each}}', '8:1', '{{#if}} is not closed'],
    ['{{!-- {{#if a}} --}}{{#crlf}}', '8:21', '{{#crlf}} is not closed'],
    [`${'long text before it '.repeat(5)}\n\n${'and '.repeat(20)}{{}}`, '10:83', 'something is missing before the }}'],
  ])('%j: its syntax is told in its place', (body, place, problem) => {
    expect(problems(...TEXT, body)[0]?.replace(/ \(.*/, '')).toBe(`${place}: error: ${problem}`);
  });

  it('has the problems of its partials told in their files', () => {
    expect(problems(...TEXT, '{{> footer}}', ' {{> foter}} {{> calls}}')).toEqual([
      '9:2: error: there is no partial "foter" (did you mean footer?)',
      expect.stringMatching(/^calls:1:1: error: there is no helper "shout"/),
      'calls:2:2: error: helper "upper" needs a value ({{upper mac}})',
      'footer:3:3: error: {{#if}} is not closed (its end is {{/if}})',
    ]);
    expect(problems(...NOTIFY, 'content-type: a/{{> calls}}')).toEqual([
      '6:17: error: partial "calls" has several lines, and a header is one',
    ]);
  });
});

describe('the rules of its event', () => {
  it('say what it lacks, and how that comes in', () => {
    expect(problems(...NOTIFY)).toEqual([
      '1:1: error: NOTIFY needs content-type in the user form; without it FreeSWITCH answers +OK and the phone is told nothing (add "content-type: application/simple-message-summary")',
    ]);
    expect(problems('sendevent NOTIFY', 'profile: x', 'to-uri: {{default to ""}}')[0]).toContain('needs from-uri');
    expect(problems(...FEATURE, 'Feature-Event: DoNotDisturbEvent')[0]).toContain(
      'needs doNotDisturbOn for DoNotDisturbEvent; without it FreeSWITCH answers +OK and the phone is told nothing (add "doNotDisturbOn: {{dnd}}")',
    );
  });

  it('see a header that an empty line made a part of the body', () => {
    expect(problems(...NOTIFY.slice(0, 3), '', 'Host: {{host}}', 'event-string: x', 'content-type: a/b')[0]).toMatch(
      /\(line 7 has content-type, but below an empty line, where the body begins: take that out\)$/,
    );
  });

  it('say which values are wrong, where they are written out', () => {
    expect(problems('sendevent MESSAGE_WAITING', 'mwi-message-account:  1000', 'mwi-messages-waiting: on')).toEqual([
      '2:23: error: header MWI-Message-Account is user@host, not "1000"',
      '3:23: error: header MWI-Messages-Waiting is yes or no, not "on"',
    ]);
    for (const [account, waiting] of [
      ['MWI-Message-Account', 'MWI-Messages-Waiting'],
      ['mwi-message-account', 'mwi-messages-waiting'],
    ]) {
      expect(problems('sendevent MESSAGE_WAITING', `${account}: {{a}}`, `${waiting}: {{w}}`)).toEqual([]);
    }
    expect(problems(...FEATURE, 'feature-event: {{feature}}')).toEqual([]);
    expect(problems(...FEATURE, 'Feature-Event: DoNotDisturbEvent', 'donotdisturbon: {{dnd}}')).toEqual([]);
  });

  it('allow no header that sends it elsewhere, open or not', () => {
    for (const line of ['unique-id: {{uuid}}', 'Event-UUID: 1', 'COMMAND: {{x}}']) {
      expect(problems(...TEXT.slice(0, -1), line)).toEqual([
        expect.stringMatching(/^7:\d+: error: header .+ is not allowed/),
      ]);
    }
  });

  it('tell a header that FreeSWITCH does not read, with the one that was meant', () => {
    expect(problems(...TEXT.slice(0, -1), 'Call_ID: {{call_id}}', 'x-own: 1', 'CALL-ID: 5')).toEqual([
      '7:1: warning: FreeSWITCH reads no header Call_ID of NOTIFY; it is ignored (did you mean call-id?)',
      '8:1: warning: FreeSWITCH reads no header x-own of NOTIFY; it is ignored (take this line out)',
    ]);
    const waiting = ['sendevent MESSAGE_WAITING', 'MWI-Message-Account: {{a}}', 'MWI-Messages-Waiting: {{w}}'];
    expect(problems(...waiting, 'MWI-Anything: 1')).toEqual([]);
    expect(problems('sendevent CUSTOM', 'anything: 1')).toEqual([]);
  });

  it('tell a body that nobody reads', () => {
    const waiting = ['sendevent MESSAGE_WAITING', 'MWI-Message-Account: {{a}}', 'MWI-Messages-Waiting: {{w}}', ''];
    expect(problems(...waiting, 'x')).toEqual([
      '5:1: warning: MESSAGE_WAITING has no body; it is ignored (each header MWI-… is a line of what phones get)',
    ]);
    expect(problems(...waiting, '{{! only a comment }}', '')).toEqual([]);
  });
});

describe('an XML body', () => {
  it('wants values that are escaped', () => {
    expect(
      problems(
        ...XML,
        '<x a="{{xml name}}">{{name}} {{user}} {{now "HH:mm"}} {{xml (upper name)}}',
        '{{{default title ""}}}</x>',
      ),
    ).toEqual([
      '8:21: warning: a & or < that comes out of {{name}} breaks the XML ({{xml name}})',
      '9:1: warning: a & or < that comes out of {{default title ""}} breaks the XML ({{xml (default title "")}})',
    ]);
    expect(problems(...XML, '{{#each this as |value|}}{{value}}{{this}}{{/each}}')).toEqual([
      '8:35: warning: a & or < that comes out of {{this}} breaks the XML ({{xml this}})',
    ]);
    expect(problems(...TEXT, '{{name}}')).toEqual([]);
  });
});

describe('a name', () => {
  it('that is no known column is noted once', () => {
    expect(
      notes(...TEXT, '{{name}} {{mac}} {{floor}} {{upper floor}}', '{{modle}} {{default room "?"}}{{#if team}}{{/if}}'),
    ).toEqual([
      '8:20: floor has to be a column of the inventory, or --set floor=…',
      '9:3: modle has to be a column of the inventory, or --set modle=… (did you mean model?)',
    ]);
  });

  it('that may be missing is told where it looks like a slip', () => {
    expect(problems(...TEXT, '{{#if flor}}{{floor}}{{/if}}{{default usr "x"}}{{#unless room}}{{/unless}}')).toEqual([
      '8:7: warning: there may be no flor, and nothing is said then (did you mean floor?)',
      '8:39: warning: there may be no usr, and nothing is said then (did you mean user?)',
    ]);
  });
});

describe('a template to start from', () => {
  it.each(STARTER_EVENTS)('for %s has nothing wrong with it', (event) => {
    const starter = starterFor(event);
    expect(problems(...starter.split('\n'))).toEqual([]);
    expect(starter.split('\n')[0]).toBe(`sendevent ${event}`);
  });
});

it('lets no loop stand in a loop, whose text would have no end', () => {
  const head = [
    'sendevent SEND_MESSAGE',
    'profile: {{profile}}',
    'user: {{user}}',
    'host: {{host}}',
    'content-type: text/plain',
    '',
  ];
  const loops = (inner: string) => problems(...head, `{{#each this}}${inner}{{/each}}`);
  expect(loops('{{#each ../this}}x{{/each}}')).toEqual([
    expect.stringContaining('7:15: error: a loop stands in a loop (one after the other)'),
  ]);
  expect(loops('x')).toEqual([]);
  expect(problems(...head, '{{#each this}}x{{/each}}{{#each this}}y{{/each}}')).toEqual([]);
});
