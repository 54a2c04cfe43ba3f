// File name patterns of LIST, STAT and NLST: `*`, `?`, `[abc]`, `[a-z]`, `[!x]`, and `\` before what is meant literally.
// No braces and no `~`. One component at a time: a slash has no meaning here.

/** Work of a listing grows with every star, so the server refuses patterns with more than these. */
const MOST_STARS = 3;
const STAR = Symbol('any text');

/** Ranges of code points, both ends included. */
interface CharacterSet {
  readonly negated: boolean;
  readonly ranges: readonly (readonly [low: number, high: number])[];
}

/** A literal code point, any text, or one character of a set (any, for the empty set negated). */
type Token = number | typeof STAR | CharacterSet;

const ANY: CharacterSet = { negated: true, ranges: [] };

function codePoints(text: string): number[] {
  const points: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const point = text.codePointAt(at) ?? 0;
    points.push(point);
    if (point > 0xffff) at += 1;
  }
  return points;
}

const [ASTERISK, QUESTION_MARK, OPENING, CLOSING, EXCLAMATION_MARK, HYPHEN, BACKSLASH, DOT] = [
  0x2a, 0x3f, 0x5b, 0x5d, 0x21, 0x2d, 0x5c, 0x2e,
] as const;

/** The set that opens at `from`, and where it ends; nothing when it is never closed. */
function parseSet(pattern: readonly number[], from: number): readonly [CharacterSet, end: number] | undefined {
  let at = from + 1;
  const negated = pattern[at] === EXCLAMATION_MARK;
  if (negated) at += 1;
  const ranges: [number, number][] = [];
  const member = (): number | undefined => {
    if (pattern[at] === BACKSLASH && at + 1 < pattern.length) at += 1;
    return pattern[at++];
  };
  for (;;) {
    // A closing bracket that comes first is a member.
    if (pattern[at] === CLOSING && ranges.length > 0) return [{ negated, ranges }, at + 1];
    const low = member();
    if (low === undefined) return undefined;
    if (pattern[at] === HYPHEN && at + 1 < pattern.length && pattern[at + 1] !== CLOSING) {
      at += 1;
      ranges.push([low, member() ?? low]);
    } else {
      ranges.push([low, low]);
    }
  }
}

function tokenize(text: string): Token[] {
  const pattern = codePoints(text);
  const tokens: Token[] = [];
  // A set that is never closed makes this bracket literal, and with it all that follow: look for the end only once.
  let bracketsOpen = true;
  let at = 0;
  while (at < pattern.length) {
    const character = pattern[at] ?? 0;
    const set = character === OPENING && bracketsOpen ? parseSet(pattern, at) : undefined;
    if (set) {
      tokens.push(set[0]);
      at = set[1];
      continue;
    }
    if (character === OPENING) bracketsOpen = false;
    if (character === ASTERISK) {
      if (tokens.at(-1) !== STAR) tokens.push(STAR);
    } else if (character === QUESTION_MARK) {
      tokens.push(ANY);
    } else if (character === BACKSLASH && at + 1 < pattern.length) {
      at += 1;
      tokens.push(pattern[at] ?? 0);
    } else {
      tokens.push(character);
    }
    at += 1;
  }
  return tokens;
}

function matchesOne(token: Token | undefined, character: number): boolean {
  if (token === undefined || token === STAR) return false;
  if (typeof token === 'number') return token === character;
  return token.ranges.some(([low, high]) => low <= character && character <= high) !== token.negated;
}

function matchTokens(tokens: readonly Token[], name: readonly number[]): boolean {
  if (name[0] === DOT && tokens[0] !== DOT) return false;
  let token = 0;
  let at = 0;
  // Only the last star ever has to take more: what an earlier one took is settled when a later one is reached.
  let star = -1;
  let starTook = 0;
  while (at < name.length) {
    if (tokens[token] === STAR) {
      star = token++;
      starTook = at;
    } else if (matchesOne(tokens[token], name[at] ?? 0)) {
      token += 1;
      at += 1;
    } else if (star === -1) {
      return false;
    } else {
      token = star + 1;
      at = ++starTook;
    }
  }
  while (tokens[token] === STAR) token += 1;
  return token === tokens.length;
}

/** Whether the pattern has a `*`, `?` or `[` that is not quoted; otherwise it can only match one name. */
export function hasPattern(pattern: string): boolean {
  return /^(?:\\.|[^\\*?[])*[*?[]/s.test(pattern);
}

/** The text with quoting backslashes taken away: the one name a pattern without `*`, `?` and `[` matches. */
export function unquotePattern(pattern: string): string {
  return pattern.replace(/\\(.)/gs, '$1');
}

/** `matchPattern` prepared for many names. */
export function compilePattern(pattern: string): (name: string) => boolean {
  const tokens = tokenize(pattern);
  return (name) => matchTokens(tokens, codePoints(name));
}

/**
 * Whether a pattern matches a whole name, by characters (not bytes); an undecodable byte is one. A dot that starts the
 * name is only matched by a dot. A bracket that is never closed and a backslash at the end are ordinary characters.
 * Takes time in proportion to the product of both lengths at worst, whatever the pattern.
 */
export function matchPattern(pattern: string, name: string): boolean {
  return compilePattern(pattern)(name);
}

/** Whether the pattern has more than three `*`, quoted ones counted: it is refused unseen. */
export function tooManyStars(pattern: string): boolean {
  return pattern.split('*', MOST_STARS + 2).length > MOST_STARS + 1;
}
