// Other names of directories, for CWD and SITE ALIAS [server-behaviour §12.1].
import { readFileSync } from 'node:fs';

import { decodeName } from '@pure-ftpd/protocol';
import type { CommandResult } from '@pure-ftpd/server';
import { errorText, isSystemError } from '@pure-ftpd/server/internal';

import type { Feature, Run } from '../contract/feature.ts';
import type { PureFtpdSession } from '../contract/session.ts';
import { enterDirectory } from './directories.ts';

/** Where Debian's package has them. */
export const ALIASES_FILE = '/etc/pure-ftpd/pureftpd-dir-aliases';

const MAX_ALIAS_BYTES = 255;

/**
 * The aliases of a file: lines by turns an alias and its directory, `#` lines and empty ones left out, blanks as they are.
 * @returns Undefined where there is no file; why it cannot be used, as a string.
 */
export function readAliases(file: string): ReadonlyMap<string, string> | string | undefined {
  let text: string;
  try {
    text = decodeName(readFileSync(file));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error.code === 'ENOENT' ? undefined : `${file}: ${errorText(error)}`;
  }
  return parseAliases(text, file);
}

/** @param file What to call it in a message. */
export function parseAliases(text: string, file: string): ReadonlyMap<string, string> | string {
  const aliases = new Map<string, string>();
  let alias: string | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '' || line.startsWith('#')) continue;
    if (alias !== undefined) {
      // The first of two with one name is the one that is found.
      if (!aliases.has(alias)) aliases.set(alias, line);
      alias = undefined;
      continue;
    }
    if (Buffer.byteLength(line) > MAX_ALIAS_BYTES)
      return `${file}:${index + 1}: an alias of more than ${MAX_ALIAS_BYTES} bytes`;
    alias = line;
  }
  return alias === undefined ? aliases : `${file}: no directory follows the alias [${alias}]`;
}

/** An alias counts only where there is no directory of the name. */
async function enterOrAlias(session: PureFtpdSession, argument: string, run: Run): Promise<CommandResult> {
  const result = await run(session, argument);
  const directory = session.settings.daemon.aliases?.get(argument);
  const isMissing = typeof result === 'object' && result.name === 'fileUnavailable';
  return isMissing && directory !== undefined ? enterDirectory(session, directory) : result;
}

function aliased(run: Run): Run {
  return (session: PureFtpdSession, argument: string) => enterOrAlias(session, argument, run);
}

export const aliases = {
  name: 'aliases',
  around: { CWD: aliased, CDUP: aliased },
} satisfies Feature;
