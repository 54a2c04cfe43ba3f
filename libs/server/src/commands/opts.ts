// RFC 2389 §4: OPTIONS (OPTS)
import { FACTS, formatFactSelection, parseFactSelection } from '@pure-ftpd/protocol';

import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { optsHash } from './hash.ts';

export function opts(session: Session, argument: string): Outcome {
  const space = argument.indexOf(' ');
  const command = (space === -1 ? argument : argument.slice(0, space)).toUpperCase();
  const value = space === -1 ? '' : argument.slice(space + 1);
  if (command === 'UTF8' || command === 'UTF-8') {
    // Names are UTF-8 from the start, where they are; clients that insist on being told get their answer.
    const isUtf8 = session.settings.encoding === 'utf8';
    if (isUtf8 && (value === '' || value.toUpperCase() === 'ON')) return { name: 'optionsSet', text: 'UTF8 is on.' };
    return { name: 'argumentUnsupported', verb: 'OPTS', argument };
  }
  if (command === 'MLST') {
    session.facts = parseFactSelection(value, FACTS);
    return { name: 'optionsSet', text: `MLST OPTS ${formatFactSelection(session.facts)}`.trimEnd() };
  }
  if (command === 'HASH') return optsHash(session, value);
  return { name: 'argumentInvalid', verb: 'OPTS', reason: 'no such option' };
}
