const FTP = 21;

/** The port to count for: the one argument, of which leading digits count, else that of FTP. Anything else is port 0. */
export function portOf(words: readonly string[]): number {
  const [word] = words;
  if (word === undefined || words.length !== 1) return FTP;
  const port = Number.parseInt(word, 10);
  return Number.isNaN(port) ? 0 : port;
}
