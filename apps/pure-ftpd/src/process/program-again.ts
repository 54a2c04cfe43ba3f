import { type Role, ROLE_VARIABLE } from './role.ts';

/** Variables that children have: the rest of root's environment is none of their business. */
const INHERITED = /^(?:TZ|LANG|LC_\w+|UV_THREADPOOL_SIZE|PURE_FTPD_NATIVE)$/;

/**
 * The program again, as something else: the same interpreter, the same file, nothing else of this process.
 * @param more Variables that it has besides.
 */
export function programAgain(
  role: Role,
  more: readonly string[] = [],
): { readonly words: string[]; readonly environment: Record<string, string> } {
  const environment: Record<string, string> = { [ROLE_VARIABLE]: role };
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && (INHERITED.test(name) || more.includes(name))) environment[name] = value;
  }
  const words = process.execArgv.filter((word) => !word.startsWith('--inspect'));
  return { words: [...words, process.argv[1] ?? ''], environment };
}
