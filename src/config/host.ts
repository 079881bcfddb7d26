import { isIP } from 'node:net';
import { ConfigError } from './errors.js';

/**
 * A name or an address, without brackets.
 * @throws ConfigError
 */
export function checkedHost(name: string): string {
  const address = name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
  if (/[\s/@]/.test(address) || address === '' || (address.includes(':') && isIP(address) === 0)) {
    throw new ConfigError(`"${name}" is not a host`, 'give a name or an address, and the port with --port');
  }
  return address;
}
