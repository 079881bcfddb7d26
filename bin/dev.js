/** Runs phonectl from source, rebuilt each time: `node bin/dev.js resync --help`. */
await import('./build.js');
await import('./run.js');
