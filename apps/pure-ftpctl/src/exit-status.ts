/** Exit statuses, the same for every subcommand. */
export const ExitStatus = {
  done: 0,
  /** Something has to be mended, or differs. */
  found: 1,
  /** The command line, or what it names, makes no sense. */
  usage: 2,
} as const;

/** Ends a subcommand: one line for the administrator. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
