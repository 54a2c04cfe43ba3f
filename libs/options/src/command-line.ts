import type { Setting } from './config-file.ts';

/** The command line that does what a configuration file says: one word a line, as a shell takes them. */
export function commandLineOf(settings: readonly Setting[]): string {
  const words = settings.map(({ option: { long, argument }, value }) =>
    argument === undefined ? `--${long}` : shellWord(`--${long}=${value}`),
  );
  return `${['pure-ftpd', ...words].join(' \\\n  ')}\n`;
}

/** As a shell takes it for one word. */
function shellWord(word: string): string {
  return /^[\w=:,./@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
