import { watch as watchFiles } from 'chokidar';

import { problemOf } from '../problem.ts';
import type { SessionSource } from '../session-source.ts';
import type { SessionView } from '../session-view.ts';
import { liveTable } from './live-table.ts';
import { LiveRates } from './rates.ts';
import { Screen } from './screen.ts';

/** How often the table is drawn anew when nothing happens but time, in milliseconds. */
const PERIOD = 1000;

/** How long to wait for more when sessions come and go, in milliseconds: many may at once. */
const SETTLE = 150;

/** What is shown: sessions, or why there are none to be seen. */
interface Seen {
  readonly views: readonly SessionView[];
  readonly trouble?: string;
}

/** Shows the live table until the user has seen enough. The terminal is left as it was. */
export async function watch(source: SessionSource): Promise<void> {
  const rates = new LiveRates();
  const rate = (view: SessionView): number => rates.of(view);
  const { hasServers = false } = source;
  const failure = Promise.withResolvers<never>();
  // Nobody waits for it yet.
  failure.promise.catch(() => {});
  let seen: Seen | undefined;
  let isLooking = false;
  using screen = new Screen(() => draw());

  /** What fails here, and in a look, fails in `watch`, after the terminal was given back. */
  function draw(): void {
    if (seen === undefined) return;
    const { columns, rows } = screen;
    const { views, ...trouble } = seen;
    const time = new Date().toTimeString().slice(0, 8);
    try {
      screen.draw(liveTable(views, { columns, rows, rate, time, hasServers, ...trouble }));
    } catch (error) {
      failure.reject(error);
    }
  }

  async function look(): Promise<void> {
    // A source that takes long to answer is asked again when it has.
    if (isLooking) return;
    isLooking = true;
    try {
      seen = await seenIn(source);
      rates.look(seen.views, performance.now());
      draw();
    } catch (error) {
      failure.reject(error);
    } finally {
      isLooking = false;
    }
  }

  let soon: NodeJS.Timeout | undefined;
  const lookSoon = (): void => {
    soon ??= setTimeout(() => {
      soon = undefined;
      void look();
    }, SETTLE);
  };
  const files = source.folder === undefined ? undefined : watchFiles(source.folder, FOLDER_ALONE);
  // The table is read again each second anyway: without notice of changes it is a moment late.
  files
    ?.on('add', lookSoon)
    .on('unlink', lookSoon)
    .on('error', () => {});
  const timer = setInterval(() => void look(), PERIOD);
  try {
    void look();
    await Promise.race([screen.ended, failure.promise]);
  } finally {
    clearInterval(timer);
    clearTimeout(soon);
    await files?.close();
  }
}

const FOLDER_ALONE = { depth: 0, ignoreInitial: true, followSymlinks: false };

async function seenIn(source: SessionSource): Promise<Seen> {
  try {
    return { views: await source.look(BigInt(Math.floor(Date.now() / 1000))) };
  } catch (error) {
    const trouble = problemOf(error);
    if (trouble === undefined) throw error;
    return { views: [], trouble };
  }
}
