/** What the bench uses of modesl and its fork, which have no types of their own. */
interface ModEslEvent {
  addHeader(name: string, value: string): void;
  getHeader(name: string): string | undefined;
  serialize(format?: 'json' | 'plain' | 'xml'): string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

interface ModEslConnection {
  on(event: string, listener: (event: ModEslEvent) => void): void;
  once(event: string, listener: (event: ModEslEvent) => void): void;
  sendEvent(event: ModEslEvent, onReply: (reply: ModEslEvent) => void): void;
  events(format: string, names: readonly string[], onReply: () => void): void;
  disconnect(): void;
}

interface ModEsl {
  readonly Connection: new (host: string, port: number, password: string, onReady: () => void) => ModEslConnection;
  readonly Event: new (name: string) => ModEslEvent;
}

declare module 'modesl' {
  const modesl: ModEsl;
  export default modesl;
}

declare module 'drachtio-modesl' {
  const modesl: ModEsl;
  export default modesl;
}
