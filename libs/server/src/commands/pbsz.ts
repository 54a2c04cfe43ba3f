// RFC 2228 §3, RFC 4217 §9: PROTECTION BUFFER SIZE (PBSZ)
import { withTls } from './tls-feature.ts';
import type { CommandRow } from '../contract/command.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { reason } from '../replies/reasons.ts';

/** TLS protects a stream, without a buffer: whatever the client proposes, the answer is 0. */
export function pbsz(session: Session, argument: string): Outcome {
  if (!session.isSecured) return { name: 'commandOutOfSequence', verb: 'PBSZ' };
  if (!/^\d{0,10}$/.test(argument)) return { name: 'argumentInvalid', verb: 'PBSZ', reason: reason('numberExpected') };
  session.protectionBufferSet = true;
  return { name: 'protectionBufferSet' };
}

/** The row of PBSZ in the table of verbs. */
export const pbszRow: CommandRow = {
  verb: 'PBSZ',
  argument: 'required',
  phase: 'always',
  feature: withTls('PBSZ'),
  syntax: '<SP> 0',
  help: 'set the protection buffer size',
  run: pbsz,
};
