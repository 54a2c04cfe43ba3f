// The live table in a real terminal, and the terminal after it.
import { constants } from 'node:os';
import { join } from 'node:path';

import { describeWith } from '@pure-ftpd/peers/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { ours } from '../support/programs.ts';
import { ScoreboardPlace } from '../support/scoreboard-place.ts';
import { SESSIONS } from '../support/planned-session.ts';

const TERMINAL = join(import.meta.dirname, 'scoreboard', 'terminal.py');

const ENTER = '\u001B[?1049h\u001B[?25l\u001B[?7l';
const LEAVE = '\u001B[m\u001B[?7h\u001B[?25h\u001B[?1049l';

type Step = readonly ['wait' | 'key', string] | readonly ['signal', number] | readonly ['resize', number, number];

interface Happened {
  readonly status: number;
  readonly output: string;
  /** The settings of the terminal are what they were before. */
  readonly restored: boolean;
}

/** The lines of a frame as they are seen. */
function lines(frame = ''): string[] {
  return frame.replaceAll(/\u001B\[[?\d;]*[A-Za-z]/g, '').split(/\r+\n/);
}

describeWith(['root', 'python3'], 'pure-ftpwho --watch', () => {
  let place: ScoreboardPlace;
  beforeAll(async () => {
    place = await ScoreboardPlace.start();
    await place.serve(SESSIONS);
  });
  afterAll(() => place?.[Symbol.asyncDispose]());

  async function watch(steps: readonly Step[], env: Readonly<Record<string, string>> = {}): Promise<Happened> {
    const command = ['/usr/bin/python3', TERMINAL, JSON.stringify(steps), ours.program('pure-ftpwho'), '--watch', '-n'];
    const { stdout, stderr } = await place.run(command, { TERM: 'xterm-256color', ...env });
    if (stdout === '') throw new Error(stderr);
    const happened: Happened = JSON.parse(stdout);
    return { ...happened, output: Buffer.from(happened.output, 'latin1').toString() };
  }

  test.each<readonly [string, Step]>([
    ['q', ['key', 'q']],
    ['Ctrl-C', ['key', '\u0003']],
    ['SIGINT', ['signal', 2]],
    ['SIGTERM', ['signal', 15]],
    ['SIGHUP', ['signal', 1]],
  ])('leaves the terminal as it was after %s', async (_name, step) => {
    const { status, output, restored } = await watch([['wait', 'q: quit'], step]);
    expect(status).toBe(0);
    expect(restored).toBe(true);
    expect(output.startsWith(ENTER)).toBe(true);
    expect(output.endsWith(LEAVE)).toBe(true);
  });

  test('leaves the terminal as it was after a crash, and the reason can be read', async () => {
    const program = 'process.on("SIGUSR2", () => { throw new Error("broken") })';
    const crash = `--import=data:text/javascript,${encodeURIComponent(program)}`;
    const steps: Step[] = [
      ['wait', 'q: quit'],
      ['signal', constants.signals.SIGUSR2],
    ];
    const { status, output, restored } = await watch(steps, { NODE_OPTIONS: crash });
    expect(status).not.toBe(0);
    expect(restored).toBe(true);
    expect(output).toContain(LEAVE);
    expect(output.slice(output.indexOf(LEAVE))).toContain('broken');
  });

  test('gives the terminal back while it is suspended', async () => {
    const steps: Step[] = [
      ['wait', 'q: quit'],
      ['key', '\u001A'],
      ['wait', LEAVE],
      ['signal', 18],
      ['wait', ENTER],
      ['wait', 'q: quit'],
    ];
    const { status, output } = await watch([...steps, ['key', 'q']]);
    expect(status).toBe(0);
    expect(output.split(ENTER)).toHaveLength(3);
    expect(output.split(LEAVE)).toHaveLength(3);
  });

  test('shows who does what, and nothing that a name would do to the terminal', async () => {
    const { output } = await watch([
      ['wait', 'q: quit'],
      ['key', 'q'],
    ]);
    expect(output).toContain('13 sessions');
    expect(output).toMatch(/down .*↓ down.*\/big\.iso.*█+.*░+.* 33%/);
    expect(output).toMatch(/4\.77 MiB/);
    expect(output).toContain(String.raw`a\x0ab\x09c\x1b`);
    expect(output).not.toContain('\u001B[31m');
  });

  test('fits the window, also when that changes', async () => {
    const steps: Step[] = [
      ['wait', 'q: quit'],
      ['resize', 12, 60],
      ['wait', 'more do not fit'],
      ['key', 'q'],
    ];
    const { output } = await watch(steps);
    const frames = output.split('\u001B[?2026h').slice(1);
    const [first, last] = [lines(frames[0]), lines(frames.at(-1))];
    expect(Math.max(...first.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(first.length).toBeLessThanOrEqual(24);
    expect(Math.max(...last.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(last).toHaveLength(12);
  });

  test('goes on without a scoreboard', async () => {
    await using empty = await ScoreboardPlace.start();
    await empty.shell('rmdir /run/pure-ftpd');
    const steps: Step[] = [
      ['wait', 'there is no'],
      ['key', 'q'],
    ];
    const command = ['/usr/bin/python3', TERMINAL, JSON.stringify(steps), ours.program('pure-ftpwho'), '--watch'];
    const { stdout, stderr } = await empty.run(command, { TERM: 'xterm' });
    expect({ stderr, ok: stdout.includes('"status": 0') }).toEqual({ stderr: '', ok: true });
  });
});
