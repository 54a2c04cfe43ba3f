// Debian's init script and what its logrotate runs, with the C programs and with ours in their places.
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { freePort, NamespacedProcess, peerPath, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { RawClient, soak, untilTrue } from '@pure-ftpd/testing';
import { afterEach, expect, test } from 'vitest';

import { greets } from '../support/c-server.ts';
import { etcFolder } from '../support/etc.ts';
import { c, ours, type Side } from '../support/programs.ts';
import { runToEnd } from '../support/run-to-end.ts';
import { createUserDatabase } from '../support/user-database.ts';

/** How long the transfer lasts that goes on during the restarts, in seconds, and how many there are. */
const SECONDS = soak(1, 180);
const RESTARTS = soak(2, 5);

/** Each restart starts half a dozen processes, on a machine that may be busy, in milliseconds. */
const PATIENCE = soak(300_000, 900_000);

const disposables: AsyncDisposableStack[] = [];
afterEach(async () => {
  for (const one of disposables.splice(0)) await one.disposeAsync();
});

/** A Debian with the package, whose programs are those of a side. */
class Debian {
  readonly folder: TempFolder;
  readonly port: number;
  readonly #process: NamespacedProcess;
  readonly #init: string;
  readonly #log: string;

  private constructor(folder: TempFolder, port: number, process: NamespacedProcess, init: string, log: string) {
    this.folder = folder;
    this.port = port;
    this.#process = process;
    this.#init = init;
    this.#log = log;
  }

  static async install({ program }: Side): Promise<Debian> {
    const stack = new AsyncDisposableStack();
    disposables.push(stack);
    const folder = tempFolder();
    stack.defer(() => folder.remove());
    const sbin = folder.file('sbin');
    const home = folder.file('home');
    for (const one of [sbin, home]) mkdirSync(one);
    chmodSync(home, 0o777);
    for (const name of ['pure-ftpd', 'pure-uploadscript'] as const) symlinkSync(program(name), join(sbin, name));
    // The same texts, with our folder for that of the package.
    const moved = (file: string, name: string): string => {
      const text = readFileSync(file, 'utf8');
      writeFileSync(
        folder.file(name),
        text.replaceAll('/usr/sbin/pure-ftpd-wrapper', folder.file('wrapper')).replaceAll('/usr/sbin/', `${sbin}/`),
        { mode: 0o755 },
      );
      return folder.file(name);
    };
    moved(peerPath('pure-ftpd-wrapper'), 'wrapper');
    const init = moved(join(peerPath('pure-ftpd'), '../../../etc/init.d/pure-ftpd'), 'init');
    const database = await createUserDatabase(folder.path, [
      { login: 'alice', password: 'p', uid: 3001, gid: 3001, home },
    ]);
    const log = folder.file('log');
    writeFileSync(log, '');
    writeFileSync(folder.file('script'), `#!/bin/sh\necho "$1" >> '${log}'\n`, { mode: 0o755 });
    const port = await freePort();
    const etc = etcFolder({
      'default/pure-ftpd-common': `STANDALONE_OR_INETD=standalone\nUPLOADSCRIPT=${folder.file('script')}\n`,
      'pure-ftpd/conf/PureDB': `${database}\n`,
      'pure-ftpd/conf/Bind': `127.0.0.1,${port}\n`,
      'pure-ftpd/conf/CallUploadScript': 'yes\n',
      'pure-ftpd/conf/NoAnonymous': 'yes\n',
    });
    stack.defer(() => etc.remove());
    mkdirSync(join(etc.path, 'pure-ftpd/auth'));
    symlinkSync('../conf/PureDB', join(etc.path, 'pure-ftpd/auth/50puredb'));
    const process = new NamespacedProcess(['sh', '-c', 'echo up; exec sleep infinity'], { etcDir: etc.path });
    stack.defer(() => process.stop());
    await untilTrue('the namespace is set up', () => process.output.includes('up\n'));
    const debian = new Debian(folder, port, process, init, log);
    await debian.init('start');
    return debian;
  }

  /** Runs the init script, and waits until the server greets. */
  async init(action: 'start' | 'restart'): Promise<void> {
    // The script does not wait for what it has started, and hands its own output on.
    await runToEnd(this.#process.inside('sh', '-c', `sh '${this.#init}' ${action} >/dev/null 2>&1 </dev/null`));
    await untilTrue('it greets', () => greets(this.port, '127.0.0.1'));
  }

  get heard(): string[] {
    return readFileSync(this.#log, 'utf8').split('\n').slice(0, -1);
  }

  async login(): Promise<RawClient> {
    const client = await RawClient.login(this.port, 'alice', 'p');
    await client.command('TYPE I');
    return client;
  }
}

describeWith(['root', 'pure-ftpd', 'pure-uploadscript', 'pure-ftpd-wrapper'], "Debian's restart", () => {
  test.each([{ side: c }, { side: ours }])(
    'cuts no transfer, and loses no upload: $side.name',
    async ({ side }) => {
      const debian = await Debian.install(side);
      const long = await debian.login();
      const data = await long.passive();
      long.send('STOR long\r\n');
      expect((await long.reply()).code).toBe(150);
      const wanted: string[] = [];
      let sent = 0;
      for (let round = 0; round < RESTARTS; round += 1) {
        const client = await debian.login();
        for (let number = 0; number < 5; number += 1) {
          expect((await client.transmit(`STOR ${round}.${number}`, 'x')).code).toBe(226);
          wanted.push(join(debian.folder.file('home'), `${round}.${number}`));
        }
        client.close();
        const restarted = debian.init('restart');
        const end = performance.now() + (SECONDS * 1000) / RESTARTS;
        // A transfer that goes on all the time.
        do {
          data.write(Buffer.alloc(1000));
          sent += 1000;
          await delay(20);
        } while (performance.now() < end);
        await restarted;
      }
      data.end();
      expect((await long.reply()).code).toBe(226);
      expect(statSync(join(debian.folder.file('home'), 'long')).size).toBe(sent);
      long.close();
      wanted.push(join(debian.folder.file('home'), 'long'));
      if (side === c) {
        // What is in the pipe when both programs are stopped is lost.
        process.stderr.write(`C: ${debian.heard.length} of ${wanted.length} uploads were heard of\n`);
        return;
      }
      await untilTrue('all are heard', () => debian.heard.length >= wanted.length);
      expect(debian.heard.toSorted()).toEqual(wanted.toSorted());
    },
    PATIENCE,
  );
});
