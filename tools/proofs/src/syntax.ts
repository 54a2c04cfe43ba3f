// Syntax trees of sources, as far as names of tests are read from them.
import { readFileSync } from 'node:fs';
import { parseAst } from 'vitest/node';

/** A node of a tree [ESTree]; what it has besides its type is asked for by name. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && 'type' in value && 'start' in value && typeof value.type === 'string'
  );
}

/** A child by its name; undefined where there is none. */
export function child(node: Node, name: string): Node | undefined {
  const value: unknown = Reflect.get(node, name);
  return isNode(value) ? value : undefined;
}

/** Children in a list by its name; none where there is no such list. */
export function childList(node: Node, name: string): Node[] {
  const value: unknown = Reflect.get(node, name);
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** All children. */
export function children(node: Node): Node[] {
  return Object.values(node).flatMap((value: unknown) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

/** A string by its name: `name` of an identifier, `value` of a literal. */
export function text(node: Node | undefined, name: string): string | undefined {
  const value: unknown = node === undefined ? undefined : Reflect.get(node, name);
  return typeof value === 'string' ? value : undefined;
}

/** Without `as const` and its like around it. */
export function bare(node: Node): Node {
  const inner = /^TS(?:As|Satisfies|NonNull)Expression$/.test(node.type) ? child(node, 'expression') : undefined;
  return inner === undefined ? node : bare(inner);
}

/** A file that was read, and what its names stand for. */
export class Source {
  readonly text: string;
  readonly program: Node;
  readonly #constants = new Map<string, Node>();

  /** @throws where the file cannot be read, or is no TypeScript. */
  constructor(path: string) {
    this.text = readFileSync(path, 'utf8');
    this.program = parseAst(this.text, { lang: 'ts' });
    this.#learn(this.program);
  }

  /** What a name stands for where it is a constant of this file. */
  constant(name: string): Node | undefined {
    return this.#constants.get(name);
  }

  #learn(node: Node): void {
    if (node.type === 'VariableDeclarator') {
      const [name, value] = [text(child(node, 'id'), 'name'), child(node, 'init')];
      if (name !== undefined && value !== undefined) this.#constants.set(name, value);
    }
    for (const each of children(node)) this.#learn(each);
  }
}
