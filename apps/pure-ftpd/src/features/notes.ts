import type { Note, Outcome } from '@pure-ftpd/server';

/** A welcome with further lines. Who is asked for a password first is told of no limits. */
export function withNotes(outcome: Outcome, lines: readonly Note[]): Outcome {
  return outcome.name === 'loggedIn' ? { ...outcome, notes: [...(outcome.notes ?? []), ...lines] } : outcome;
}
