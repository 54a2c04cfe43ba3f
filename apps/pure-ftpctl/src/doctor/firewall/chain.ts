// What rules do to a new connection from anywhere, whatever program they were read from.

/** What a rule does with what it fits. */
export type Verdict =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'return' }
  | { readonly kind: 'jump'; readonly chain: string }
  | { readonly kind: 'goto'; readonly chain: string };

export interface Rule {
  /** Whether it fits every new connection to a port from another machine; undefined where that depends on more. */
  readonly fits: (port: number) => boolean | undefined;
  readonly verdict: Verdict;
}

/** A chain that packets come to by themselves. */
export interface BaseChain {
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly policy: 'accept' | 'drop';
}

export type Chains = ReadonlyMap<string, readonly Rule[]>;

/** Chains that jump to each other deeper than this are not followed. */
const MAX_DEPTH = 16;

/** Whether every chain lets new connections to a port through, as far as rules tell that do not depend on who comes. */
export function isOpen(bases: readonly BaseChain[], chains: Chains, port: number): boolean {
  return bases.every(({ rules, policy }) => (walk(rules, chains, port, 0) ?? policy) === 'accept');
}

function walk(rules: readonly Rule[], chains: Chains, port: number, depth: number): 'accept' | 'drop' | undefined {
  for (const { fits, verdict } of rules) {
    const answer = fits(port);
    // What some get and others do not is no answer for everybody: what is behind it decides.
    if (answer !== true) continue;
    if (verdict.kind === 'accept' || verdict.kind === 'drop') return verdict.kind;
    if (verdict.kind === 'return') return undefined;
    const inner = depth < MAX_DEPTH ? walk(chains.get(verdict.chain) ?? [], chains, port, depth + 1) : undefined;
    if (inner !== undefined || verdict.kind === 'goto') return inner;
  }
  return undefined;
}

/** Whether all fit; not, where one does not; unknown, where that depends on one that is unknown. */
export function all(fits: readonly Rule['fits'][]): Rule['fits'] {
  return (port) => {
    const answers = fits.map((each) => each(port));
    if (answers.includes(false)) return false;
    return answers.includes(undefined) ? undefined : true;
  };
}

/** What does not fit where the other does. */
export function not(fits: Rule['fits']): Rule['fits'] {
  return (port) => {
    const answer = fits(port);
    return answer === undefined ? undefined : !answer;
  };
}
