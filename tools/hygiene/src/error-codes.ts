// The page of error codes names every code that the libraries have, and no other.

/** A class with one code: `readonly code = 'CODE'`. */
const OWN_CODE = /readonly code = '([A-Z_]+)'/g;

/** The type of the codes of a class, named after it, or written out where the class has it. */
const CODE_TYPE = /(?:export type \w+ErrorCode =|readonly code:)((?:\s|\/\*\*.*?\*\/|\|?\s*'[A-Z_]+')+);/gs;

/** The codes that a source file gives its errors. */
export function codesOf(source: string): string[] {
  const types = [...source.matchAll(CODE_TYPE)].flatMap(([, union = '']) => [...union.matchAll(/'([A-Z_]+)'/g)]);
  return [...source.matchAll(OWN_CODE), ...types].flatMap(([, code]) => (code === undefined ? [] : [code]));
}

/** The codes that the page lists: the first column of its tables. */
function listed(page: string): string[] {
  return [...page.matchAll(/^\| `([A-Z_]+)`/gm)].flatMap(([, code]) => (code === undefined ? [] : [code]));
}

/** Where page and sources differ, a line each. */
export function errorCodeProblems(page: string, sources: readonly string[]): string[] {
  const known = new Set(sources.flatMap(codesOf));
  const told = new Set(listed(page));
  return [
    ...[...known].filter((code) => !told.has(code)).map((code) => `docs/errors.md: ${code} is missing`),
    ...[...told].filter((code) => !known.has(code)).map((code) => `docs/errors.md: nothing has the code ${code}`),
  ];
}
