// A small Debian of its own, made by debootstrap: a folder, and scripts that run in it as root with processes and a network of their own.
import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

import { workspaceRoot } from '@pure-ftpd/workspace';

const run = promisify(execFile);
const RELEASE = 'bookworm';
/** What is installed is kept: making it takes minutes. */
const BASE = join(workspaceRoot, '.cache', `debian-${RELEASE}`);

/** Mounts what programs want, and goes in: `$1` is the folder, `$2` the script. */
const ENTER = `mount --bind "$1" "$1" && mount -t proc proc "$1/proc" && mount -t tmpfs -o mode=755 tmpfs "$1/run" &&
  mount --rbind /dev "$1/dev" && exec chroot "$1" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive \\
  bash -eu "$2" 2>&1`;

export class SmallDebian implements Disposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** A minbase of Debian in this folder, with what is in no package of the test: its network is that of the machine until then. */
  static async make(folder: string, ...packages: readonly string[]): Promise<SmallDebian> {
    if (!existsSync(BASE)) {
      const unfinished = `${BASE}.${process.pid}`;
      await run('debootstrap', ['--variant=minbase', RELEASE, unfinished], { maxBuffer: Infinity });
      renameSync(unfinished, BASE);
    }
    cpSync(BASE, folder, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    const debian = new SmallDebian(folder);
    copyFileSync('/etc/resolv.conf', join(folder, 'etc/resolv.conf'));
    await debian.#enter('apt-get update -q', []);
    await debian.fetch(...packages);
    return debian;
  }

  /** Installs packages of Debian, whose services are not started. */
  async fetch(...packages: readonly string[]): Promise<void> {
    const policy = join(this.folder, 'usr/sbin/policy-rc.d');
    writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    await this.#enter(`apt-get install -y --no-install-recommends ${packages.join(' ')}`, []);
    rmSync(policy);
  }

  /** Runs a script that fetches what it needs. */
  async install(script: string): Promise<void> {
    await this.#enter(script, []);
  }

  /** Runs a script without a network but its own loopback. @returns What it printed. */
  async run(script: string): Promise<string> {
    return this.#enter(`ip link set lo up\n${script}`, ['--net']);
  }

  /** Puts a file into the home of root. */
  add(file: string): void {
    copyFileSync(file, join(this.folder, 'root', basename(file)));
  }

  async #enter(script: string, namespaces: readonly string[]): Promise<string> {
    writeFileSync(join(this.folder, 'root/script'), script);
    const words = [
      '--mount',
      '--pid',
      '--fork',
      '--kill-child',
      ...namespaces,
      'sh',
      '-c',
      ENTER,
      'sh',
      this.folder,
      '/root/script',
    ];
    const { stdout } = await run('unshare', words, { maxBuffer: Infinity }).catch((error: unknown) => {
      const said = typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : '';
      throw new Error(`${script}\n${said}`, { cause: error });
    });
    return stdout;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
