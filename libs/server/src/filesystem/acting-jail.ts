import { type Jail, JailDirectory } from '@pure-ftpd/jail';

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

function actingDirectory(directory: JailDirectory, run: RunAs): JailDirectory {
  return new Proxy(directory, {
    get(target, name) {
      // Read in another thread, at another moment, it would be read by whoever the process is then.
      const member: unknown = Reflect.get(target, name === 'names' ? 'namesSync' : name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => run((): unknown => Reflect.apply(member, target, args));
    },
  });
}
