import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PROJECT } from './support/built.js';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: { readonly node: readonly string[] } };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

function workflow(name: string): Workflow {
  return parse(readFileSync(join(PROJECT, '.github/workflows', name), 'utf8'), { strict: true }) as Workflow;
}

const { engines, scripts, version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
  engines: { node: string };
  scripts: Record<string, string>;
  version: string;
};

describe.each(['ci.yml', 'publish.yml'])('%s', (name) => {
  const { jobs, permissions } = workflow(name);
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  it('may read and no more, unless a job says so', () => {
    expect(permissions).toEqual({ contents: 'read' });
  });

  it('uses actions of GitHub only, of one major version, and leaves no credentials behind', () => {
    for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/^actions\/[\w-]+@v\d+$/);
    for (const step of steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))) {
      expect(step.with?.['persist-credentials']).toBe(false);
    }
  });

  it('runs what there is, and nothing that an event could write', () => {
    const commands = steps.flatMap(({ run }) => run ?? []);
    for (const command of commands) {
      const script = /^npm run (\w+)/.exec(command)?.[1];
      if (script !== undefined) expect(Object.keys(scripts)).toContain(script);
      const file = /^\.ci\/\w+/.exec(command)?.[0];
      if (file !== undefined) expect(existsSync(join(PROJECT, file))).toBe(true);
      expect(command).not.toContain('${{');
    }
    expect(commands).toContain('npm cit');
    expect(commands).toContain('.ci/smoke');
  });
});

describe('ci.yml', () => {
  it('runs with the oldest Node that the package allows, and with those after it', () => {
    const nodes = workflow('ci.yml').jobs.test?.strategy?.matrix.node ?? [];
    expect(nodes).toEqual([engines.node.replace('>=', ''), '22', '24']);
  });
});

describe('publish.yml', () => {
  const { on, jobs } = workflow('publish.yml');
  const steps = jobs.publish?.steps ?? [];

  it('publishes a release, with provenance, if its tag is the version', () => {
    expect(on).toEqual({ release: { types: ['published'] } });
    expect(jobs.publish?.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    const commands = steps.map(({ run = '' }) => run);
    const checked = commands.findIndex((command) => command.startsWith('test "$TAG" ='));
    expect(steps[checked]?.env).toEqual({ TAG: expect.stringContaining(' github.event.release.tag_name ') });
    expect(commands.indexOf('npm publish --provenance --access public')).toBeGreaterThan(checked);
    const statusFor = (TAG: string) =>
      spawnSync('sh', ['-c', commands[checked] ?? ''], { cwd: PROJECT, env: { ...process.env, TAG } }).status;
    expect([statusFor(`v${version}`), statusFor(version), statusFor('v9.9.9'), statusFor('')]).toEqual([0, 1, 1, 1]);
  });
});
