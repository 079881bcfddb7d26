import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { stateFolder } from '../../src/config/state.js';

describe('the folder for journals and locks', () => {
  it.each([
    [
      'what a systemd unit sets',
      { STATE_DIRECTORY: '/var/lib/phonectl:/var/lib/other', HOME: '/root' },
      '/var/lib/phonectl',
    ],
    ['XDG_STATE_HOME', { XDG_STATE_HOME: '/state', HOME: '/home/ada' }, '/state/phonectl'],
    ['the usual place at home', { HOME: '/home/ada' }, '/home/ada/.local/state/phonectl'],
    [
      'not a relative one, as XDG has it',
      { XDG_STATE_HOME: 'state', HOME: '/home/ada' },
      '/home/ada/.local/state/phonectl',
    ],
    ['that of the user where there is no HOME, as in cron', {}, `${homedir()}/.local/state/phonectl`],
  ])('is %s', (_what, env, folder) => {
    expect(stateFolder(env)).toBe(folder);
  });
});
