import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';

const NAMESPACE = 'builtin';

/** Whether an input of a bundle is one that this plugin made, and no file. */
export function isBuiltinInput(input: string): boolean {
  return input.startsWith(`${NAMESPACE}:`);
}

/**
 * Has a bundle take from the modules that Node brings what it uses, and nothing else. An import statement makes Node ask for everything that
 * a module has, and what that loads only when it is asked for comes with it: with `node:fs` streams, its promises and the editing of lines,
 * with `node:util` worker threads. That was a fifth of the start of a small program.
 */
export const builtinModules: Plugin = {
  name: 'builtin modules',
  setup(build) {
    build.onResolve({ filter: /^[a-z]/ }, ({ path, kind }) =>
      kind === 'import-statement' && isBuiltin(path)
        ? { path: path.startsWith('node:') ? path : `node:${path}`, namespace: NAMESPACE, sideEffects: false }
        : undefined,
    );
    build.onLoad({ filter: /^/, namespace: NAMESPACE }, ({ path }) => ({ contents: moduleOf(path) }));
  },
};

/** A module with the same exports, of which those that nobody imports are left out of a bundle. */
function moduleOf(path: string): string {
  const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter(
    (name) => /^\w+$/.test(name) && name !== 'default',
  );
  return [
    `const builtin = /* @__PURE__ */ process.getBuiltinModule('${path}');`,
    'export default builtin;',
    ...names.map(
      (name) => `const its_${name} = /* @__PURE__ */ (() => builtin.${name})(); export { its_${name} as ${name} };`,
    ),
  ].join('\n');
}
