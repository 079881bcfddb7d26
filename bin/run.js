#!/usr/bin/env node
const [argument, ...more] = process.argv.slice(2);

if (process.env.HOME === undefined || process.env.SHELL === undefined) {
  // Users who are in no passwd file, as in containers, have neither a home nor a shell, and oclif asks for both.
  const { homedir, userInfo } = await import('node:os');
  const isKnown = (ask) => {
    try {
      return Boolean(ask());
    } catch {
      return false;
    }
  };
  if (!isKnown(homedir)) process.env.HOME = '/';
  if (!isKnown(userInfo)) process.env.SHELL ??= '/bin/sh';
}

if ((argument === '--version' || argument === '-V') && more.length === 0) {
  // Scripts ask this often, and it needs nothing of what follows.
  const { readFileSync } = await import('node:fs');
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  console.log(`phonectl ${version}`);
} else if (argument === '__complete') {
  // Somebody waits for a Tab. There is no such command: the scripts of `phonectl completion` ask this.
  const [{ main }, { fileURLToPath }] = await Promise.all([import('../dist/cli/complete/main.js'), import('node:url')]);
  await main(more, fileURLToPath(new URL('..', import.meta.url)));
} else {
  const { main } = await import('../dist/cli/main.js');
  await main(import.meta.url);
}
