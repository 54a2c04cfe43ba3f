import { formatReply, type Reply } from '@pure-ftpd/protocol';

import type { Note, Outcome, OutcomeName, OutcomeOf } from './outcomes.ts';
import type { NamedText } from './reasons.ts';

/** How every outcome is said: a reply, or a function that makes one. */
export type Catalogue = {
  readonly [N in OutcomeName]: Reply | ((outcome: OutcomeOf<N>) => Reply);
} & {
  /** How a note that has a name is said; by its text without this. */
  readonly note?: (note: NamedText) => string;
};

// Replies that never change are formatted once, whatever the number of sessions that send them.
const formatted = new WeakMap<Reply, Buffer>();

/** The reply a catalogue has for an outcome, with its notes in front and its remarks behind. */
export function replyFor(catalogue: Catalogue, outcome: Outcome): Reply {
  // The catalogue's type pairs each name with its own outcome; the compiler cannot follow the pair through the union.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const entry = catalogue[outcome.name] as Reply | ((outcome: Outcome) => Reply);
  const reply = typeof entry === 'function' ? entry(outcome) : entry;
  const { notes = [], remarks = [] } = outcome;
  if (notes.length === 0 && remarks.length === 0) return reply;
  const say = (note: Note): string => (typeof note === 'string' ? note : (catalogue.note?.(note) ?? note.text));
  return { ...reply, lines: [...notes.map(say), ...reply.lines, ...remarks.map(say)] };
}

/** The bytes of a reply. */
export function replyBytes(reply: Reply): Buffer {
  let bytes = formatted.get(reply);
  if (bytes === undefined) {
    bytes = formatReply(reply);
    formatted.set(reply, bytes);
  }
  return bytes;
}

/** A reply of one line. */
export function reply(code: number, text: string): Reply {
  return { code, lines: [text] };
}
