import type { Sentences } from './sentences.ts';

/** What the greeting tells of the server. */
export interface GreetingFacts {
  /** Which session this is, the first being 1. */
  readonly session: number;
  /** Most sessions at a time; 0 for no limit. */
  readonly maxSessions: number;
  readonly time: Date;
  readonly port: number;
  /** `only`: everybody is anonymous; `none`: nobody is. */
  readonly anonymous: 'only' | 'none' | 'also';
  /** What may be downloaded for what is uploaded, and whether that is said to everybody. */
  readonly ratio?:
    | { readonly upload: number; readonly download: number; readonly of: 'anonymous' | 'everybody' }
    | undefined;
  /** Whether everybody may transfer files to and from other servers. */
  readonly fxp: boolean;
  /** Whether a client who came over IPv4 may come over IPv6, too. */
  readonly ipv6: boolean;
  /** Whether there is TLS: the title says so, in the C server's form. */
  readonly tls: boolean;
  /** What is said instead of everything but who may come in, and on what terms; nothing where it is empty. */
  readonly fortune?: readonly string[];
  /** Seconds without a command after which a session ends. */
  readonly idleSeconds: number;
}

/** From this many seconds on the idle time is told in minutes. */
const IN_MINUTES = 120;

/** The lines of the greeting [server-options §8]. Never the version of the program. */
export function greeting(words: Sentences, facts: GreetingFacts): string[] {
  const { fortune = [], session, maxSessions, port } = facts;
  const lines = [...fortune];
  if (fortune.length === 0) {
    const title = words.say('greetingTitle');
    lines.push(facts.tls ? `${title} [TLS]` : title);
    if (maxSessions > 0) lines.push(words.say('greetingSession', { session, maxSessions }));
    lines.push(words.say('greetingPlace', { time: clock(facts.time), port }));
  }
  if (facts.anonymous === 'only') lines.push(words.say('greetingAnonymousOnly'));
  if (facts.anonymous === 'none') lines.push(words.say('greetingNoAnonymous'));
  if (facts.fxp) lines.push(words.say('greetingFxp'));
  if (facts.ratio !== undefined) lines.push(...ratioLines(words, facts.ratio));
  if (fortune.length > 0) return lines;
  if (facts.ipv6) lines.push(words.say('greetingIPv6'));
  lines.push(idleLine(words, facts.idleSeconds));
  return lines;
}

function ratioLines(words: Sentences, { upload, download, of }: NonNullable<GreetingFacts['ratio']>): string[] {
  return [
    words.say(of === 'everybody' ? 'greetingRatioEverybody' : 'greetingRatioAnonymous'),
    words.say('greetingRatio', { upload, download }),
  ];
}

function idleLine(words: Sentences, seconds: number): string {
  return seconds >= IN_MINUTES
    ? words.say('greetingIdleMinutes', { amount: Math.floor(seconds / 60) })
    : words.say('greetingIdleSeconds', { amount: seconds });
}

/** Hours and minutes of the time zone of the process. */
function clock(time: Date): string {
  return `${String(time.getHours()).padStart(2, '0')}:${String(time.getMinutes()).padStart(2, '0')}`;
}
