#!/usr/bin/env node
const [argument, ...more] = process.argv.slice(2);

if (process.env.HOME === undefined) {
  // Cron jobs of users who are in no passwd file have no home at all, and oclif asks for one.
  const { homedir } = await import('node:os');
  try {
    homedir();
  } catch {
    process.env.HOME = '/';
  }
}

if ((argument === '--version' || argument === '-V') && more.length === 0) {
  // Scripts ask this often, and it needs nothing of what follows.
  const { readFileSync } = await import('node:fs');
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  console.log(`phonectl ${version}`);
} else {
  const { main } = await import('../dist/cli/main.js');
  await main(import.meta.url);
}
