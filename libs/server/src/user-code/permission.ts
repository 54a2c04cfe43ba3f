// Questions that are answered with yes or no by code of the developer's: nothing but `true` means yes.
import type { Permission } from '../contract/authorizer.ts';
import type { Session } from '../contract/session.ts';
import type { Awaitable } from '../contract/virtual-file.ts';
import { isPromise, originating, wrongAnswer } from './user-code.ts';

/**
 * Whether the user may do something, on a virtual path or in general. Answered at once where `hasPerm` does.
 * @throws What `hasPerm` throws; HookTimeout.
 */
export function mayUser(session: Session, permission: Permission, path?: string): Awaitable<boolean> {
  // No closure: a listing asks this often.
  let answer: unknown;
  try {
    answer = session.hasPerm(permission, path);
  } catch (error) {
    throw originating(error, 'hasPerm');
  }
  return answer === true || answer === false ? answer : settled(session, 'hasPerm', answer);
}

/** Whether the session's data connections may be with other hosts than the client's. */
export async function mayForeignAddress(session: Session): Promise<boolean> {
  return settled(
    session,
    'permitsForeignAddress',
    session.userCode.ask('permitsForeignAddress', () => session.permitsForeignAddress()),
  );
}

/** Whether the server answers to a host name. */
export async function isHostAccepted(session: Session, host: string): Promise<boolean> {
  return settled(
    session,
    'acceptsHost',
    session.userCode.ask('acceptsHost', () => session.acceptsHost(host)),
  );
}

async function settled(session: Session, hook: string, answer: unknown): Promise<boolean> {
  const told: unknown = isPromise(answer) ? await session.userCode.within(hook, answer) : answer;
  if (typeof told === 'boolean') return told;
  session.userCode.report(wrongAnswer(hook, told, 'true or false'));
  return false;
}
