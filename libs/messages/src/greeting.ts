import type { GreetingFacts, Words } from './words.ts';

/** From this many seconds on the idle time is told in minutes. */
const IN_MINUTES = 120;

/** The lines of the greeting [server-options §8]. Never the version of the program. */
export function greeting(words: Words, facts: GreetingFacts): string[] {
  const { fortune = [] } = facts;
  const lines = [...fortune];
  if (fortune.length === 0) {
    lines.push(facts.tls ? `${words.greetingTitle} [TLS]` : words.greetingTitle);
    if (facts.maxSessions > 0) lines.push(words.greetingSession(facts));
    lines.push(words.greetingPlace(facts));
  }
  if (facts.anonymous === 'only') lines.push(words.greetingAnonymousOnly);
  if (facts.anonymous === 'none') lines.push(words.greetingNoAnonymous);
  if (facts.fxp) lines.push(words.greetingFxp);
  if (facts.ratio !== undefined) lines.push(...words.greetingRatio(facts.ratio));
  if (fortune.length > 0) return lines;
  if (facts.ipv6) lines.push(words.greetingIPv6);
  const { idleSeconds } = facts;
  lines.push(
    idleSeconds >= IN_MINUTES
      ? words.greetingIdle(Math.floor(idleSeconds / 60), 'minutes')
      : words.greetingIdle(idleSeconds, 'seconds'),
  );
  return lines;
}
