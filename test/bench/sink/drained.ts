import type { Socket } from 'node:net';

/** Resolves when more can be written to a socket that had enough, or when it is closed. */
export function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      socket.off('drain', go).off('close', go);
      resolve();
    };
    socket.on('drain', go).on('close', go);
  });
}
