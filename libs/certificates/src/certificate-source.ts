import { accessSync, constants } from 'node:fs';

import { findCertificates } from './certificate-folder.ts';
import { CertificateError } from './errors.ts';
import { ExpiryNotices } from './expiry.ts';
import { type CertificateFiles, stateOf } from './files.ts';
import type { CertificateLog } from './log.ts';
import type { CertificateMaterial } from './material.ts';
import { readCertificate } from './read-certificate.ts';
import { NameWatcher } from './name-watcher.ts';
import { namesOnTheWay } from './names-on-the-way.ts';

/** The certificates of a server, the default one first. */
export type Certificates = readonly [CertificateMaterial, ...CertificateMaterial[]];

/** Where the certificates of a server are, and whom to tell about them. */
export interface CertificateSourceOptions {
  /** The certificate of clients that name no server, or none of ours. Absolute paths. */
  readonly main: CertificateFiles;
  /** Folders with certificates for other names, see {@link findCertificates}. Absolute paths. */
  readonly folders?: readonly string[];
  readonly log: CertificateLog;
  /** Milliseconds that files must be left alone before they are read again: certificate and key come one after the other. */
  readonly settleMs?: number;
  /** Milliseconds after which the files are looked at whether or not the system told of a change. */
  readonly lookAgainMs?: number;
}

const SETTLE_MS = 500;
/** For file systems that tell nothing (NFS), and for what expires. */
const LOOK_AGAIN_MS = 60_000;

interface Entry {
  readonly files: CertificateFiles;
  /** The state of the files when they were last read, well or not. */
  state: string;
  material: CertificateMaterial | undefined;
}

function keyOf({ certFile, keyFile }: CertificateFiles): string {
  return `${certFile}\0${keyFile}`;
}

/**
 * Reads the certificates of a server, and reads them again when they are replaced on disk. What cannot be used is told
 * once and not taken: the one before stays. Run it where the files can be read; what it gives is plain data.
 */
export class CertificateSource {
  /** Called when a certificate was replaced, added or removed; the log tells of it afterwards, when it is in use. */
  onChange: ((certificates: Certificates) => void) | undefined;
  readonly #options: CertificateSourceOptions;
  readonly #log: CertificateLog;
  readonly #expiry: ExpiryNotices;
  readonly #main: Entry;
  #others = new Map<string, Entry>();
  #unreadableFolders = new Set<string>();
  #watcher: NameWatcher | undefined;
  #settling: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  /** The look that goes on, and whether another one is wanted after it. */
  #looking: Promise<void> | undefined;
  #stale = false;
  /** What has been taken and not been told yet. */
  #news: (() => void)[] = [];
  #closed = false;

  private constructor(options: CertificateSourceOptions, main: Entry) {
    this.#options = options;
    this.#log = options.log;
    this.#expiry = new ExpiryNotices(options.log);
    this.#main = main;
  }

  /**
   * Reads every certificate, and tells what their administrator should know.
   * @throws CertificateError when the main one cannot be used, or a folder not be read. A certificate in a folder that
   * cannot be used is told, and left out.
   */
  static async open(options: CertificateSourceOptions): Promise<CertificateSource> {
    const state = await stateOf(options.main);
    const material = await readCertificate(options.main);
    const source = new CertificateSource(options, { files: options.main, state, material });
    source.#remark(material);
    for (const folder of options.folders ?? []) {
      for (const files of await findCertificates(folder)) source.#others.set(keyOf(files), await source.#read(files));
    }
    source.#expiry.check(source.certificates);
    return source;
  }

