import { homedir } from 'node:os';

/** A kind of text that has no place in the repository. */
export interface Rule {
  readonly pattern: RegExp;
  readonly why: string;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/** A registry on the machine itself has no address worth hiding, and every test of a server names it. */
const LOOPBACK = /^(localhost|127\..*|\[::1\])$/;

/** The host of an address, when it is one. */
function hostOf(address: string | undefined): string | undefined {
  return address !== undefined && URL.canParse(address) ? new URL(address).hostname : undefined;
}

/** The marks of work that was put off, spelled so that this file passes its own check. */
const PUT_OFF = /\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b/;

/** Endings of names that people write: code, text, settings, drawings. What is not among them is made by a program. */
const WRITTEN =
  /\.(ts|[cm]?js|py|java|php|rb|pl|lua|c|sh|json|ya?ml|toml|xml|conf|service|md|txt|html|css|svg|sql|ldif)$/;

/** Names without such an ending that have a meaning of their own. */
const NAMED =
  /(^|\/)(LICENSE|NOTICE|Dockerfile|docs\/manual\/[a-z.-]+\.[1-8]|docs\/completion\/(bash\/|zsh\/_|fish\/)[a-z-]+(\.fish)?|\.ci\/run|\.(git(ignore|attributes)|npmrc|nvmrc|editorconfig))$/;

/**
 * Whether a file may be under version control by its name: a source. Logs, profiles, dumps, archives and other output of programs
 * are not; samples of what other programs write belong into a folder named `golden` or `test-data`, which is not asked about.
 * @param path below the root of the repository
 */
export function isSource(path: string): boolean {
  return WRITTEN.test(path) || NAMED.test(path);
}

/**
 * The rules for a checkout in `root`. Paths of this machine are recognised by being this machine's: where the checkout lies, and
 * the home of the user, unless that is the usual one of root, which file formats quote.
 * @param registry the address of the npm registry this machine uses
 */
export function rulesFor(root: string, registry: string | undefined): Rule[] {
  const rules: Rule[] = [
    { pattern: PUT_OFF, why: 'unfinished' },
    { pattern: /\bregistry\.[a-z0-9-]+\.(org|com|net)\b/i, why: 'the address of a package registry' },
    { pattern: new RegExp(`(?<![\\w.])${escaped(root)}(/|\\b)`), why: 'a path of this machine' },
    { pattern: /<{7} |>{7} /, why: 'a merge that was not finished' },
  ];
  const host = hostOf(registry);
  if (host !== undefined && !LOOPBACK.test(host))
    rules.push({ pattern: new RegExp(escaped(host), 'i'), why: 'the address of a package registry' });
  const home = homedir();
  if (home !== '/root' && home !== '/')
    rules.push({ pattern: new RegExp(`${escaped(home)}/`), why: 'a path of this machine' });
  return rules;
}

/** What the rules find in one file, a line each: `PATH:LINE: WHY: TEXT`. */
export function findings(path: string, text: string, rules: readonly Rule[]): string[] {
  return text.split('\n').flatMap((line, index) =>
    rules.flatMap(({ pattern, why }) => {
      const match = pattern.exec(line);
      return match === null ? [] : [`${path}:${index + 1}: ${why}: ${match[0]}`];
    }),
  );
}
