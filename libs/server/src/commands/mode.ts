// RFC 959 §3.4, §4.1.2: TRANSFER MODE (MODE)
import { upperCase } from '@pure-ftpd/protocol';

import type { Outcome } from '../replies/outcomes.ts';
import { reason } from '../replies/reasons.ts';

export function mode(argument: string): Outcome {
  const wanted = upperCase(argument);
  if (wanted === 'S') return { name: 'modeSet' };
  if (wanted === 'B' || wanted === 'C') return { name: 'modeUnsupported', argument };
  return { name: 'argumentInvalid', verb: 'MODE', reason: reason('transferModeUnknown') };
}
