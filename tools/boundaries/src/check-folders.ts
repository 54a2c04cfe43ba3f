/** A table whose first column is folders and files: its rows, below the head and the line. */
const TABLE = /^\| folder +\|.*\n\|[ -|]+\n((?:\|.*\n)+)/gm;

/** What a test begins with is in no list, and neither is what only tests use. */
const UNLISTED = new Set(['testing']);

/**
 * Where the table of folders in the README of a package says something else than its sources, a line each.
 * @param readme Its path, and its text; one without such a table is right.
 * @param entries The names in `src`, folders with a slash at their end.
 */
export function checkFolders(
  { path, text }: { readonly path: string; readonly text: string },
  entries: readonly string[],
): string[] {
  const tables = Array.from(text.matchAll(TABLE), ([, rows = '']) => rows);
  if (tables.length === 0) return [];
  const said = tables.flatMap((rows) => Array.from(rows.matchAll(/^\| `([^`]+)`/gm), ([, name = '']) => name));
  const folders = entries.filter((name) => name.endsWith('/') && !UNLISTED.has(name.slice(0, -1)));
  return [
    ...said.filter((name) => !entries.includes(name)).map((name) => `${path}: there is no src/${name}`),
    ...folders.filter((name) => !said.includes(name)).map((name) => `${path}: no row for src/${name}`),
  ];
}
