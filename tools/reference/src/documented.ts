// What the daemon's table of options tells of each: the pages are made of it.

/** A key of the configuration file. */
interface DocumentedKey {
  readonly name: string;
  readonly form: { readonly expected: string };
}

/** An option of the daemon. One without a letter is ours. */
export interface Documented {
  readonly short?: string;
  readonly long: string;
  readonly argument?: string;
  /** A line, which begins with a small letter. */
  readonly description: string;
  /** Sentences, with Markdown for code and links. */
  readonly notes?: string;
  readonly keys: readonly DocumentedKey[];
  /** Debian's wrapper has no file for its keys. */
  readonly notInDebian?: true;
  /** Of the C server, and refused. */
  readonly unsupported?: true;
}

/** A key as people write it: those of ours have a capital letter for each word of the name. */
export function keyName({ short, long }: Documented, { name }: DocumentedKey): string {
  if (short !== undefined) return name;
  return long.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
