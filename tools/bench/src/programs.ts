import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from '@pure-ftpd/workspace';

/** The command line of one of our programs as users have it: the bundle. Throws an Error when it is not built. */
export function ourProgram(name: string): [node: string, program: string] {
  const file = join(workspaceRoot, 'apps', name, 'dist', `${name}.js`);
  if (!existsSync(file)) throw new Error(`${name} is not built: npm run build`);
  return [process.execPath, file];
}
