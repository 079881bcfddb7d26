import { ConfigError } from '../../config/errors.js';
import type { Configuration } from '../../config/load.js';
import { readPasswordFile } from '../../config/password.js';
import { findQueue } from '../../config/queue.js';
import { serverNamed } from '../../config/server.js';
import type { Settings, VendorSetting } from '../../config/settings.js';
import type { Catalog } from '../../payload/catalog.js';
import { TemplateError } from '../../payload/errors.js';

/** The templates that vendors of the settings are to get and that can't be used, as what is wrong with the settings. */
export async function missingTemplates({ vendors, servers }: Settings, catalog: Catalog): Promise<ConfigError[]> {
  const all = [vendors, ...[...servers.values()].map((server) => server.vendors)].flatMap((found) => [
    ...found.values(),
  ]);
  const problems = await Promise.all(all.map((vendor) => problemsOf(vendor, catalog)));
  return problems.flat();
}

async function problemsOf({ from, resync, reboot }: VendorSetting, catalog: Catalog): Promise<ConfigError[]> {
  const names = [resync, reboot].flatMap((order) => (order && 'template' in order ? order.template : []));
  const problems: ConfigError[] = [];
  for (const name of names) {
    try {
      await catalog.load(name);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      problems.push(new ConfigError(`${from}: ${error.message}`, error.hint));
    }
  }
  return problems;
}

/** Servers that are meant and that there are not, and password files with which nobody could log in. */
export async function serverProblems(configuration: Configuration): Promise<ConfigError[]> {
  const { chosen, servers } = configuration.settings;
  const unknown = (chosen?.value ?? []).filter((name) => !serverNamed(name, configuration));
  const names = unknown.map((name) => new ConfigError(`${chosen?.from}: there is no server "${name}"`));
  const files = [...servers.values()].map(async ({ from, passwordFile }) => {
    try {
      if (passwordFile !== undefined) await readPasswordFile(passwordFile);
      return [];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return [new ConfigError(`${from}: ${error.message}`, error.hint)];
    }
  });
  return [...names, ...(await Promise.all(files)).flat()];
}

/** What of the queue can't be used: its password file, its certificate. Nobody connects. */
export async function queueProblems({ settings }: Configuration): Promise<ConfigError[]> {
  try {
    // The files are looked at, whatever the environment has instead.
    await findQueue({}, { settings, env: {} });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [error];
  }
}
