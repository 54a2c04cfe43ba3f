// RFC 959 §4.1.3: SITE PARAMETERS (SITE)
import type { Outcome } from '../replies/outcomes.ts';

/** A SITE command that has no row of its own. */
export function siteUnknown(argument: string): Outcome {
  return { name: 'siteCommandNotUnderstood', verb: argument.split(' ', 1)[0] ?? '' };
}
