/** Exit statuses of the C program: it has no status for a wrong command line [spec quota-upload-auth-cert.md §2.3]. */
export const ExitStatus = { done: 0, failed: 255 } as const;

/** Ends the program: a line for standard error, and status 255. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code = 'START';
}
