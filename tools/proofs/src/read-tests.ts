import { globSync } from 'node:fs';
import { join } from 'node:path';

import { workspaceRoot } from '@pure-ftpd/workspace';

import { bare, child, childList, children, type Node, Source, text } from './syntax.ts';

/** A test of the workspace. */
export interface Test {
  /** Relative to the root. */
  readonly file: string;
  /** As it is written, with the names of the suites it is in, ` > ` between them; the options in its row where it has a table. */
  readonly name: string;
}

/** What makes suites and tests. Suites that need something have functions of their own: `describeWith`. */
const SUITE = /^describe(?:[A-Z]\w*)?$/;
const TEST = /^(?:test|it)$/;

/** A call that makes a suite or a test, taken apart. */
interface Made {
  readonly isSuite: boolean;
  readonly title: string;
  /** What `each` or `for` is called with. */
  readonly table: Node | undefined;
}

/** A string as it is written: what is put into it stays an expression. */
function written(source: Source, node: Node): string | undefined {
  if (node.type === 'Literal') return text(node, 'value');
  return node.type === 'TemplateLiteral' ? source.text.slice(node.start + 1, node.end - 1) : undefined;
}

function madeBy(source: Source, call: Node): Made | undefined {
  let table: Node | undefined;
  let callee = child(call, 'callee');
  while (callee !== undefined && callee.type !== 'Identifier') {
    if (callee.type === 'CallExpression') {
      const inner = child(callee, 'callee');
      const isTable = /^(?:each|for)$/.test(text(inner && child(inner, 'property'), 'name') ?? '');
      if (isTable) [table] = childList(callee, 'arguments');
      callee = inner;
    } else callee = child(callee, 'object');
  }
  const maker = text(callee, 'name') ?? '';
  const isSuite = SUITE.test(maker);
  if (!isSuite && !TEST.test(maker)) return undefined;
  const title = childList(call, 'arguments')
    .map((each) => written(source, each))
    .find((each) => each !== undefined);
  return title === undefined ? undefined : { isSuite, title, table };
}

const FUNCTION = /^(?:Arrow)?Function(?:Expression)?$/;

/** Words that look like options, anywhere in an expression, but for what its functions do. */
function optionWords(source: Source, node: Node): string[] {
  if (FUNCTION.test(node.type)) return [];
  const literal = written(source, node);
  if (literal !== undefined) return literal.startsWith('-') ? [literal] : [];
  return children(node).flatMap((each) => optionWords(source, each));
}

/**
 * The rows of a table, each by the options in it; one row without any where there is no table, or one of another file. What is made
 * of a table (`TABLE.map(...)`) has its rows.
 */
function rows(source: Source, table: Node | undefined): string[][] {
  const value = table === undefined ? undefined : bare(table);
  if (value === undefined) return [[]];
  if (value.type === 'Identifier') return rows(source, source.constant(text(value, 'name') ?? ''));
  if (value.type === 'ArrayExpression')
    return childList(value, 'elements').map((element) => optionWords(source, element));
  const made = child(value, 'callee');
  const from = made === undefined ? undefined : text(child(made, 'object'), 'name');
  const constant = from === undefined ? undefined : source.constant(from);
  return constant === undefined ? [optionWords(source, value)] : rows(source, constant);
}

function* testsIn(source: Source, node: Node, suites: readonly string[]): Generator<string> {
  const made = node.type === 'CallExpression' ? madeBy(source, node) : undefined;
  if (made === undefined) {
    for (const each of children(node)) yield* testsIn(source, each, suites);
    return;
  }
  for (const words of rows(source, made.table)) {
    const name = [...suites, [made.title, ...words].join(' ')];
    if (!made.isSuite) yield name.join(' > ');
    else for (const each of childList(node, 'arguments')) yield* testsIn(source, each, name);
  }
}

/** The names of the tests in a file. None is run, and the file is not loaded. */
export function readTests(file: string): string[] {
  const source = new Source(file);
  return [...testsIn(source, source.program, [])];
}

/** The tests of some folders, which are relative to the root. */
export function testsBelow(folders: readonly string[]): Test[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*.test.ts`, { cwd: workspaceRoot }))
    .sort()
    .flatMap((file) => readTests(join(workspaceRoot, file)).map((name) => ({ file, name })));
}
