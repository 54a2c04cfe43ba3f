/** The oldest major version of Node a program runs on. */
const OLDEST_NODE = 24;

/**
 * The file that is started: JavaScript that any Node since 12.17 reads, so that one which is too old says so instead of
 * failing on the first API or syntax it lacks. The program itself is loaded only after that.
 */
export function entry(name: string): string {
  return `#!/usr/bin/env node
if (Number.parseInt(process.versions.node, 10) < ${OLDEST_NODE}) {
  process.stderr.write('${name}: Node ${OLDEST_NODE} or later is needed, this is ' + process.version + '\\n');
  process.exitCode = 1;
} else {
  await import('./${name}.bundle.js');
}
`;
}
