/** What FreeSWITCH is shipped with, and what fs_cli does with nothing said (event_socket.conf.xml, fs_cli.c). */
export const STOCK = { host: '127.0.0.1', port: 8021, password: 'ClueCon' } as const;
