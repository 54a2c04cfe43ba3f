// The only place of the repository that loads native code. Nothing here runs before the first call that needs it.

import { createRequire } from 'node:module';

import type * as KoffiModule from 'koffi';

import { NativeUnavailableError } from './native-unavailable-error.ts';

type Koffi = typeof KoffiModule;

/** A C function as koffi hands it out: called on this thread, or on another one with a callback for the result. */
export interface NativeFunction<Args extends readonly unknown[], Result> {
  (...args: Args): Result;
  async(...args: [...Args, (error: unknown, result: Result) => void]): void;
}

/** An address in C memory; koffi gives NULL as `null`. */
export type Pointer = bigint | null;

/**
 * Stack of a C function that koffi calls on another thread. koffi's own 128 KiB is less than any C program gives its
 * threads, and name service modules of sites (LDAP, SSSD, winbind) were written for those. Only touched pages are used.
 */
const ASYNC_STACK_BYTES = 1024 * 1024;

/**
 * Stacks that are kept: as many calls as libuv has threads are made at a time, and some wait for theirs. One more is mapped
 * for each call beyond, which takes longer than an md5-crypt hash.
 */
const ASYNC_STACKS = 8;

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | { readonly error: unknown } | undefined;
  return () => {
    if (made === undefined) {
      try {
        made = { value: make() };
      } catch (error) {
        made = { error };
      }
    }
    if ('error' in made) throw made.error;
    return made.value;
  };
}

/**
 * koffi's own loader finds out what this machine is by reading the executable, and makes warnings about names it had once: half of its time,
 * a tenth of the start of Node. The package of native code for this platform, found from koffi, is the same object.
 */
function loadKoffi(require: NodeJS.Require): Koffi {
  const near = createRequire(require.resolve('koffi'));
  try {
    return near(`@koromix/koffi-${process.platform}-${process.arch}`);
  } catch {
    // Built on the machine, or for another libc: koffi knows where it is.
    return require('koffi');
  }
}

/**
 * `off` in the environment takes native calls away, as on a machine without koffi: for tests, and for who wants to see what is lost there.
 * It is looked at once, by the first call.
 */
const SWITCH = 'PURE_FTPD_NATIVE';

/** koffi itself; loaded by the first call, and the failure to load it is remembered as well. */
export const koffi = once((): Koffi => {
  if (process.env[SWITCH] === 'off') throw new NativeUnavailableError(`native calls are off (${SWITCH})`);
  let library: Koffi;
  try {
    library = loadKoffi(createRequire(import.meta.url));
  } catch (error) {
    throw new NativeUnavailableError('koffi, which calls the C library, cannot be loaded', { cause: error });
  }
  try {
    library.config({ async_stack_size: ASYNC_STACK_BYTES, resident_async_pools: ASYNC_STACKS });
  } catch {
    // Another part of the program uses koffi already: its stacks are for all.
  }
  return library;
});

/** The C library this process already has; glibc and musl alike. */
export const libc = once(() => {
  if (process.platform !== 'linux') throw new NativeUnavailableError(`no native calls on ${process.platform}`);
  return koffi().load(null);
});

/** The first library of some names that there is, looked for by its first use. */
export function firstLibrary(files: readonly string[]): () => ReturnType<Koffi['load']> {
  return once(() => {
    if (process.platform !== 'linux') throw new NativeUnavailableError(`no native calls on ${process.platform}`);
    const failures: unknown[] = [];
    for (const file of files) {
      try {
        return koffi().load(file);
      } catch (error) {
        if (error instanceof NativeUnavailableError) throw error;
        failures.push(error);
      }
    }
    throw new NativeUnavailableError(`none of ${files.join(', ')} can be loaded`, { cause: failures });
  });
}

/**
 * A function that is looked up by its first use, with its types as koffi spells them.
 *
 * @param library Where it is; `libc` unless told.
 * @returns Gives the function. Throws {@link NativeUnavailableError} when there is none of that name.
 */
export function nativeFunction<Args extends readonly unknown[], Result>(
  name: string,
  result: string,
  args: readonly string[],
  library: () => ReturnType<Koffi['load']> = libc,
): () => NativeFunction<Args, Result> {
  return once(() => {
    const from = library();
    try {
      return from.func(name, result, [...args]) as NativeFunction<Args, Result>;
    } catch (error) {
      throw new NativeUnavailableError(`the C library has no ${name}()`, { cause: error });
    }
  });
}

/** Whether a native function can be had, for feature tests. Only the lack of it counts: any other error is thrown on. */
export function isAvailable(get: () => unknown): boolean {
  try {
    get();
    return true;
  } catch (error) {
    if (error instanceof NativeUnavailableError) return false;
    throw error;
  }
}

/** A native call off the event loop. The caller keeps the buffers it passes reachable until the promise settles. */
export function callAsync<Args extends readonly unknown[], Result>(
  native: NativeFunction<Args, Result>,
  ...args: Args
): Promise<Result> {
  return new Promise((resolve, reject) => {
    native.async(...args, (error, result) => {
      if (error instanceof Error) reject(error);
      else resolve(result);
    });
  });
}
