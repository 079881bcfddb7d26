import { sampleFiles } from './pages.js';
import { type Scene, Stage } from './stage.js';
import { terminalPicture } from './terminal-picture.js';

interface Picture {
  /** What is to be seen, for those who can't see it. */
  readonly title: string;
  readonly scene: Scene;
  readonly commands: readonly string[];
}

/** The pictures in `docs/`, by their names. */
export const PICTURES: Readonly<Record<string, Picture>> = {
  fleet: {
    title: 'phonectl resyncs a fleet: one phone first, then the others; of each it says what became of its order',
    scene: { phones: { '1005': { offline: true } } },
    commands: ['phonectl resync --inventory phones.csv --canary'],
  },
  doctor: {
    title: 'phonectl doctor looks whether it can work with a FreeSWITCH',
    scene: {},
    commands: ['phonectl doctor'],
  },
};

/** A picture as it should be: of what its commands print now. */
export async function generatePicture(name: string): Promise<string> {
  const { title, scene, commands } = PICTURES[name] ?? { title: '', scene: {}, commands: [] };
  const stage = await Stage.open(sampleFiles(), scene);
  try {
    let text = '';
    for (const command of commands) text += `$ ${command}\n${await stage.run(command, { FORCE_COLOR: '1' })}\n`;
    return terminalPicture(title, text);
  } finally {
    await stage.close();
  }
}
