import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionOf } from '../../src/cli/complete/candidates.js';
import { readManifest } from '../../src/cli/manifest.js';
import { cleanEnv, ensureBuilt, PROJECT, RUN } from '../support/built.js';
import { linesOf, runCli } from '../support/cli.js';

/** A name that would do something if anybody carried it out. */
const NASTY = '$(touch OWNED) `touch OWNED`; it\'s "q":=x';
const RUN_ID = '20261125-073201-3f9a';

let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  await ensureBuilt();
  folder = mkdtempSync(join(tmpdir(), 'phonectl-completion-'));
  const runs = join(folder, 'state/phonectl/runs');
  for (const path of [runs, join(folder, 'bin'), join(folder, 'own')]) mkdirSync(path, { recursive: true });
  writeFileSync(join(folder, 'bin/phonectl'), `#!/bin/sh\nexec "${process.execPath}" "${RUN}" "$@"\n`);
  chmodSync(join(folder, 'bin/phonectl'), 0o755);
  writeFileSync(join(runs, '20261124-120000-aaaa.jsonl'), 'no journal');
  writeFileSync(join(runs, `${RUN_ID}.jsonl`), '{"kind":"run","command":"mwi on","phones":40}\n');
  writeFileSync(join(runs, `${NASTY}.jsonl`), '');
  writeFileSync(join(runs, 'with\nline\u001b[31m.jsonl'), '');
  execFileSync('mkfifo', [join(runs, '0-pipe.jsonl'), join(folder, 'pipe.csv'), join(folder, 'own/pipe.hbs')]);
  writeFileSync(join(folder, `${NASTY}.csv`), 'Nebenstelle;Domain;Raum Nr.;"$(touch OWNED)"\n1;2;3;4\n');
  writeFileSync(join(folder, 'phones.csv'), 'user,domain,Vendor,floor\n1000,example.com,snom,2\n');
  writeFileSync(join(folder, 'own/fire.hbs'), 'sendevent NOTIFY\n{{!-- Fire drill --}}\nprofile: {{when}}\n');
  env = { ...cleanEnv(), PATH: `${join(folder, 'bin')}:${process.env.PATH}`, XDG_STATE_HOME: join(folder, 'state') };
});

