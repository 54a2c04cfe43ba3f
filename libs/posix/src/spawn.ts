// Programs with arguments and an environment that are bytes: Node has both as UTF-8, and would change a name that is not.

import { constants } from 'node:os';

import { isAvailable, koffi, nativeFunction } from './native.ts';
import { O_RDONLY, O_WRONLY } from './open-flags.ts';
import { SystemError } from './system-error.ts';

/** What is started. */
export interface ProgramStart {
  /** Path of the program; nothing is looked up in PATH. No NUL. */
  readonly file: Buffer;
  /** Its arguments, the name it is called by among them. No NUL in any. */
  readonly argv: readonly Buffer[];
  /** Its whole environment, `NAME=value`. No NUL in any. */
  readonly environment: readonly Buffer[];
}

/** How a program ended: with a status, or by a signal. */
export type ProgramExit = { readonly status: number } | { readonly signal: number };

/** Larger than these structures are in any C library. */
const FILE_ACTIONS_BYTES = 1024;
const ATTRIBUTES_BYTES = 1024;
const SIGNAL_SET_BYTES = 128;
const POSIX_SPAWN_SETPGROUP = 0x02;
const POSIX_SPAWN_SETSIGDEF = 0x04;
const WNOHANG = 1;
const STANDARD_DESCRIPTORS = [0, 1, 2];

type Spawn = [Int32Array, Buffer, Buffer, Buffer, BigUint64Array, BigUint64Array];
const posixSpawn = nativeFunction<Spawn, number>(
  'posix_spawn',
  'int',
  Array.from({ length: 6 }, () => 'void *'),
);
const initActions = nativeFunction<[Buffer], number>('posix_spawn_file_actions_init', 'int', ['void *']);
const addOpen = nativeFunction<[Buffer, number, Buffer, number, number], number>(
  'posix_spawn_file_actions_addopen',
  'int',
  ['void *', 'int', 'void *', 'int', 'uint32_t'],
);
const destroyActions = nativeFunction<[Buffer], number>('posix_spawn_file_actions_destroy', 'int', ['void *']);
const initAttributes = nativeFunction<[Buffer], number>('posix_spawnattr_init', 'int', ['void *']);
const setFlags = nativeFunction<[Buffer, number], number>('posix_spawnattr_setflags', 'int', ['void *', 'short']);
const setDefault = nativeFunction<[Buffer, Buffer], number>('posix_spawnattr_setsigdefault', 'int', [
  'void *',
  'void *',
]);
const destroyAttributes = nativeFunction<[Buffer], number>('posix_spawnattr_destroy', 'int', ['void *']);
const sigemptyset = nativeFunction<[Buffer], number>('sigemptyset', 'int', ['void *']);
const sigaddset = nativeFunction<[Buffer, number], number>('sigaddset', 'int', ['void *', 'int']);
const waitpid = nativeFunction<[number, Int32Array, number], number>('waitpid', 'int', ['int', 'void *', 'int']);

/** Whether {@link spawnProgram} can be called here. */
export function isSpawnAvailable(): boolean {
  return [posixSpawn, addOpen, setFlags, setDefault, sigaddset, waitpid].every(isAvailable);
}

function withNul(bytes: Buffer): Buffer {
  if (bytes.includes(0)) throw new SystemError('EINVAL', 'posix_spawn');
  return Buffer.concat([bytes, Buffer.alloc(1)]);
}

/** What `char *[]` is made of; the strings must be kept until the call is done. */
function pointersTo(strings: readonly Buffer[]): BigUint64Array {
  return BigUint64Array.from([...strings.map((bytes) => koffi().address(bytes)), 0n]);
}

function check(errno: number): void {
  if (errno !== 0) throw SystemError.fromErrno(errno, 'posix_spawn');
}

/**
 * Starts a program in the current directory, in a process group of its own, with standard input, output and error from and
 * to /dev/null, no other descriptor of ours, and SIGPIPE as a program expects it.
 *
 * @returns The process id, which is that of the group. Who starts it asks {@link waitForProgram} after SIGCHLD.
 * @throws {SystemError} when it cannot be executed; EINVAL for a NUL.
 */
export function spawnProgram({ file, argv, environment }: ProgramStart): number {
  const path = withNul(file);
  const words = argv.map(withNul);
  const variables = environment.map(withNul);
  const actions = Buffer.alloc(FILE_ACTIONS_BYTES);
  const attributes = Buffer.alloc(ATTRIBUTES_BYTES);
  const signals = Buffer.alloc(SIGNAL_SET_BYTES);
  const nowhere = Buffer.from('/dev/null\0');
  const pid = new Int32Array(1);
  check(initActions()(actions));
  try {
    for (const fd of STANDARD_DESCRIPTORS) check(addOpen()(actions, fd, nowhere, fd === 0 ? O_RDONLY : O_WRONLY, 0));
    check(initAttributes()(attributes));
    try {
      sigemptyset()(signals);
      // Node ignores these two, and what is ignored stays so in a program that is executed.
      sigaddset()(signals, constants.signals.SIGPIPE);
      sigaddset()(signals, constants.signals.SIGXFSZ);
      check(setDefault()(attributes, signals));
      check(setFlags()(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF));
      check(posixSpawn()(pid, path, actions, attributes, pointersTo(words), pointersTo(variables)));
    } finally {
      destroyAttributes()(attributes);
    }
  } finally {
    destroyActions()(actions);
  }
  return pid[0] ?? 0;
}

/**
 * How a program of {@link spawnProgram} ended; undefined while it runs. Once it has been told, the id is free.
 * @throws {SystemError} ECHILD when it is none of ours, or has been told.
 */
export function waitForProgram(pid: number): ProgramExit | undefined {
  const status = new Int32Array(1);
  for (;;) {
    const result = waitpid()(pid, status, WNOHANG);
    if (result === 0) return undefined;
    if (result > 0) break;
    const errno = koffi().errno();
    if (errno !== constants.errno.EINTR) throw SystemError.fromErrno(errno, 'waitpid');
  }
  const [word = 0] = status;
  const signal = word & 0x7f;
  return signal === 0 ? { status: (word >> 8) & 0xff } : { signal };
}
