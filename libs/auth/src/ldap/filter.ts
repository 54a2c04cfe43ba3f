// Filters of searches (RFC 4515) with places for a login [ldap.md §4].

/** A filter that cannot be understood. */
export class FilterSyntaxError extends Error {
  override readonly name = 'FilterSyntaxError';
  readonly code = 'LDAP_FILTER';
}

/** The only characters that a login may have. */
const LOGIN = /^[A-Za-z0-9 \-_'.@:]+$/;
const PLACE = /\\L/gi;
/** An attribute, with options and a matching rule, and how it is compared. */
const COMPARISON = /(?:[A-Za-z0-9.;-]+(?::dn)?(?::[A-Za-z0-9.-]+)?|(?::dn)?:[A-Za-z0-9.-]+)(?::=|~=|>=|<=|=)/y;
/** A value: what is special in a filter stands as two hexadecimal digits. */
const VALUE = /(?:[^\\()\0]|\\[0-9A-Fa-f]{2}|\\[Ll])*/y;
/** Filters inside of each other. */
const MAX_DEPTH = 64;

/** A filter that was understood once, at the start. */
export class LoginFilter {
  readonly text: string;

  /**
   * @param text With `\L` for the login, in any case and any number of times. Outer parentheses may be left out.
   * @throws FilterSyntaxError.
   */
  constructor(text: string) {
    this.text = text.startsWith('(') ? text : `(${text})`;
    const end = filterEnd(this.text, 0, 0);
    if (end !== this.text.length) throw syntaxError(this.text, end);
    if (this.text.search(PLACE) === -1)
      throw new FilterSyntaxError('there is no \\L: everybody would be the same entry');
  }

  /** The filter for a login; undefined when no entry can have it. */
  render(login: string): string | undefined {
    return LOGIN.test(login) ? this.text.replaceAll(PLACE, () => escaped(login)) : undefined;
  }
}

/** RFC 4515 §3. */
function escaped(value: string): string {
  return value.replaceAll(/[\\*()\0\u0080-\uffff]/g, (letter) =>
    Array.from(Buffer.from(letter), (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}

/** Where the filter ends that begins here. */
function filterEnd(text: string, start: number, depth: number): number {
  if (text[start] !== '(' || depth > MAX_DEPTH) throw syntaxError(text, start);
  const operator = text[start + 1] ?? '';
  let at = start + 1;
  if ('&|!'.includes(operator) && operator !== '') {
    at += 1;
    const first = at;
    while (text[at] === '(') at = filterEnd(text, at, depth + 1);
    if (at === first) throw syntaxError(text, at);
  } else {
    at = matchEnd(COMPARISON, text, at) ?? fail(text, at);
    at = matchEnd(VALUE, text, at) ?? fail(text, at);
  }
  if (text[at] !== ')') throw syntaxError(text, at);
  return at + 1;
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function fail(text: string, at: number): never {
  throw syntaxError(text, at);
}

function syntaxError(text: string, at: number): FilterSyntaxError {
  const rest = text.slice(at, at + 20);
  return new FilterSyntaxError(
    `the filter makes no sense ${rest === '' ? 'at its end' : `at ${JSON.stringify(rest)}`}`,
  );
}
