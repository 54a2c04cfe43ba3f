import { lstat, readlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, sep } from 'node:path';

/** As many links as the kernel follows in one path. */
const MAX_LINKS = 40;

/**
 * Every name on the way to a file whose change makes it another file: each symbolic link that is followed, also one that
 * stands for a folder, and the file at the end. certbot renews by turning `live/NAME/fullchain.pem` to another file,
 * Kubernetes by turning the link `..data`, which stands for the folder that holds the files.
 * @param file An absolute path.
 */
export async function namesOnTheWay(file: string): Promise<string[]> {
  const names: string[] = [];
  let waiting = file.split(sep).filter((part) => part !== '');
  let at: string = sep;
  for (let links = 0; waiting.length > 0;) {
    const [name = '', ...rest] = waiting;
    waiting = rest;
    if (name === '.') continue;
    if (name === '..') {
      at = dirname(at);
      continue;
    }
    const path = join(at, name);
    const target = await linkTarget(path);
    if (target === undefined) {
      at = path;
      continue;
    }
    names.push(path);
    links += 1;
    if (links > MAX_LINKS) return names;
    waiting = [...target.split(sep).filter((part) => part !== ''), ...waiting];
    if (isAbsolute(target)) at = sep;
  }
  return [...names, at];
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return (await lstat(path)).isSymbolicLink() ? await readlink(path) : undefined;
  } catch {
    // Missing, or not to be looked at: what it will be shows when it comes.
    return undefined;
  }
}
