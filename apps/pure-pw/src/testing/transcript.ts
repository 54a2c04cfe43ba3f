/** One command of a recorded session, and what it printed. */
export interface Recorded {
  readonly section: string;
  readonly command: string;
  readonly input: string;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly status: number;
}

const INPUT = /^(.*?) {2,4}<<< '(.*)'$/;
const CONTINUED = '       ';

/** Reads the notation of `transcript.txt`: `$` command, `out:`, `err:`, `rc =`, `==` section. */
export function parseTranscript(text: string): Recorded[] {
  const records: Recorded[] = [];
  let section = '';
  let current: { command: string; input: string; stdout: string[]; stderr: string[] } | undefined;
  let stream: string[] | undefined;
  for (const line of text.split('\n')) {
    if (line.startsWith('== ')) {
      section = line.slice(3);
      current = undefined;
    } else if (line.startsWith('$ ')) {
      const match = INPUT.exec(line.slice(2));
      const command = (match?.[1] ?? line.slice(2)).trimEnd();
      const input = (match?.[2] ?? '').replaceAll(String.raw`\n`, '\n');
      current = { command, input, stdout: [], stderr: [] };
      // Some outputs stand without their `out:`.
      stream = current.stdout;
    } else if (current !== undefined && line.startsWith('  rc = ')) {
      records.push({ section, ...current, status: Number(line.slice(7)) });
      current = undefined;
    } else if (current !== undefined && /^ {2}(?:out|err):/.test(line)) {
      stream = line.startsWith('  out:') ? current.stdout : current.stderr;
      stream.push(line.slice(CONTINUED.length));
    } else if (current !== undefined) {
      stream?.push(line.slice(CONTINUED.length));
    }
  }
  return records;
}