  /** What there is now. */
  get certificates(): Certificates {
    const { material } = this.#main;
    if (material === undefined) throw new Error('the main certificate was read');
    const others = Array.from(this.#others.values(), (entry) => entry.material);
    return [material, ...others.filter((other) => other !== undefined)];
  }

  /** Begins to watch the files. The watchers are unref'd. */
  async watch(): Promise<void> {
    if (this.#closed || this.#watcher !== undefined) return;
    this.#watcher = new NameWatcher(() => this.#changed());
    this.#again = setInterval(() => void this.check(), this.#options.lookAgainMs ?? LOOK_AGAIN_MS);
    this.#again.unref();
    await this.#tellUnreadable();
    // Also what has changed since it was read.
    await this.check();
  }

  /** Looks whether files have been replaced, and takes those that can be used. */
  check(): Promise<void> {
    this.#stale = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Ends the watching. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#settling);
    clearInterval(this.#again);
    await this.#watcher?.close();
    await this.#looking;
  }

  #changed(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.check(), this.#options.settleMs ?? SETTLE_MS);
    this.#settling.unref();
  }

  async #look(): Promise<void> {
    while (this.#stale && !this.#closed) {
      this.#stale = false;
      await this.#watchNames();
      const changes = [await this.#refresh(this.#main), await this.#lookIntoFolders()];
      if (this.#closed) return;
      this.#expiry.check(this.certificates);
      if (!changes.includes(true)) continue;
      this.onChange?.(this.certificates);
      for (const tell of this.#news.splice(0)) tell();
      // What was added is to be watched as well.
      this.#stale = true;
    }
  }

  /** Rights may have been given up since the files were read. */
  async #tellUnreadable(): Promise<void> {
    for (const entry of [this.#main, ...this.#others.values()]) {
      const { certFile, keyFile } = entry.files;
      const hidden = [...new Set([certFile, keyFile])].filter((file) => !isReadable(file));
      if (entry.material === undefined || hidden.length === 0) continue;
      const who = `user ${process.getuid?.() ?? '?'}, whom this process runs as now, cannot read it`;
      this.#log('warning', `${hidden.join(', ')}: ${who}: when it is replaced the server has to be restarted`);
      entry.state = await stateOf(entry.files);
    }
  }

  /** Watches every name on the way to the files: they may have become others. */
  async #watchNames(): Promise<void> {
    const watcher = this.#watcher;
    if (watcher === undefined) return;
    const files = [this.#main, ...this.#others.values()].flatMap((entry) => [
      entry.files.certFile,
      entry.files.keyFile,
    ]);
    const folders = this.#options.folders ?? [];
    const names = (await Promise.all([...new Set(files), ...folders].map(namesOnTheWay))).flat();
    await watcher.watch(new Set(names));
  }

  /** Reads a certificate again if its files have changed; true if it is another one now. */
  async #refresh(entry: Entry): Promise<boolean> {
    const state = await stateOf(entry.files);
    if (state === entry.state) return false;
    entry.state = state;
    const before = entry.material;
    const material = await this.#readOrTell(entry.files, before !== undefined);
    if (material === undefined) return false;
    if (before !== undefined && hasExpired(material) && !hasExpired(before)) {
      const end = new Date(material.notAfter).toISOString();
      this.#log('error', `${entry.files.certFile}: the new certificate expired at ${end}; the one before stays in use`);
      return false;
    }
    entry.material = material;
    if (material.fingerprint === before?.fingerprint && material.chain === before.chain) return false;
    this.#news.push(() => this.#tellTaken(material, before === undefined ? 'read' : 'replaced'));
    return true;
  }

  async #lookIntoFolders(): Promise<boolean> {
    let changed = false;
    const there = new Map<string, Entry>();
    for (const folder of this.#options.folders ?? []) {
      for (const files of await this.#filesOf(folder)) {
        const known = this.#others.get(keyOf(files));
        if (known !== undefined) changed = (await this.#refresh(known)) || changed;
        const entry = known ?? (await this.#read(files));
        const { material } = entry;
        if (known === undefined && material !== undefined) {
          this.#news.push(() => this.#tellTaken(material, 'added'));
          changed = true;
        }
        there.set(keyOf(files), entry);
      }
    }
    for (const [key, { files, material }] of this.#others) {
      if (there.has(key) || material === undefined) continue;
      this.#news.push(() => this.#log('info', `${files.certFile}: the certificate was removed`));
      changed = true;
    }
    this.#others = there;
    return changed;
  }

  /** The pairs of a folder; those of before when it cannot be read now. */
  async #filesOf(folder: string): Promise<CertificateFiles[]> {
    try {
      const files = await findCertificates(folder);
      this.#unreadableFolders.delete(folder);
      return files;
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error;
      if (!this.#unreadableFolders.has(folder)) this.#log('error', error.message);
      this.#unreadableFolders.add(folder);
      const known = Array.from(this.#others.values(), ({ files }) => files);
      return known.filter(({ certFile }) => certFile.startsWith(`${folder}/`));
    }
  }

  async #read(files: CertificateFiles): Promise<Entry> {
    const state = await stateOf(files);
    const material = await this.#readOrTell(files, false);
    if (material !== undefined) this.#remark(material);
    return { files, state, material };
  }

  async #readOrTell(files: CertificateFiles, hasBefore: boolean): Promise<CertificateMaterial | undefined> {
    try {
      return await readCertificate(files);
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error;
      this.#log('error', `${error.message}; ${hasBefore ? 'the one before stays in use' : 'it is not used'}`);
      return undefined;
    }
  }

  #tellTaken(material: CertificateMaterial, how: string): void {
    const { files, names, fingerprint, notAfter } = material;
    const until = new Date(notAfter).toISOString();
    const what = `for ${names.length === 0 ? 'no host name' : names.slice(0, 5).join(', ')}, until ${until}`;
    this.#log('info', `${files.certFile}: certificate ${how}: ${what}, SHA-256 ${fingerprint}`);
    this.#remark(material);
  }

  #remark({ remarks }: CertificateMaterial): void {
    for (const remark of remarks) this.#log('warning', remark);
  }
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    // Whatever the reason, it could not be read again.
    return false;
  }
}

function hasExpired({ notAfter }: CertificateMaterial): boolean {
  return notAfter < Date.now();
}
