// What is asked of the developer before something is done for a client.
import type { BeforeHookName } from '../contract/hooks.ts';
import type { Session } from '../contract/session.ts';
import type { Awaitable } from '../contract/virtual-file.ts';
import { FilesystemError, StorageLimitExceeded } from '../errors.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { wrongAnswer } from './user-code.ts';

/**
 * Asks a hook whether something may be done to a path.
 * @param path Virtual, resolved.
 * @returns How it is refused; undefined when it may be done.
 * @throws What the hook throws, but for refusals; HookTimeout.
 */
export function refusedBefore(
  session: Session,
  hook: BeforeHookName,
  verb: string,
  path: string,
): Promise<Outcome | undefined> {
  const details = { verb, virtualPath: path };
  return judged(session, hook, details, () => session[hook]?.(session.fs.realPath(path), details));
}

/** As {@link refusedBefore}, of a new name. */
export function refusedBeforeRename(session: Session, from: string, to: string): Promise<Outcome | undefined> {
  const details = { verb: 'RNTO', virtualPath: from, virtualTo: to };
  return judged(session, 'onBeforeRename', details, () =>
    session.onBeforeRename?.(session.fs.realPath(from), session.fs.realPath(to), details),
  );
}

async function judged(
  session: Session,
  hook: string,
  { verb, virtualPath: path }: { readonly verb: string; readonly virtualPath: string },
  ask: () => Awaitable<boolean | void>,
): Promise<Outcome | undefined> {
  let answer: unknown;
  try {
    answer = await session.userCode.ask(hook, ask);
  } catch (error) {
    const refusal = refusalIn(error, path);
    if (refusal === undefined) throw error;
    return refusal;
  }
  if (answer === undefined || answer === true) return undefined;
  if (answer === false) return { name: 'permissionDenied', verb };
  throw wrongAnswer(hook, answer, 'true, false or nothing');
}

/** What a developer's code refuses by what it throws; undefined for what is a failure of it. */
export function refusalIn(error: unknown, path = ''): Outcome | undefined {
  if (error instanceof StorageLimitExceeded) return { name: 'storageLimitExceeded' };
  return error instanceof FilesystemError ? { name: 'fileUnavailable', path, reason: error.reason } : undefined;
}
