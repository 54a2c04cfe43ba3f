import { Visitor, parseSync } from 'oxc-parser';

/** One module that a source file names. */
export interface Import {
  /** As written; undefined when it is computed while the program runs. */
  readonly specifier: string | undefined;
  readonly line: number;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function unquoted(text: string): string | undefined {
  return /^(['"`])([^'"`$]*)\1$/.exec(text)?.[2];
}

/**
 * Every module a file names: imports and re-exports, of values and of types, dynamic imports, import types and `require`, in
 * the order of their places. Throws a SyntaxError when the file cannot be parsed.
 */
export function importsOf(file: string, text: string): Import[] {
  const { module, program, errors } = parseSync(file, text);
  const [first] = errors;
  if (first !== undefined) throw new SyntaxError(`${file}: ${first.message}`);
  const found: { start: number; specifier: string | undefined }[] = [];
  for (const { start, moduleRequest } of module.staticImports) found.push({ start, specifier: moduleRequest.value });
  for (const { start, entries } of module.staticExports) {
    const request = entries.find(({ moduleRequest }) => moduleRequest !== null)?.moduleRequest;
    if (request !== null && request !== undefined) found.push({ start, specifier: request.value });
  }
  for (const { start, moduleRequest } of module.dynamicImports) {
    found.push({ start, specifier: unquoted(text.slice(moduleRequest.start, moduleRequest.end)) });
  }
  new Visitor({
    TSImportType: ({ start, source }) => void found.push({ start, specifier: source.value }),
    CallExpression: ({ start, callee, arguments: [argument] }) => {
      if (callee.type !== 'Identifier' || callee.name !== 'require' || argument === undefined) return;
      found.push({ start, specifier: unquoted(text.slice(argument.start, argument.end)) });
    },
  }).visit(program);
  return found
    .sort((one, other) => one.start - other.start)
    .map(({ start, specifier }) => ({ specifier, line: lineOf(text, start) }));
}
