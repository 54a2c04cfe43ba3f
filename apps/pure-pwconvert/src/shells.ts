/** Login shells where /etc/shells is missing, as the C library has them. */
const BUILT_IN = ['/bin/sh', '/bin/csh'];

/**
 * The shells that /etc/shells allows, as getusershell(3) reads it: on each line the first word that starts with a
 * slash; `#` starts a comment.
 *
 * @param text the file; undefined when there is none.
 */
export function parseShells(text: string | undefined): ReadonlySet<string> {
  if (text === undefined) {
    return new Set(BUILT_IN);
  }
  const shells = new Set<string>();
  for (const line of text.split('\n')) {
    const shell = /^[^#/]*(\/[^\s#]+)/.exec(line)?.[1];
    if (shell !== undefined) {
      shells.add(shell);
    }
  }
  return shells;
}
