import { watch, type FSWatcher } from 'chokidar';

/** Milliseconds that the system may take to begin to watch. */
const READY_MS = 5000;

/**
 * Watches names in the file system: files, folders (what is directly in them) and symbolic links as such. Keeps no
 * process alive. What cannot be watched is not: who uses this looks now and then all the same.
 */
export class NameWatcher {
  readonly #onEvent: () => void;
  #watcher: FSWatcher | undefined;
  #names: ReadonlySet<string> = new Set();
  readonly #closed = Promise.withResolvers<void>();
  #isClosed = false;

  /** @param onEvent Called when something happened to one of the names. */
  constructor(onEvent: () => void) {
    this.#onEvent = onEvent;
  }

  /** The names from now on. When it comes back they are watched; what happened until then has not been told. */
  async watch(names: ReadonlySet<string>): Promise<void> {
    if (this.#isClosed || (names.size === this.#names.size && this.#names.isSupersetOf(names))) return;
    this.#names = names;
    const before = this.#watcher;
    const watcher = watch([...names], {
      persistent: false,
      followSymlinks: false,
      ignoreInitial: true,
      depth: 0,
      atomic: false,
    });
    this.#watcher = watcher;
    watcher.on('all', this.#onEvent);
    watcher.on('error', () => undefined);
    await this.#ready(watcher);
    await before?.close();
  }

  async #ready(watcher: FSWatcher): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, READY_MS);
    timer.unref();
    watcher.once('ready', resolve);
    await Promise.race([promise, this.#closed.promise]);
    clearTimeout(timer);
  }

  /** Ends the watching. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#closed.resolve();
    await this.#watcher?.close();
  }
}
