import { type Jail, JailDirectory } from '@pure-ftpd/jail';

import { isSystemError } from '../errors.ts';

/** Runs a synchronous operation, as somebody. */
export type RunAs = <T>(operation: () => T) => T;

/**
 * A jail whose every operation is run by a function that takes on another identity for it. All members are wrapped as they
 * are asked for, so that none can be forgotten, those to come included.
 */
export function actingJail(jail: Jail, run: RunAs): Jail {
  return new Proxy(jail, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        const result: unknown = run(() => Reflect.apply(member, target, args));
        return result instanceof JailDirectory ? actingDirectory(result, run) : result;
      };
    },
  });
}

/** What asks for nothing but the permission to enter the directory. */
const LOOKUPS = new Set<string | symbol>(['lstat', 'lstatAll', 'readlink']);

function actingDirectory(directory: JailDirectory, run: RunAs): JailDirectory {
  let enterable: boolean | undefined;
  return new Proxy(directory, {
    get(target, name) {
      // Read in another thread, at another moment, it would be read by whoever the process is then.
      const member: unknown = Reflect.get(target, name === 'names' ? 'namesSync' : name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        const operation = (): unknown => Reflect.apply(member, target, args);
        if (!LOOKUPS.has(name)) return run(operation);
        // Changing identity for each of ten thousand entries takes seconds: that the user may enter is asked once.
        enterable ??= mayEnter(target, run);
        if (!enterable) return run(operation);
        try {
          return operation();
        } catch (error) {
          // On a network file system the user may be allowed what root is not.
          if (isSystemError(error) && error.code === 'EACCES') return run(operation);
          throw error;
        }
      };
    },
  });
}

function mayEnter(directory: JailDirectory, run: RunAs): boolean {
  try {
    run(() => directory.checkEnterable());
    return true;
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}