afterAll(() => {
  const left = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('OWNED'));
  expect(left.filter((path) => !path.includes('touch'))).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

/** Names of files and folders of the test as paths. */
function inFolder(word: string): string {
  return /^(\/:)?own$|\.csv$/.test(word) ? word.replace(/^(--\w+=|\/:)?/, `$1${folder}/`) : word;
}

/** Carries out a script of a shell, in the folder of the test; what it prints. */
function shell(command: string, args: readonly string[], input = ''): string {
  const { stdout, stderr, status } = spawnSync(command, args, { cwd: folder, env, input, encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout;
}

/** How the last of some words, those behind `phonectl`, can go on. */
async function completion(words: readonly string[]) {
  const around = { manifest: await readManifest(PROJECT), root: PROJECT, env, describe: true };
  return completionOf(words.slice(0, -1), words.at(-1) ?? '', around);
}

describe('what a word can become', () => {
  it.each([
    [['re'], ['reboot', 'resync']],
    [
      ['run', 're'],
      ['report', 'resume'],
    ],
    [
      ['mwi', ''],
      ['off', 'on', 'resend'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['help', 'o'], ['outcomes']],
    [
      ['help', 'mwi', 'o'],
      ['off', 'on'],
    ],
    [
      ['feature', 'forward', ''],
      ['always', 'busy', 'no-answer'],
    ],
    [['feature', 'forward', 'busy', 'o'], ['off']],
    [
      ['resync', '--ev'],
      ['--evidence', '--evidence-timeout'],
    ],
    [['resync', '--no-t'], ['--no-trace']],
    [['resync', '-i'], ['-i']],
    [['resync', '--resu'], []],
    [['resync', '--canary', '--bat'], []],
    [['resync', '--batch', '10', '--can'], []],
    [['resync', '--dry-run', '--dry'], []],
    [['resync', '--where', 'floor=2', '--whe'], ['--where']],
    [
      ['resync', '--evidence', 'a'],
      ['accepted', 'answered'],
    ],
    [
      ['resync', '--evidence=a'],
      ['--evidence=accepted', '--evidence=answered'],
    ],
    [
      ['resync', '-no', 'js'],
      ['json', 'jsonl'],
    ],
    [['resync', '--no-check', '--busy', 'w'], ['wait']],
    [['run', 'report', 'last', '-o', 'h'], ['html']],
    [
      ['esl', 'events', '-o', ''],
      ['text', 'jsonl'],
    ],
    [
      ['resync', '--default-vendor', 'sno'],
      ['snom', 'snom-dect'],
    ],
    [['resync', '--where', 'vendor!=yea'], ['vendor!=yealink']],
    [['resync', '--where', 'floor=2'], []],
    [['resync', '--where', 'firm'], ['firmware=']],
    [
      ['resync', '-i', 'phones.csv', '--where', ''],
      ['user=', 'domain=', 'vendor=', 'floor='],
    ],
    [['resync', '--inventory=phones.csv', '--where=fl'], ['--where=floor=']],
    [['inventory', 'list', 'phones.csv', '--where', 'fl'], ['floor=']],
    [
      ['resync', '-i', `${NASTY}.csv`, '--map', 'user='],
      ['user=Nebenstelle', 'user=Domain', 'user=Raum Nr.', 'user=$(touch OWNED)'],
    ],
    [['resync', '-i', `${NASTY}.csv`, '--map', 'user=Nebenstelle', '--where', 'u'], ['user=']],
    [
      ['resync', '-i', 'pipe.csv', '--where', 'us'],
      ['user=', 'user_agent='],
    ],
    [
      ['resync', '-i', 'none.csv', '--where', 'us'],
      ['user=', 'user_agent='],
    ],
    [['send', 'snom-t'], ['snom-text']],
    [['template', 'check', 'snom-text', 'yealink-t'], ['yealink-text']],
    [['template', 'show', '--template-dir', 'own', 'fi'], ['fire']],
    [['template', 'show', '--template-dir', '/:own', 'fi'], ['fire']],
    [['template', 'show', '--template-dir', 'own', 'pi'], ['pipe']],
    [['send', 'fire', '--template-dir', 'own', '--set', ''], ['when=']],
    [
      ['run', 'show', ''],
      ['last', RUN_ID, '20261124-120000-aaaa', '0-pipe', NASTY],
    ],
    [['resync', '--failed-from', 'la'], ['last']],
    [['run', 'resume', '20261124'], ['20261124-120000-aaaa']],
    [['esl', 'events', 'channel_ans'], ['CHANNEL_ANSWER']],
    [
      ['esl', 'events', 'HEARTBEAT', 'sofia::reg'],
      ['sofia::register', 'sofia::register_attempt', 'sofia::register_failure'],
    ],
    [['esl', 'log', 'w'], ['warning']],
    [['esl', 'sendmsg', 'uuid', 'hangup', 'USER_B'], ['USER_BUSY']],
    [
      ['run', 'prune', ''],
      ['--keep', '--help'],
    ],
    [['resync', '--server', ''], []],
    [['resync', '--host', ''], []],
    [['resync', '--', '--wh'], []],
    [['no-such-command', ''], []],
    [['run', 'no-such-command', '--'], []],
  ])('%j: %j', async (words, values) => {
    const found = await completion(words.map(inFolder));
    expect('candidates' in found && found.candidates.map(({ value }) => value)).toEqual(values);
  });

  it.each([
    ['files', ['resync', '-i', 'ph']],
    ['files', ['resync', '--inventory=ph']],
    ['files', ['resync', '--password-file', '']],
    ['files', ['message', '--body-file', '']],
    ['files', ['resync', '--journal', '']],
    ['files', ['inventory', 'check', '']],
    ['files', ['template', 'show', './f']],
    ['files', ['run', 'show', '/var/']],
    ['folders', ['send', '--template-dir', '']],
    ['open', ['resync', '--where', '']],
    ['words', ['resync', '--where', 'vendor=']],
  ])('is one of %s: %j', async (kind, words) => {
    const found = await completion(words);
    expect('open' in found ? 'open' : found.kind).toBe(kind);
  });

  it('is said with what it is', async () => {
    const about = async (...words: string[]) => {
      const found = await completion(words.map(inFolder));
      return 'candidates' in found && Object.fromEntries(found.candidates.map(({ value, about }) => [value, about]));
    };
    expect(await about('run', 'show', '2')).toEqual({ [RUN_ID]: 'mwi on, 40 phones' });
    expect(await about('resync', '--lim')).toEqual({ '--limit': 'at most so many phones' });
    expect(await about('resync', '-i', `${NASTY}.csv`, '--where', 'ra')).toEqual({ 'raum_nr=': 'Raum Nr.' });
    expect(await about('send', '--template-dir', 'own', 'fi')).toEqual({ fire: 'Fire drill' });
  });

  it('is of many runs the newest ones, and an older one once its id has been begun', async () => {
    const state = join(folder, 'many');
    mkdirSync(join(state, 'phonectl/runs'), { recursive: true });
    for (let day = 10; day < 60; day++) writeFileSync(join(state, `phonectl/runs/202611${day}-120000-aaaa.jsonl`), '');
    const around = {
      manifest: await readManifest(PROJECT),
      root: PROJECT,
      env: { XDG_STATE_HOME: state },
      describe: false,
    };
    const runs = async (begun: string) => {
      const found = await completionOf(['run', 'show'], begun, around);
      return 'candidates' in found ? found.candidates.map(({ value }) => value) : [];
    };
    expect((await runs('')).slice(0, 3)).toEqual(['last', '20261159-120000-aaaa', '20261158-120000-aaaa']);
    expect(await runs('')).toHaveLength(31);
    expect(await runs('20261110')).toEqual(['20261110-120000-aaaa']);
  });

  it('is silence where there is nothing to be had, and where nothing makes sense', async () => {
    const nowhere = { env: { XDG_STATE_HOME: '/nowhere' }, cwd: folder };
    for (const words of [[], ['tcsh'], ['zsh'], ['bash'], ['bash', ' ', ''], ['zsh', 'phonectl', 'run', 'show', '']]) {
      expect(await runCli(['__complete', ...words], nowhere)).toMatchObject({ code: 0, stdout: '', stderr: '' });
    }
  });
});

describe('bash', () => {
  /** Presses Tab at the end of a line; what bash is told to do, and what it may insert. */
  function tab(line: string): string[] {
    const script = `
      eval "$(phonectl completion bash)"
      compopt() { printf '%s\\n' "$*"; }
      complete -p phonectl
      COMP_LINE=$1 COMP_POINT=\${#1} COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'
      _phonectl
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const [registered, ...said] = linesOf(shell('bash', ['--norc', '-c', script, 'bash', line]));
    expect(registered).toBe('complete -F _phonectl phonectl');
    return said.filter((text) => text !== '' && text !== '-o nosort');
  }

  it.each([
    ['phonectl res', ['resync']],
    ['phonectl resync --evidence=an', ['answered']],
    ['phonectl resync --where vendor=yea', ['yealink']],
    ['phonectl resync "--where=vendor=yea', ['--where=vendor=yealink']],
    ['phonectl esl events sofia::unr', ['unregister']],
    [
      'phonectl esl events sofia:',
      [':register', ':unregister', ':expire', ':register_attempt', ':register_failure', ':gateway_state'],
    ],
    ['phonectl resync -i phones.csv --where f', ['-o nospace', 'floor=']],
    ['phonectl resync -i ph', ['-o default']],
    ['phonectl resync --inventory=ph', ['-o default']],
    ['phonectl send --template-dir ', ['-o dirnames']],
    ['phonectl nonsense ', []],
  ])('%s', (line, said) => {
    expect(tab(line)).toEqual(said);
  });

  it('gets names quoted, so that they are one word and nothing is carried out', () => {
    const [word = ''] = tab('phonectl run show \\$');
    expect(shell('bash', ['--norc', '-c', `printf '%s\\n' ${word}`])).toBe(`${NASTY}\n`);
    const [map = ''] = tab(`phonectl resync -i ${bashWord(`${NASTY}.csv`)} --map 'user=$`);
    expect(shell('bash', ['--norc', '-c', `printf '%s\\n' '${map}'`])).toBe('user=$(touch OWNED)\n');
  });

  function bashWord(text: string): string {
    return text.replace(/[^a-z.]/g, '\\$&');
  }
});

function has(command: string): boolean {
  return spawnSync(command, ['--version']).status === 0;
}

describe.runIf(has('fish'))('fish', () => {
  /** Presses Tab at the end of a line; each line is a word and what it is. */
  function tab(line: string): string[] {
    const script = 'phonectl completion fish | source; complete -C $argv[1]';
    return linesOf(shell('fish', ['--no-config', '-c', script, '--', line]));
  }

  it.each([
    ['phonectl res', ['resync\tMake phones read their settings again']],
    [
      'phonectl run show ',
      [`last\tthe newest run`, `${RUN_ID}\tmwi on, 40 phones`, '20261124-120000-aaaa', '0-pipe', NASTY],
    ],
    ["phonectl run show '$", [NASTY]],
    ['phonectl resync --where=vendor=yea', [expect.stringMatching(/^--where=vendor=yealink\t/)]],
    ['phonectl resync -i ph', ['phones.csv']],
    ['phonectl resync --inventory=ph', ['--inventory=phones.csv']],
    ['phonectl nonsense ', []],
  ])('%s', (line, said) => {
    expect(tab(line)).toEqual(said);
  });
});

describe.runIf(has('zsh'))('zsh', () => {
  /** What zsh's completion is told at the end of some words, in place of which stands a function that shows it. */
  function tab(...words: string[]): string[] {
    const script = `
      compdef() { print -r -- "compdef $*" }
      eval "$(phonectl completion zsh)"
      compadd() { print -r -- "compadd $*"; print -rl -- "\${values[@]}" "\${shown[@]}" }
      compset() { print -r -- "compset $*" }
      _files() { print -r -- "_files $*" }
      COLUMNS=60 CURRENT=$# PREFIX=\${@[-1]}
      words=("$@")
      _phonectl || true`;
    const [registered, ...said] = linesOf(shell('zsh', ['-f', '-c', script, 'zsh', 'phonectl', ...words]));
    expect(registered).toBe('compdef _phonectl phonectl');
    return said;
  }

  const ADD = 'compadd -V phonectl -M m:{[:lower:]}={[:upper:]}';

  it.each([
    [
      ['resync', '--busy', ''],
      [`${ADD} -a values`, 'skip', 'send', 'wait', 'skip', 'send', 'wait'],
    ],
    [
      ['resync', '--where', 'fi'],
      [`${ADD} -S  -a values`, 'firmware=', 'firmware='],
    ],
    [
      ['run', 'show', '\\$'],
      [`${ADD} -a values`, NASTY, NASTY],
    ],
    [
      ['run', 'show', 'la'],
      [`${ADD} -l -d shown -a values`, 'last', 'last  -- the newest run'],
    ],
    [
      ['resync', '-i', 'phones.csv', '--where', 'fl'],
      [`${ADD} -S  -a values`, 'floor=', 'floor='],
    ],
    [
      ['resync', '--inventory=p'],
      ['compset -P --*=', '_files '],
    ],
    [
      ['send', '--template-dir', ''],
      ['compset -P --*=', '_files -/'],
    ],
    [['nonsense', ''], []],
  ])('%j', (words, said) => {
    expect(tab(...words)).toEqual(said);
  });
});

it('a script for a shell that is not known is refused', async () => {
  const { code, stderr } = await runCli(['completion', 'tcsh']);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('bash, zsh, fish') });
  expect(existsSync(join(folder, 'OWNED'))).toBe(false);
});
