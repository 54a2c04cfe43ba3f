// What a process that was taken over can do with its channel to the monitor: write to it, byte for byte.
import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';

import { sendDescriptor } from '@pure-ftpd/posix';

import { CHILD_DESCRIPTORS } from '../process/role.ts';

/** A message as it travels. @param marker Whether it says that a descriptor comes with it. */
function frame(payload: string, marker: 0 | 1): Buffer {
  const bytes = Buffer.from(payload, 'latin1');
  const header = Buffer.alloc(5);
  header.writeUInt32BE(bytes.length, 0);
  header[4] = marker;
  return Buffer.concat([header, bytes]);
}

/** Writes bytes: as many as the monitor takes at once; a flood may be cut anywhere. @returns Whether all were taken. */
export function sayBytes(bytes: Buffer): boolean {
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(CHILD_DESCRIPTORS.messages, bytes, written);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      if (error.code === 'EPIPE') return false; // the monitor has seen enough
      if (error.code !== 'EAGAIN') throw error;
    }
  }
  return true;
}

/** Says something to the monitor. @param descriptor Goes with it. */
export function say(payload: string, descriptor?: number): boolean {
  if (descriptor !== undefined) {
    try {
      if (!sendDescriptor(CHILD_DESCRIPTORS.descriptors, descriptor)) return false;
    } catch {
      return false; // nobody is there any more
    }
  }
  return sayBytes(frame(payload, descriptor === undefined ? 0 : 1));
}

/** Says that a descriptor comes, and sends none. */
export function sayWithout(payload: string): boolean {
  return sayBytes(frame(payload, 1));
}

/** What a client says, line by line, each when the one before is done. */
export function eachLine(socket: Socket, take: (line: string) => Promise<void>): void {
  let rest = '';
  let done = Promise.resolve();
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) done = done.then(() => take(line));
  });
}
