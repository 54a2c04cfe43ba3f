// The rules that `nft -j list ruleset` prints (libnftables-json(5)).
import { all, type BaseChain, type Chains, not, type Rule, type Verdict } from './chain.ts';

type Json = Readonly<Record<string, unknown>>;

/** The chains that connections to this machine come through, and those that they jump to. */
export function readNftables(text: string): { readonly bases: BaseChain[]; readonly chains: Chains } {
  const entries = objects(list(object(JSON.parse(text))?.['nftables']));
  const chains = new Map<string, Rule[]>();
  const described = objects(entries.map((entry) => entry['chain']));
  for (const chain of described) chains.set(nameOf(chain), []);
  for (const rule of objects(entries.map((entry) => entry['rule']))) {
    const table = `${String(rule['family'])} ${String(rule['table'])}`;
    const read = ruleOf(list(rule['expr']), table);
    if (read !== undefined) chains.get(`${table} ${String(rule['chain'])}`)?.push(read);
  }
  const bases = described
    .filter((chain) => chain['hook'] === 'input' && chain['type'] === 'filter' && isInternet(chain['family']))
    .map((chain) => ({
      name: nameOf(chain),
      rules: chains.get(nameOf(chain)) ?? [],
      policy: chain['policy'] === 'drop' ? ('drop' as const) : ('accept' as const),
    }));
  return { bases, chains };
}

function nameOf(chain: Json): string {
  return `${String(chain['family'])} ${String(chain['table'])} ${String(chain['name'])}`;
}

function isInternet(family: unknown): boolean {
  return family === 'inet' || family === 'ip';
}

function ruleOf(expressions: readonly unknown[], table: string): Rule | undefined {
  const fits: Rule['fits'][] = [];
  for (const expression of objects(expressions)) {
    const verdict = verdictOf(expression, table);
    if (verdict !== undefined) return { fits: all(fits), verdict };
    const match = object(expression['match']);
    if (match !== undefined) fits.push(matchOf(match));
    // What only counts or logs leaves the packet as it is; what nobody here knows may let some through and others not.
    else if (!('counter' in expression || 'log' in expression)) fits.push(() => undefined);
  }
  return undefined;
}

function verdictOf(expression: Json, table: string): Verdict | undefined {
  if ('accept' in expression) return { kind: 'accept' };
  if ('drop' in expression || 'reject' in expression) return { kind: 'drop' };
  if ('return' in expression) return { kind: 'return' };
  for (const kind of ['jump', 'goto'] as const) {
    const target = object(expression[kind])?.['target'];
    if (typeof target === 'string') return { kind, chain: `${table} ${target}` };
  }
  return undefined;
}

function matchOf({ op, left, right }: Json): Rule['fits'] {
  const side = object(left);
  const answer = (port: number): boolean | undefined => {
    const payload = object(side?.['payload']);
    if (payload?.['field'] === 'dport') return payload['protocol'] === 'udp' ? false : holds(right, port);
    const meta = object(side?.['meta'])?.['key'];
    if (meta === 'l4proto') return holds(right, 'tcp') || holds(right, 6);
    if (meta === 'iifname' || meta === 'iif') return holds(right, 'lo') ? false : undefined;
    if (object(side?.['ct'])?.['key'] === 'state') return holds(right, 'new');
    return undefined;
  };
  if (op === '==' || op === 'in') return answer;
  if (op === '!=') return not(answer);
  return () => undefined;
}

/** Whether a value is what stands on the right: itself, a list, a set, or a range. */
function holds(right: unknown, value: number | string): boolean {
  if (right === value) return true;
  if (Array.isArray(right)) return right.some((each) => holds(each, value));
  const fields = object(right);
  if (fields === undefined) return false;
  const [first, last] = list(fields['range']);
  if (typeof first === 'number' && typeof last === 'number')
    return typeof value === 'number' && value >= first && value <= last;
  return holds(list(fields['set']), value);
}

function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}

function objects(values: readonly unknown[]): Json[] {
  return values.map(object).filter((value) => value !== undefined);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
