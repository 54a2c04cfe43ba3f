// Queries with places for what is known of a login [sql.md §3, §10].
import { type Place, type Span, spansOf, type SqlDialect, SqlTextError } from './lexer.ts';

/** What can be put into a query. */
export interface SqlValues {
  readonly login: string;
  /** Where the client has connected to. */
  readonly localAddress: string;
  readonly localPort: number;
  readonly clientAddress: string;
}

type Letter = 'L' | 'I' | 'P' | 'R' | 'D';

/** A place of a value. */
interface Substitution {
  readonly letter: Letter;
  readonly place: Place;
  /** Stands alone in a text behind LIKE: `_` of a login means itself. */
  readonly isPattern: boolean;
}

/** The only characters a login may have: none of them but `'` can end anything, in any character set. */
const LOGIN = /^[A-Za-z0-9 \-_'.:@+]+$/;
/** As in C, a longer query is not sent. */
const MAX_QUERY_CHARACTERS = 8191;
const PATTERN_BEFORE = /(?:\b(?:LIKE|RLIKE|REGEXP|ILIKE)(?:\s+BINARY)?|\bSIMILAR\s+TO|~\*?)\s*[A-Za-z&_0-9]*$/i;
const LIKE_BEFORE = /\bI?LIKE\s*$/i;
const ESCAPE = " ESCAPE '!'";

/** A query, taken apart once. */
export class QueryTemplate {
  /** As it is written, for the log; what is the whole of a pattern says what escapes in it. */
  readonly text: string;
  /** What the administrator should know of it. */
  readonly warnings: readonly string[];
  /** Leaves something on its connection that the next login must not find: several statements, variables, procedures. */
  readonly leavesState: boolean;
  readonly #parts: readonly (string | Substitution)[];

  /**
   * @param text As in the file; one semicolon at the end is dropped.
   * @throws SqlTextError for a place where a value would not be safe, or a text that cannot be understood.
   */
  constructor(text: string, dialect: SqlDialect) {
    this.text = withEscapes(text.replace(/;$/, ''), dialect);
    const warnings: string[] = [];
    this.#parts = spansOf(this.text, dialect).flatMap((span) => partsOf(this.text, span, dialect, warnings));
    this.warnings = [...new Set(warnings)];
    this.leavesState = /;|\bCALL\b|@/i.test(this.text);
  }

  /** The query for a login; undefined when there is none: such a login is unknown. */
  render(values: SqlValues): string | undefined {
    if (!LOGIN.test(values.login)) return undefined;
    let query = '';
    for (const part of this.#parts) {
      const text = typeof part === 'string' ? part : substituted(part, values);
      if (text === undefined) return undefined;
      query += text;
    }
    return query.length > MAX_QUERY_CHARACTERS ? undefined : query;
  }
}

/** The text of a span and the substitutions in it. */
function partsOf(text: string, span: Span, dialect: SqlDialect, warnings: string[]): (string | Substitution)[] {
  const parts: (string | Substitution)[] = [];
  let from = span.start;
  for (let at = span.start; at < span.end; at += 1) {
    if (text[at] !== '\\') continue;
    const letter = letterAt(text, at + 1);
    if (letter !== undefined) {
      checkPlace(text, at, letter, span, dialect, warnings);
      parts.push(text.slice(from, at), { letter, place: span.place, isPattern: isWholePattern(text, at, span) });
      from = at + 2;
    }
    // Two characters belong together, whatever the second is.
    at += 1;
  }
  return [...parts, text.slice(from, span.end)];
}

function letterAt(text: string, at: number): Letter | undefined {
  const letter = (text[at] ?? '').toUpperCase();
  return letter === 'L' || letter === 'I' || letter === 'P' || letter === 'R' || letter === 'D' ? letter : undefined;
}

function checkPlace(
  text: string,
  at: number,
  letter: Letter,
  span: Span,
  dialect: SqlDialect,
  warnings: string[],
): void {
  const name = `\\${letter}`;
  const { place } = span;
  if (place === 'dollar' || (letter === 'L' && place === 'identifier'))
    throw new SqlTextError(
      `${name} stands where no value can be made safe${place === 'dollar' ? ' ($…$)' : ' (a name in quotes)'}: put it between ' and '`,
    );
  if (place === 'bare') checkBare(text, at, letter, warnings);
  const isQuoted = place === 'literal' || (place === 'double' && dialect === 'mysql');
  if (letter === 'L' && isQuoted && PATTERN_BEFORE.test(text.slice(0, span.start)))
    warnings.push(
      `${name} is part of a pattern, in which characters of logins may mean others: compare with = instead`,
    );
}

function checkBare(text: string, at: number, letter: Letter, warnings: string[]): void {
  const name = `\\${letter}`;
  if (letter === 'I' || letter === 'R') throw new SqlTextError(`${name} is an address: put it between ' and '`);
  if (
    /[\w$.\u0080-\uffff]/.test(`${text[at - 1] ?? ' '}${text[at + 2] ?? ' '}`) ||
    text[at + 2] === '\\' ||
    isSubstitution(text, at - 2)
  )
    throw new SqlTextError(`${name} stands against a word: put it between ' and '`);
  if (letter === 'L') warnings.push(`put ${name} between ' and ': as it stands, only logins of digits are asked for`);
}

function isSubstitution(text: string, at: number): boolean {
  return at >= 0 && text[at] === '\\' && letterAt(text, at + 1) !== undefined;
}

/** Whether a text behind LIKE is this substitution and nothing else. */
function isWholePattern(text: string, at: number, { place, start, end }: Span): boolean {
  if (place !== 'literal' && place !== 'double') return false;
  return at === start + 1 && at + 3 === end && LIKE_BEFORE.test(text.slice(0, start)) && text.startsWith(ESCAPE, end);
}

/**
 * Says what escapes in patterns that are a login and nothing else: a character that no login has, since a backslash means one
 * thing or another by the server's settings.
 */
function withEscapes(text: string, dialect: SqlDialect): string {
  return spansOf(text, dialect)
    .map(({ place, start, end }) => {
      const part = text.slice(start, end);
      const isPattern =
        (place === 'literal' || (place === 'double' && dialect === 'mysql')) &&
        /^.\\L.$/i.test(part) &&
        LIKE_BEFORE.test(text.slice(0, start)) &&
        !/^\s*ESCAPE\b/i.test(text.slice(end));
      return isPattern ? part + ESCAPE : part;
    })
    .join('');
}

/** What is put in; undefined where the value cannot stand there. */
function substituted({ letter, place, isPattern }: Substitution, values: SqlValues): string | undefined {
  const value = valueOf(letter, values);
  if (place === 'bare') {
    if (letter === 'D' && value === '') return 'NULL';
    return /^\d+$/.test(value) ? value : undefined;
  }
  const quoted = place === 'literal' ? value.replaceAll("'", "''") : value;
  return isPattern && letter === 'L' ? quoted.replaceAll('_', '!_') : quoted;
}

function valueOf(letter: Letter, { login, localAddress, localPort, clientAddress }: SqlValues): string {
  switch (letter) {
    case 'L':
      return login;
    case 'I':
      return addressText(localAddress);
    case 'R':
      return addressText(clientAddress);
    case 'P':
      return String(localPort);
    case 'D':
      return decimalAddress(clientAddress);
    default:
      return letter satisfies never;
  }
}

/** Without a zone, which is of this machine. */
function addressText(address: string): string {
  return address.replace(/%.*$/, '').replace(/[^0-9a-fA-F.:]/g, '');
}

/** An IPv4 address as a number; empty for others. */
function decimalAddress(address: string): string {
  const bytes = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)?.slice(1).map(Number);
  return bytes === undefined ? '' : String(bytes.reduce((sum, byte) => sum * 256 + byte, 0));
}
