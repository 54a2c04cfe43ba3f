import { askNewPassword, NoPasswordError } from '@pure-ftpd/cli';
import type { HashCost } from '@pure-ftpd/passwords';
import { ActionError, ExitStatus } from './exit-status.ts';

/** Asks for a password and hashes it. A cost that cannot be paid is refused before anybody types. */
export async function askAndHash(cost: HashCost, ask: () => Promise<Buffer> = askNewPassword): Promise<string> {
  const { hashMemory, hashPassword, PasswordHashError } = await import('@pure-ftpd/passwords');
  try {
    hashMemory(cost);
    const password = await ask();
    try {
      return await hashPassword(password, cost);
    } finally {
      password.fill(0);
    }
  } catch (error) {
    if (error instanceof NoPasswordError) {
      throw new ActionError(ExitStatus.noPassword, 'Error with entering password - aborting', { cause: error });
    }
    if (!(error instanceof PasswordHashError)) {
      throw error;
    }
    const message = error.code === 'NOT_COMPUTED' ? 'Out of memory : [Cannot allocate memory]' : error.message;
    throw new ActionError(ExitStatus.badArgument, message, { cause: error });
  }
}
