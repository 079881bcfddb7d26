import { describe, expect, it } from 'vitest';
import { parseFsCli } from '../../src/config/fs-cli.js';

const SAMPLE = `; fs_cli.conf
host => 192.0.2.9
[default]
; Put me in /etc/fs_cli.conf or ~/.fs_cli_conf
host     => 127.0.0.1
port     => 8021
password => ClueCon
debug    => 7

[Berlin]
HOST = 10.1.0.5
user = ops@example.com
password = pa;ss#word ;; a comment
port = 0
[Berlin]
host = 10.9.9.9
[empty]
[+include]
host = 192.0.2.7
__END__
[after]
host = 192.0.2.8
`;

describe("fs_cli's file", () => {
  const servers = parseFsCli(SAMPLE, '/etc/fs_cli.conf');

  it('has a server for each section with anything in it', () => {
    expect([...servers.keys()]).toEqual(['default', 'berlin']);
    expect(servers.get('default')).toMatchObject({
      host: '127.0.0.1',
      port: 8021,
      password: 'ClueCon',
      user: undefined,
    });
  });

  it('is read as fs_cli reads it', () => {
    // The first of two sections, keys in any case; that the first semicolon is a single one makes data of the rest.
    expect(servers.get('berlin')).toMatchObject({
      name: 'Berlin',
      from: '/etc/fs_cli.conf:10',
      host: '10.1.0.5',
      user: 'ops@example.com',
      password: 'pa;ss#word ;; a comment',
      port: undefined,
    });
  });

  it('takes = and => for the same, with blanks around them or without', () => {
    const one = parseFsCli('[a]\r\npassword=>x\r\nhost=h\r\n port => 9\r\n', 'f').get('a');
    expect(one).toMatchObject({ password: 'x', host: 'h', port: 9 });
  });

  it.each(['', '[', '[]', 'x', '=', '[a]\n=', '\0', '[a]\n\0=\0'])('can be nonsense: %j', (text) => {
    expect(() => parseFsCli(text, 'f')).not.toThrow();
  });

  it('cuts a comment that begins at the first semicolon', () => {
    expect(parseFsCli('[a]\npassword = x;;y\n', 'f').get('a')?.password).toBe('x');
  });
});
