/** Exit statuses [server-options §6.4]. */
export const ExitStatus = {
  done: 0,
  /** The server could not start, or failed. */
  failed: 1,
  /** The command line, or what it names, makes no sense. */
  badConfiguration: 252,
} as const;

/** Ends the program before it serves: one line for the administrator, and the exit status. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly status: number;

  constructor(message: string, status: number = ExitStatus.badConfiguration, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
