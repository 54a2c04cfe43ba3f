import { readFileSync } from 'node:fs';

/**
 * The words after the program's name, as bytes. Node decodes arguments as UTF-8 and loses what is not; names are
 * bytes, so where something was lost the kernel is asked for the original (Linux).
 */
export function rawArguments(): Buffer[] {
  const decoded = process.argv.slice(2);
  const bytes = decoded.map((word) => Buffer.from(word));
  if (!decoded.some((word) => word.includes('\uFFFD')) || process.platform !== 'linux') {
    return bytes;
  }
  const commandLine = readFileSync('/proc/self/cmdline');
  const words: Buffer[] = [];
  for (let start = 0; start < commandLine.length;) {
    const end = commandLine.indexOf(0, start);
    words.push(commandLine.subarray(start, end === -1 ? undefined : end));
    start = end === -1 ? commandLine.length : end + 1;
  }
  return decoded.length === 0 ? [] : words.slice(-decoded.length);
}
