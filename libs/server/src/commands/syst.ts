// RFC 959 §4.1.3: SYSTEM (SYST)
import type { Outcome } from '../replies/outcomes.ts';

export function syst(): Outcome {
  return { name: 'systemType' };
}
