import type { NamedText } from '@pure-ftpd/server';
import { filled } from '@pure-ftpd/server/internal';

import { english } from './languages/english.ts';
import type { SentenceKey, ValuesOf } from './words.ts';

/** A line that a reply may mention, for the catalogue to say in the language of the session. */
export function note<Key extends SentenceKey>(name: Key, ...[values]: ValuesOf<Key>): NamedText {
  const entry = english[name];
  const text = typeof entry === 'string' ? entry : entry.other;
  return values === undefined ? { name, text } : { name, text: filled(text, values), values };
}
