// The packages for npm: installed from their tarballs, without a registry, they run; in the long form in a Debian with nothing but Node.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describeInSoak } from '@pure-ftpd/peers/vitest';
import { temporaryFolder } from '@pure-ftpd/testing';
import { workspaceRoot } from '@pure-ftpd/workspace';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { SmallDebian } from './machine.ts';

const MINUTES = 60_000;

let folder: ReturnType<typeof temporaryFolder>;
let packages: readonly string[] = [];
beforeAll(() => {
  folder = temporaryFolder();
  const words = [join(workspaceRoot, 'tools/packaging/src/main.ts'), 'npm', '--out', folder.path];
  packages = execFileSync(process.execPath, words, { encoding: 'utf8' }).trim().split('\n');
}, 5 * MINUTES);
afterAll(() => folder[Symbol.dispose]());

/** Installs packages for all programs of a prefix, with nothing but what is in them. @returns The folder of the programs. */
function install(name: string, tarballs: readonly string[]): string {
  const prefix = join(folder.path, name);
  const cache = join(folder.path, 'cache');
  execFileSync(
    'npm',
    ['install', '--global', '--offline', '--no-audit', '--no-fund', '--prefix', prefix, ...tarballs],
    {
      env: { ...process.env, npm_config_cache: cache },
      stdio: 'pipe',
    },
  );
  return join(prefix, 'bin');
}

function say(bin: string, program: string, ...words: readonly string[]): string {
  return execFileSync(join(bin, program), words, { encoding: 'utf8', input: 'secret\n' });
}

const SUITE = /pure-ftpd-suite-[^/]*\.tgz$/;

describe('packages', () => {
  test(
    'there is one for each program, and one with all, each of which runs when nothing else is installed',
    () => {
      const programs = readdirSync(join(workspaceRoot, 'apps'));
      expect(packages).toHaveLength(programs.length + 1);
      const each = install(
        'each',
        packages.filter((path) => !SUITE.test(path)),
      );
      const all = install(
        'all',
        packages.filter((path) => SUITE.test(path)),
      );
      for (const bin of [each, all])
        for (const program of programs) expect(say(bin, program, '--version')).toMatch(new RegExp(`^${program} v\\d`));
      expect(say(all, 'pure-pw', 'hash', '-C', '1000')).toMatch(/^\$argon2id\$/);
      expect(say(all, 'pure-ftpd-wrapper', '--help')).toMatch(/^Usage: pure-ftpd-wrapper/);
    },
    5 * MINUTES,
  );

  test('have licences, a manual page and no sources', () => {
    for (const path of packages) {
      const listing = execFileSync('tar', ['tzf', path], { encoding: 'utf8' });
      for (const file of ['LICENSE', 'NOTICES.txt', 'README.md', 'package.json'])
        expect(listing).toContain(`package/${file}\n`);
      expect(listing).toMatch(/^package\/man\/pure-[a-z]+\.8$/m);
      expect(listing).not.toMatch(/\.ts$|\.sources$|test/m);
    }
  });
});

describeInSoak(['root', 'debootstrap'], 'in a Debian with nothing but Node', () => {
  let debian: SmallDebian;
  beforeAll(async () => {
    debian = await SmallDebian.make(join(folder.path, 'debian'), 'iproute2', 'procps', 'curl', 'libatomic1');
    const local = join(debian.folder, 'usr/local');
    cpSync(realpathSync(process.execPath), join(local, 'bin/node'));
    const npm = dirname(
      dirname(realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim())),
    );
    mkdirSync(join(local, 'lib/node_modules'), { recursive: true });
    cpSync(npm, join(local, 'lib/node_modules/npm'), { recursive: true, dereference: true });
    symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'));
    for (const path of packages.filter((name) => SUITE.test(name))) debian.add(path);
  }, 30 * MINUTES);
  afterAll(() => debian[Symbol.dispose]());

  test(
    'one command installs all programs; server, user, list; removed, nothing is left',
    async () => {
      const said = await debian.run(`cd /root
      PATH=/usr/local/bin:$PATH
      npm install --global --offline --no-audit --no-fund ./pure-ftpd-suite-*.tgz >/dev/null
      useradd -m ftpfiles
      mkdir -p /etc/pure-ftpd
      printf 'secret\\nsecret\\n' | pure-pw useradd joe -u ftpfiles -d /home/ftpfiles -m >/dev/null
      pure-ftpd -B -E -l puredb:/etc/pure-ftpd/pureftpd.pdb
      echo first >first; curl -sS -T first --user joe:secret ftp://127.0.0.1/
      echo "listed: $(curl -sS --list-only --user joe:secret ftp://127.0.0.1/ | grep -v '^[.]')"
      kill "$(cat /var/run/pure-ftpd.pid)"
      npm uninstall --global --no-audit --no-fund pure-ftpd-suite >/dev/null
      ls /usr/local/bin /usr/local/lib/node_modules`);
      expect(said).toContain('listed: first\n');
      expect(said).toMatch(/\/usr\/local\/bin:\nnode\nnpm\n\n\/usr\/local\/lib\/node_modules:\nnpm\n$/);
    },
    30 * MINUTES,
  );
});
