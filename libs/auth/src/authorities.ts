import { readFileSync } from 'node:fs';

import { LoginMethodError } from './method.ts';

/** Certificates of authorities, PEM. @throws LoginMethodError. */
export function readAuthorities(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LoginMethodError('CONFIGURATION', `${path}: the certificates cannot be read: ${reason}`, {
      cause: error,
    });
  }
}
