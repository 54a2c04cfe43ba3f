// RFC 3659 §5: RESTART (REST) in stream mode
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

export function rest(session: Session, argument: string): Outcome {
  const offset = Number(argument);
  if (!/^\d+$/.test(argument) || !Number.isSafeInteger(offset)) {
    session.restartPosition = 0;
    return { name: 'restartInvalid' };
  }
  if (session.currentType === 'a' && offset > 0) return { name: 'restartInAscii' };
  session.restartPosition = offset;
  return { name: 'restartAt', offset, type: session.currentType === 'a' ? 'ascii' : 'binary' };
}
