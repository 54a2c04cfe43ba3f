/** A session that a test wants on the scoreboard. Names have a character for each byte. */
export interface PlannedSession {
  readonly client?: string;
  readonly server?: string;
  readonly login?: string;
  readonly transfer?: {
    readonly direction: 'download' | 'upload';
    readonly name: string;
    readonly offset?: number;
    readonly size?: number;
    readonly position: number;
  };
}

const MEGABYTE = 2 ** 20;

/** Everything that a session can be doing, and everything a name can be made of. */
export const SESSIONS: readonly PlannedSession[] = [
  {},
  { login: 'idle' },
  {
    login: 'down',
    transfer: { direction: 'download', name: '/big.iso', size: 300 * MEGABYTE, position: 100 * MEGABYTE },
  },
  {
    login: 'resumes',
    transfer: {
      direction: 'download',
      name: 'a/b',
      offset: 100 * MEGABYTE,
      size: 300 * MEGABYTE,
      position: 120 * MEGABYTE,
    },
  },
  { login: 'up', transfer: { direction: 'upload', name: 'new upload.bin', position: 5_000_000 } },
  { login: 'appends', transfer: { direction: 'upload', name: 'log', offset: 1_500_000, position: 2_200_000 } },
  { client: '2001:db8::77', server: '2001:db8::10', login: 'six' },
  { client: '::ffff:192.0.2.77', server: '::ffff:192.0.2.10', login: 'mapped' },
  {
    login: `o|dd\\<u&"ser>'s`,
    transfer: { direction: 'upload', name: `we|ird <a&b> "q" 's' \xc3\xa9\xe8 100%`, position: 9 },
  },
  {
    login: '<script>alert(1)</script>',
    transfer: { direction: 'upload', name: '"><img src=x onerror=alert(2)>', position: 9 },
  },
  { login: 'line', transfer: { direction: 'upload', name: 'a\nb\tc\x1b[31md\x7f\xff\x80', position: 9 } },
  { login: 'blanks', transfer: { direction: 'upload', name: '  two  blanks  ', position: 9 } },
  { login: 'x'.repeat(128), transfer: { direction: 'upload', name: 'y'.repeat(255), position: 9 } },
];
