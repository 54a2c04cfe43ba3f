// RFC 959 §4.1.3: ALLOCATE (ALLO)
import type { Outcome } from '../replies/outcomes.ts';

export function allo(): Outcome {
  return { name: 'allocationUnneeded' };
}
