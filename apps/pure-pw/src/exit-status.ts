/** The exit statuses of pure-pw (spec pure-pw section 1.2). With `-m` they are or-ed with that of mkdb. */
export const ExitStatus = {
  done: 0,
  badArgument: 1,
  unreadableFile: 2,
  editRefused: 4,
  noPassword: 8,
  unknownUser: 16,
  missingIds: 32,
  missingHome: 64,
  failed: 255,
} as const;

/** Ends an action: the lines for standard error, and the status. */
export class ActionError extends Error {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ActionError';
    this.status = status;
  }
}
