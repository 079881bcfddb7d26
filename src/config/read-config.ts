import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { ConfigError } from './errors.js';
import { checkedHost } from './host.js';
import type { ConfigPlace } from './places.js';
import { parseQueueUrl } from './queue-url.js';
import type { OrderSetting, QueueEntry, ServerEntry, Settings, Sourced, VendorSetting } from './settings.js';
import { type Setting, YamlFile, type YamlKind } from './yaml.js';

/** Looks at the text of a setting. @throws Error that says what is wrong with it, with a `hint` */
export type Check = (text: string) => void;

/** What may stand in a file besides servers, the queue and vendors. */
export interface ConfigSchema {
  /** Settings of the file, with how each is looked at. */
  readonly settings: ReadonlyMap<string, Check>;
  /** Those that a server may have of its own. */
  readonly ofServers: readonly string[];
  /** Settings that are paths, one or several: relative ones are so to their file. */
  readonly paths: readonly string[];
  /** The columns that have a meaning. */
  readonly columns: readonly string[];
  /** The names of `among` that `word` is probably a slip of, the nearest first. */
  readonly near?: (word: string, among: readonly string[]) => readonly string[];
}

/** What a file says, as far as it can be understood, and all that is wrong with it. */
export interface ConfigFile extends Settings {
  readonly path: string;
  readonly problems: readonly ConfigError[];
}

const KIND: YamlKind = { what: 'settings', example: 'phonectl config init writes one to start from' };
const SERVER_KEYS = ['host', 'port', 'user', 'password-file', 'vendors'];
const QUEUE_KEYS = ['url', 'user', 'password-file', 'ca-file', 'prefix'];
const VENDOR_KEYS = ['label', 'user-agent', 'resync', 'reboot'];
/** Whose phone it is does not depend on the server. */
const SITE_VENDOR_KEYS = ['resync', 'reboot'];
const ORDER_KEYS = ['template', 'set', 'none'];
const SERVER_NAME = /^[\w.-]{1,64}$/;
const USER = /^[^\s@:]+@[^\s@:]+$/;
const QUEUE_PREFIX = /^[\w.-]{1,64}$/;
const LONGEST_PATTERN = 200;

/**
 * Reads a file of settings, YAML.
 * @throws ConfigError if it can't be read at all
 */
export async function readConfig(
  place: ConfigPlace,
  schema: ConfigSchema,
  home: string | undefined,
): Promise<ConfigFile> {
  return new Reader(await YamlFile.read(place.path, KIND), place, schema, home).read();
}

class Reader {
  readonly #file: YamlFile;
  readonly #place: ConfigPlace;
  readonly #schema: ConfigSchema;
  readonly #home: string | undefined;
  readonly #problems: ConfigError[] = [];
  readonly #values = new Map<string, Sourced>();
  readonly #servers = new Map<string, ServerEntry>();
  readonly #columns = new Map<string, Sourced>();
  #vendors: ReadonlyMap<string, VendorSetting> = new Map();
  #chosen: Sourced<readonly string[]> | undefined;
  #queue: QueueEntry | undefined;

  constructor(file: YamlFile, place: ConfigPlace, schema: ConfigSchema, home: string | undefined) {
    this.#file = file;
    this.#place = place;
    this.#schema = schema;
    this.#home = home;
  }

