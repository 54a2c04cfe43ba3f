import { watch as watchFiles } from 'chokidar';

import { readScoreboard, type ReadOptions, SCOREBOARD_DIRECTORY, ScoreboardError } from '@pure-ftpd/scoreboard';

import { HostNames } from '../host-names.ts';
import { type SessionView, viewOf } from '../session-view.ts';
import { liveTable } from './live-table.ts';
import { LiveRates } from './rates.ts';
import { Screen } from './screen.ts';

/** How often the table is drawn anew when nothing happens but time, in milliseconds. */
const PERIOD = 1000;

/** How long to wait for more when sessions come and go, in milliseconds: many may at once. */
const SETTLE = 150;

/** Shows the live table until the user has seen enough. The terminal is left as it was. */
export async function watch({ numeric, ...board }: { readonly numeric: boolean } & ReadOptions): Promise<void> {
  const names = new HostNames(!numeric);
  const rates = new LiveRates();
  const failure = Promise.withResolvers<never>();
  using screen = new Screen(() => draw());

  function look(): SessionView[] {
    const now = BigInt(Math.floor(Date.now() / 1000));
    const entries = readScoreboard(board);
    names.request(entries.map(({ peer }) => peer));
    return entries.map((entry) => viewOf(entry, now, { peer: names.of(entry.peer), local: entry.local.address }));
  }

  /** What fails here fails in `watch`, after the terminal was given back. */
  function draw(): void {
    try {
      drawNow();
    } catch (error) {
      failure.reject(error);
    }
  }

  function drawNow(): void {
    const { columns, rows } = screen;
    const options = {
      columns,
      rows,
      rate: (view: SessionView) => rates.of(view),
      time: new Date().toTimeString().slice(0, 8),
    };
    try {
      const views = look();
      rates.look(views, performance.now());
      screen.draw(liveTable(views, options));
    } catch (error) {
      if (!(error instanceof ScoreboardError)) throw error;
      screen.draw(liveTable([], { ...options, trouble: error.message }));
    }
  }

  let soon: NodeJS.Timeout | undefined;
  const drawSoon = (): void => {
    soon ??= setTimeout(() => {
      soon = undefined;
      draw();
    }, SETTLE);
  };
  const files = watchFiles(board.directory ?? SCOREBOARD_DIRECTORY, {
    depth: 0,
    ignoreInitial: true,
    followSymlinks: false,
  });
  files.on('add', drawSoon).on('unlink', drawSoon);
  // The table is read again each second anyway: without notice of changes it is a moment late.
  files.on('error', () => {});
  const timer = setInterval(draw, PERIOD);
  try {
    draw();
    await Promise.race([screen.ended, failure.promise]);
  } finally {
    clearInterval(timer);
    clearTimeout(soon);
    await files.close();
  }
}
