/** The exit statuses of pure-quotacheck [spec quota-upload-auth-cert.md §1.6]. */
export const ExitStatus = {
  done: 0,
  notWritten: 251,
  notTraversed: 252,
  notEntered: 253,
  badIdentity: 254,
  badArgument: 255,
} as const;

/** Ends the program: a line for standard error, and the status. */
export class CheckError extends Error {
  override readonly name = 'CheckError';
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
