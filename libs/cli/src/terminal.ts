import { fstatSync } from 'node:fs';

/** `/dev/null` and what is beside it, as Linux numbers devices: what programs of cron get. */
const MEMORY_DEVICES = 1;

/**
 * Whether a descriptor is that of a terminal. `process.stdout` and `node:tty` bring sockets and streams with them, a tenth of the start of
 * Node: they are loaded where there may be a terminal.
 */
export function isTerminal(fd: number): boolean {
  try {
    const status = fstatSync(fd);
    if (!status.isCharacterDevice()) return false;
    if (process.platform === 'linux' && status.rdev >> 8 === MEMORY_DEVICES) return false;
  } catch {
    // It is closed.
    return false;
  }
  return process.getBuiltinModule('node:tty').isatty(fd);
}
