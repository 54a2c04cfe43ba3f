// Where in the text of a query something stands: enough of the grammars of MySQL and PostgreSQL to know what a login that is put
// there could end [sql.md §10].

/** Whose grammar. */
export type SqlDialect = 'mysql' | 'pgsql';

/** What a part of a query is: text between quotes, a name, a comment, or anything else. */
export type Place = 'bare' | 'literal' | 'double' | 'identifier' | 'dollar' | 'comment';

/** A part of a query. */
export interface Span {
  readonly place: Place;
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
}

/** A text that cannot be understood, or not without knowing how the server is set up. */
export class SqlTextError extends Error {
  override readonly name = 'SqlTextError';
  readonly code = 'SQL_TEXT';
}

/** Begins what servers of some versions execute although others take it for a comment. */
const EXECUTABLE_COMMENT = /\/\*M?!/y;
/** MySQL wants a blank behind it. */
const LINE_COMMENT = { mysql: /#|--(?=\s|$)/y, pgsql: /--/y } as const;
const DOLLAR_QUOTE = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
/** A name, a keyword or a number: what begins inside of one is no quote. */
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|\d[\w.]*/y;

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/**
 * The parts of a query, in order and without gaps. A backslash and what follows it stay together: it may be the place of a
 * substitution.
 * @throws SqlTextError for quotes and comments that do not end, and for what means one thing or another by the server's settings.
 */
export function spansOf(text: string, dialect: SqlDialect): Span[] {
  const spans: Span[] = [];
  let bareFrom = 0;
  for (let at = 0; at < text.length;) {
    const special = specialAt(text, at, dialect);
    if (special === undefined) {
      at += bareLength(text, at);
      continue;
    }
    if (bareFrom < at) spans.push({ place: 'bare', start: bareFrom, end: at });
    spans.push({ place: special.place, start: at, end: special.end });
    at = special.end;
    bareFrom = at;
  }
  if (bareFrom < text.length) spans.push({ place: 'bare', start: bareFrom, end: text.length });
  return spans;
}

function bareLength(text: string, at: number): number {
  if (text[at] === '\\') return 2;
  return matchAt(WORD, text, at)?.length ?? 1;
}

/** What begins here, unless it is bare. */
function specialAt(
  text: string,
  at: number,
  dialect: SqlDialect,
): { readonly place: Place; readonly end: number } | undefined {
  const isMysql = dialect === 'mysql';
  switch (text[at] ?? '') {
    case "'":
      return { place: 'literal', end: quotedEnd(text, at) };
    case '"':
      return { place: isMysql ? 'double' : 'identifier', end: quotedEnd(text, at) };
    case '`':
      return isMysql ? { place: 'identifier', end: quotedEnd(text, at) } : undefined;
    case '$':
      return isMysql ? undefined : dollarQuoted(text, at);
    default:
      return commentAt(text, at, dialect);
  }
}

/** Where a quoted text ends: two quotes are one that belongs to it. */
function quotedEnd(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') {
      if (text[at + 1] === quote)
        throw new SqlTextError(`\\${quote} ends a text or does not, by the server's settings: write ${quote}${quote}`);
      at += 1;
    } else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at + 1;
      at += 1;
    }
  }
  throw new SqlTextError(`a ${quote} is open at the end`);
}

function dollarQuoted(text: string, start: number): { readonly place: Place; readonly end: number } | undefined {
  const tag = matchAt(DOLLAR_QUOTE, text, start);
  if (tag === undefined) return undefined;
  const end = text.indexOf(tag, start + tag.length);
  if (end === -1) throw new SqlTextError(`a ${tag} is open at the end`);
  return { place: 'dollar', end: end + tag.length };
}

function commentAt(
  text: string,
  at: number,
  dialect: SqlDialect,
): { readonly place: Place; readonly end: number } | undefined {
  if (matchAt(LINE_COMMENT[dialect], text, at) !== undefined) {
    const end = text.indexOf('\n', at);
    return { place: 'comment', end: end === -1 ? text.length : end };
  }
  if (!text.startsWith('/*', at)) return undefined;
  if (matchAt(EXECUTABLE_COMMENT, text, at) !== undefined)
    throw new SqlTextError('what stands in /*! is executed by some servers: write it without a comment');
  return { place: 'comment', end: blockCommentEnd(text, at, dialect === 'pgsql') };
}

/** PostgreSQL's comments may be inside of each other. */
function blockCommentEnd(text: string, start: number, nests: boolean): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    if (text.startsWith('*/', at)) {
      at += 1;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (text.startsWith('/*', at) && (nests || depth === 0)) {
      at += 1;
      depth += 1;
    }
  }
  throw new SqlTextError('a /* is open at the end');
}
