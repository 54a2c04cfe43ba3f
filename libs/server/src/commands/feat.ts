// RFC 2389 §3: FEATURE (FEAT)
import type { Session } from '../contract/session.ts';
import type { Outcome } from '../replies/outcomes.ts';

/** What the rows of the command table say of themselves, so that FEAT names what works and nothing else. */
export function feat(session: Session): Outcome {
  const features = new Set(session.settings.encoding === 'utf8' ? ['UTF8', 'TVFS'] : ['TVFS']);
  for (const { feature } of session.settings.commands.values()) {
    const text = typeof feature === 'function' ? feature(session) : feature;
    if (text !== undefined) features.add(text);
  }
  return { name: 'features', features: [...features].toSorted() };
}