  read(): ConfigFile {
    for (const setting of this.#file.isEmpty ? [] : this.#file.settings()) this.#try(() => this.#setting(setting));
    return {
      path: this.#file.path,
      values: this.#values,
      servers: this.#servers,
      chosen: this.#chosen,
      columns: this.#columns,
      vendors: this.#vendors,
      queue: this.#queue,
      problems: this.#problems,
    };
  }

  /** What is wrong with one setting is no reason not to look at the next. */
  #try<Result>(read: () => Result): Result | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#problems.push(error);
      return undefined;
    }
  }

  #setting(setting: Setting): void {
    const { key, at } = setting;
    if (key === 'servers') this.#readServers(setting);
    else if (key === 'server') this.#chosen = { value: this.#names(setting), from: this.#file.place(at) };
    else if (key === 'queue') this.#queue = this.#readQueue(setting);
    else if (key === 'columns') this.#readColumns(setting);
    else if (key === 'vendors') this.#vendors = this.#readVendors(setting, VENDOR_KEYS);
    else if (this.#schema.settings.has(key)) this.#values.set(key, this.#checked(setting));
    else
      this.#refuseKey(setting, ['server', 'servers', 'queue', ...this.#schema.settings.keys(), 'columns', 'vendors']);
  }

  #names(setting: Setting): string[] {
    const names = this.#file.texts(setting).filter((name) => name !== '');
    if (names.length === 0) this.#file.refuse(setting.at, 'server: a name is wanted', 'one of those below servers');
    const twice = names.find((name, index) =>
      names.slice(0, index).some((one) => one.toLowerCase() === name.toLowerCase()),
    );
    if (twice !== undefined) this.#file.refuse(setting.at, `server: ${twice} stands there twice`, 'take one away');
    return names;
  }

  #checked(setting: Setting): Sourced {
    const { key, at } = setting;
    const value = this.#schema.paths.includes(key) ? this.#paths(setting) : this.#line(setting);
    this.#located(setting, () => this.#schema.settings.get(key)?.(value));
    return { value, from: this.#file.place(at) };
  }

  #readServers(setting: Setting): void {
    // Whoever can put a file into a folder would else decide where a password is sent.
    if (this.#place.kind === 'project') {
      this.#file.refuse(setting.at, 'a folder does not say where servers are', 'put servers into your own config.yaml');
    }
    for (const entry of this.#file.below(setting)) {
      const server = this.#try(() => this.#server(entry));
      if (server) this.#servers.set(server.name.toLowerCase(), server);
    }
  }

  #server(entry: Setting): ServerEntry {
    const { key: name, at } = entry;
    if (!SERVER_NAME.test(name))
      this.#file.refuse(at, `"${name}" can't be the name of a server`, 'letters, digits, . _ -');
    if (this.#servers.has(name.toLowerCase()))
      this.#file.refuse(at, `server ${name} again`, 'names differ in more than case');
    const found = new Map(this.#file.below(entry).map((setting) => [setting.key, setting]));
    for (const setting of found.values()) {
      if (setting.key === 'password') {
        this.#file.refuse(setting.at, 'a password does not stand in this file', 'password-file: its name');
      }
      if (!SERVER_KEYS.includes(setting.key) && !this.#schema.ofServers.includes(setting.key)) {
        this.#refuseKey(setting, [...SERVER_KEYS, ...this.#schema.ofServers]);
      }
    }
    const host = this.#optional(found.get('host'));
    if (host === undefined) this.#file.refuse(at, `server ${name} has no host`, 'host: 127.0.0.1');
    this.#located(found.get('host'), () => checkedHost(host));
    const vendors = found.get('vendors');
    const own = this.#schema.ofServers.flatMap((key) => found.get(key) ?? []);
    return {
      name,
      from: this.#file.place(at),
      host,
      port: this.#port(found.get('port')),
      user: this.#user(found.get('user')),
      passwordFile: this.#ownPath(found.get('password-file')),
      password: undefined,
      settings: new Map(own.map((setting) => [setting.key, this.#checked(setting)])),
      vendors: vendors ? this.#readVendors(vendors, SITE_VENDOR_KEYS) : new Map(),
    };
  }

  #readQueue(setting: Setting): QueueEntry {
    // As with servers.
    if (this.#place.kind === 'project') {
      this.#file.refuse(setting.at, 'a folder does not say where the queue is', 'put queue into your own config.yaml');
    }
    const isMap = this.#file.isMap(setting);
    const found = new Map(isMap ? this.#file.below(setting).map((one) => [one.key, one]) : [['url', setting]]);
    for (const one of found.values()) {
      if (one.key === 'password')
        this.#file.refuse(one.at, 'a password does not stand in this file', 'password-file: its name');
      if (isMap && !QUEUE_KEYS.includes(one.key)) this.#refuseKey(one, QUEUE_KEYS);
    }
    const address = found.get('url');
    const text = this.#optional(address);
    if (!address || text === undefined)
      return this.#file.refuse(setting.at, 'queue: an address is wanted', 'url: redis://127.0.0.1:6379/0');
    const url = this.#located(address, () => parseQueueUrl(text), `${address.key}: `);
    const [user, passwordFile] = [found.get('user'), found.get('password-file')];
    const [caFile, prefix] = [found.get('ca-file'), found.get('prefix')];
    if (user && url.user !== undefined) this.#file.refuse(user.at, 'user: the url names one already', 'take one away');
    if (passwordFile && url.password !== undefined)
      this.#file.refuse(passwordFile.at, 'password-file: the url holds a password already', 'take that out of the url');
    if (caFile && !url.isEncrypted)
      this.#file.refuse(caFile.at, 'ca-file: the url does not ask for TLS', 'rediss:// instead of redis://');
    const prefixText = this.#optional(prefix);
    if (prefix && prefixText !== undefined && !QUEUE_PREFIX.test(prefixText))
      this.#file.refuse(prefix.at, `prefix: "${prefixText}" can't begin the names of keys`, 'letters, digits, . _ -');
    return {
      from: this.#file.place(setting.at),
      url: { ...url, user: url.user ?? this.#optional(user) },
      passwordFile: this.#ownPath(passwordFile),
      caFile: this.#ownPath(caFile),
      prefix: prefixText,
    };
  }

  /** What is wrong with a setting, with its line. */
  #located<Result>(setting: Setting | undefined, check: () => Result, label = ''): Result {
    try {
      return check();
    } catch (error) {
      const { message, hint } = error as Error & { hint?: string };
      return this.#file.refuse(setting?.at ?? 0, `${label}${message.replace(/^--/, '')}`, hint);
    }
  }

  #port(setting: Setting | undefined): number | undefined {
    const text = this.#optional(setting);
    if (!setting || text === undefined) return undefined;
    const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
    if (port < 1 || port > 65_535)
      this.#file.refuse(setting.at, `port: "${text}" is not a port`, 'FreeSWITCH has 8021');
    return port;
  }

  #user(setting: Setting | undefined): string | undefined {
    const user = this.#optional(setting);
    if (setting && user !== undefined && !USER.test(user)) {
      this.#file.refuse(setting.at, `user: "${user}" is not a user`, 'user@domain, as in the directory');
    }
    return user;
  }

  #readColumns(setting: Setting): void {
    for (const column of this.#file.below(setting)) {
      this.#try(() => {
        if (!this.#schema.columns.includes(column.key)) this.#refuseKey(column, this.#schema.columns, 'column');
        for (const header of this.#file.texts(column)) {
          if (header.trim() === '')
            this.#file.refuse(column.at, `${column.key}: a header is wanted`, `${column.key}: Nebenstelle`);
          if ([...this.#columns.keys()].some((other) => fold(other) === fold(header)))
            this.#file.refuse(column.at, `"${header}" stands for two columns`, 'take one away');
          this.#columns.set(header, { value: column.key, from: this.#file.place(column.at) });
        }
      });
    }
  }

  #readVendors(setting: Setting, keys: readonly string[]): ReadonlyMap<string, VendorSetting> {
    const vendors = this.#file
      .below(setting)
      .map((entry) => this.#try(() => [entry.key, this.#vendor(entry, keys)] as const));
    return new Map(vendors.filter((vendor) => vendor !== undefined));
  }

  #vendor(entry: Setting, keys: readonly string[]): VendorSetting {
    if (!/^[a-z0-9-]{1,40}$/.test(entry.key)) {
      this.#file.refuse(entry.at, `"${entry.key}" can't be the name of a vendor`, 'small letters, digits and -');
    }
    const found = new Map(this.#file.below(entry).map((setting) => [setting.key, setting]));
    for (const setting of found.values()) if (!keys.includes(setting.key)) this.#refuseKey(setting, keys);
    return {
      from: this.#file.place(entry.at),
      label: this.#optional(found.get('label')),
      userAgent: this.#pattern(found.get('user-agent')),
      resync: this.#order(found.get('resync')),
      reboot: this.#order(found.get('reboot')),
    };
  }

  #pattern(setting: Setting | undefined): RegExp | undefined {
    const source = this.#optional(setting);
    if (!setting || source === undefined) return undefined;
    if (source.length > LONGEST_PATTERN) this.#file.refuse(setting.at, 'user-agent: the pattern is too long');
    try {
      return new RegExp(source, 'i');
    } catch (error) {
      const [, why] = /.*: (.*)$/s.exec((error as Error).message) ?? [];
      return this.#file.refuse(
        setting.at,
        `user-agent: ${why ?? 'no pattern'}`,
        "like '^Acme/(?<model>\\S+) (?<firmware>\\S+)'",
      );
    }
  }

  #order(setting: Setting | undefined): OrderSetting | undefined {
    if (!setting) return undefined;
    if (!this.#file.isMap(setting)) {
      const event = this.#line(setting);
      if (event === '')
        this.#file.refuse(setting.at, `${setting.key}: an event is wanted`, `${setting.key}: check-sync`);
      return { event };
    }
    const found = new Map(this.#file.below(setting).map((one) => [one.key, one]));
    for (const one of found.values()) if (!ORDER_KEYS.includes(one.key)) this.#refuseKey(one, ORDER_KEYS);
    const [template, none, set] = [this.#optional(found.get('template')), found.get('none'), found.get('set')];
    if (none && found.size > 1) this.#file.refuse(none.at, `none: there is something beside it`, 'one of them');
    if (none) return { none: this.#line(none) };
    if (template === undefined)
      this.#file.refuse(setting.at, `${setting.key}: a template is wanted`, 'template: its name');
    const pairs = set ? this.#file.below(set).map((one) => [one.key, this.#line(one)] as const) : [];
    return { template, values: Object.fromEntries(pairs) };
  }

  #optional(setting: Setting | undefined): string | undefined {
    return setting && (this.#line(setting) || undefined);
  }

  /** All of them are single lines: what they become part of must not break. */
  #line(setting: Setting): string {
    return this.#oneLine(this.#file.text(setting), setting);
  }

  #oneLine(text: string, { key, at }: Setting): string {
    if (/[\u0000-\u001f\u007f]/.test(text)) this.#file.refuse(at, `${key}: it holds a control character`);
    return text;
  }

  /** What may be a list here is one text for all else, as in PATH. */
  #paths(setting: Setting): string {
    const paths = this.#file.texts(setting).flatMap((text) => this.#oneLine(text, setting).split(delimiter));
    return paths
      .filter((path) => path !== '')
      .map((path) => this.#path(path))
      .join(delimiter);
  }

  #ownPath(setting: Setting | undefined): string | undefined {
    const path = this.#optional(setting);
    return path === undefined ? undefined : this.#path(path);
  }

  #path(path: string): string {
    if (path.startsWith('~/') && this.#home !== undefined) return join(this.#home, path.slice(2));
    return isAbsolute(path) ? path : resolve(dirname(this.#file.path), path);
  }

  #refuseKey({ key, at }: Setting, known: readonly string[], what = 'setting'): never {
    const near = this.#schema.near?.(key, known) ?? [];
    const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `one of ${known.join(', ')}`;
    return this.#file.refuse(at, `there is no ${what} "${key}"`, hint);
  }
}

/** Headers are compared without regard to case, blanks, `-` and `_`. */
function fold(header: string): string {
  return header.toLowerCase().replace(/[\s_-]+/g, '');
}
