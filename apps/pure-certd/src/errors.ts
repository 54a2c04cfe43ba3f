/** Exit statuses of the C program. */
export const ExitStatus = { done: 0, usage: 254, failed: 255 } as const;

/** The command line lacks what is needed, or has what makes no sense. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}
