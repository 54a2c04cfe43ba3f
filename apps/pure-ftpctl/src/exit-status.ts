/** Exit statuses, the same for every subcommand. */
export const ExitStatus = {
  done: 0,
  /** Something has to be mended, or differs. */
  found: 1,
  /** The command line, or what it names, makes no sense. */
  usage: 2,
  /** What was asked for cannot be done: a report or a file cannot be read, a server does not answer. */
  failed: 3,
} as const;

/** Ends a subcommand: one line for the administrator. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly status: number;

  /** @param status Of the program. That of a command line without sense points to the help. */
  constructor(message: string, status: number = ExitStatus.usage, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
