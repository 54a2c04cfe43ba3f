import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';

/**
 * What a bundle was made of, as `sha256sum --check` reads it in the root of the repository: a hash and a path for each file. The
 * launcher compares contents with it, never times, which a checkout or a restored cache changes.
 * @param root folder of the repository
 * @param files absolute, or relative to this process's working directory
 */
export function stamp(root: string, files: readonly string[]): string {
  const lines = [...new Set(files.map((file) => relative(root, resolve(file))))].sort().map((path) => {
    const hash = createHash('sha256')
      .update(readFileSync(resolve(root, path)))
      .digest('hex');
    return `${hash}  ${path}\n`;
  });
  return lines.join('');
}
