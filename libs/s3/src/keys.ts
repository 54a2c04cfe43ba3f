// Names as keys of objects. A key is valid UTF-8; a byte of a name that is none is written as rclone does: U+201B and two hexadecimal
// digits, and U+201B itself twice where it would be read as such.
import { decodeName, encodeName, NameError } from '@pure-ftpd/protocol';
import { SystemError } from '@pure-ftpd/posix';

/** What S3 allows, in bytes. */
const LONGEST_KEY = 1024;

const MARK = '\u201b';
const ESCAPED = /\u201b(\u201b|[89A-F][\dA-F])/g;
/** A byte that is no UTF-8, or a mark that would be read as the beginning of one. */
const TO_ESCAPE = /[\udc80-\udcff](?<![\ud800-\udbff].)|\u201b(?=\u201b|[89A-F][\dA-F]|[\udc80-\udcff])/g;

/** A name, or a path of names, as it is in keys. */
export function encodeSegment(name: string): string {
  return name.replace(TO_ESCAPE, (found) =>
    found === MARK ? MARK + MARK : MARK + (found.charCodeAt(0) - 0xdc00).toString(16).toUpperCase(),
  );
}

/**
 * The name that is written so in keys; undefined for what no name of a file can be (`.`, `..`, nothing at all), and for what
 * somebody else has written so that its name would lead to another key.
 */
export function decodeSegment(segment: string): string | undefined {
  if (segment === '' || segment === '.' || segment === '..' || segment.includes('/')) return undefined;
  const name = segment.replace(ESCAPED, (_, what: string) =>
    what === MARK ? MARK : String.fromCharCode(0xdc00 + Number.parseInt(what, 16)),
  );
  if (!segment.includes(MARK)) return segment.isWellFormed() ? segment : undefined;
  const isItsOwn = encodeSegment(name) === segment && decodeName(encodeName(name)) === name;
  return isItsOwn ? name : undefined;
}

/**
 * The key of a path: absolute, without `.`, `..` and empty names, so that it is below the prefix whatever a client said.
 * @param prefix Empty, or with a slash at its end.
 * @throws SystemError ENAMETOOLONG, EILSEQ for what stands for no bytes, EINVAL for a path that is not canonical.
 */
export function keyOf(prefix: string, path: string, syscall: string): string {
  const names = path.split('/').slice(1);
  const isRoot = path === '/';
  if (!path.startsWith('/') || (!isRoot && names.some((name) => name === '' || name === '.' || name === '..')))
    throw new SystemError('EINVAL', syscall, { path });
  const key = prefix + encodeSegment(isRoot ? '' : path.slice(1));
  // One byte is kept for the slash of a directory.
  if (Buffer.byteLength(key) >= LONGEST_KEY) throw new SystemError('ENAMETOOLONG', syscall, { path });
  try {
    encodeName(path);
  } catch (error) {
    if (error instanceof NameError) throw new SystemError('EILSEQ', syscall, { path, cause: error });
    throw error;
  }
  return key;
}

/** What all keys of a home begin with. @param home A path in the store. @throws as {@link keyOf}. */
export function homePrefix(prefix: string, home: string): string {
  const key = keyOf(prefix, home, 'chdir');
  return home === '/' ? key : `${key}/`;
}

/** What the answer to `encoding-type=url` says. */
export function decodeListed(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
