// Paths of the virtual file system as text: always `/` between names, on every operating system. A backslash, a drive
// letter or a colon is an ordinary character. Nothing here says what may be opened: that is decided by the walk from the
// root, a component at a time.

/** The path between double quotes, quotes inside it doubled (RFC 959, Appendix II), for the replies of PWD and MKD. */
export function quotePath(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}

/** `/a/b` from components. */
function fromRoot(components: readonly string[]): string {
  return `/${components.join('/')}`;
}

function components(path: string): string[] {
  return path.split('/').filter((component) => component !== '' && component !== '.');
}

/**
 * The absolute path an argument means in a current directory, without empty components, `.` and trailing slashes. `..`
 * stays, since its meaning depends on symbolic links.
 */
export function joinPath(cwd: string, argument: string): string {
  return fromRoot(components(argument.startsWith('/') ? argument : `${cwd}/${argument}`));
}

/** The absolute path with `..` resolved as text; above `/` there is `/`. A relative path is taken from `/`. */
export function normalizePath(path: string): string {
  const kept: string[] = [];
  for (const component of components(path)) {
    if (component === '..') kept.pop();
    else kept.push(component);
  }
  return fromRoot(kept);
}

/** What stands before the last name of a path without trailing slash: `/` for `/a` and `/`, `.` for `a`. */
export function dirname(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash === -1) return '.';
  return slash === 0 ? '/' : path.slice(0, slash);
}

/** The last name of a path without trailing slash: empty for `/`. */
export function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const OUTER_BLANKS = /^[\t-\r ]+|[\t-\r ]+$/g;

function simplify(argument: string): string {
  const absolute = argument.startsWith('/');
  const kept: string[] = [];
  const all = argument.split('/');
  for (const component of all) {
    if (component === '' || component === '.') continue;
    if (component !== '..') kept.push(component);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!absolute) kept.push(component);
  }
  const last = all.at(-1);
  if (kept.length === 0) return absolute ? '/' : last === '' ? '' : '.';
  return `${absolute ? '/' : ''}${kept.join('/')}${last === '' || last === '.' ? '/' : ''}`;
}

/**
 * The name that an argument of STOR, APPE, MKD or RNTO means to Pure-FTPd: empty components, `.` and `x/..` are taken out
 * as text, then each blank at either end becomes `_`.
 *
 * A `..` that leads a relative path stays; one that would leave `/` goes. A slash at the end stays (`d/` and `d/.` are
 * both `d/`). The result is empty for an empty argument and for one that ends with a slash and names the current
 * directory (`./`, `x/../`), and `.` when it names it otherwise.
 */
export function simplifyUploadName(argument: string): string {
  return simplify(argument).replace(OUTER_BLANKS, (blanks) => '_'.repeat(blanks.length));
}
