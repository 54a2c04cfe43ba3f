import type { Request } from '../command-line.ts';
import { ActionError, ExitStatus } from '../exit-status.ts';

/** The login of a command that cannot do without. */
export function requireLogin(request: Request, status: number = ExitStatus.badArgument): string {
  if (request.login === undefined || request.login === '') {
    throw new ActionError(status, 'Missing login');
  }
  return request.login;
}
