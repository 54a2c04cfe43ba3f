// RFC 959 §4.1.3: NO OPERATION (NOOP)
import type { Outcome } from '../replies/outcomes.ts';

const done: Outcome = { name: 'noop' };

export function noop(): Outcome {
  return done;
}
