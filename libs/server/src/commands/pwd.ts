// RFC 959 §4.1.3: PRINT WORKING DIRECTORY (PWD)
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

export function pwd(session: Session): Outcome {
  return { name: 'currentDirectory', path: session.cwd };
}
