// The package for Debian: what is in it, and, in the long form, what it does in a Debian with nothing else and over Debian's own packages.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, linkSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { describeInSoak, describeUnless } from '@pure-ftpd/peers/vitest';
import { temporaryFolder } from '@pure-ftpd/testing';
import { workspaceRoot } from '@pure-ftpd/workspace';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { SmallDebian } from './machine.ts';

const isDebian = existsSync('/usr/bin/dpkg-deb');
const MINUTES = 60_000;

let folder: ReturnType<typeof temporaryFolder>;
let deb = '';
beforeAll(() => {
  folder = temporaryFolder();
  if (!isDebian) return;
  const words = [join(workspaceRoot, 'tools/packaging/src/main.ts'), 'deb', '--quick', '--out', folder.path];
  deb = execFileSync(process.execPath, words, { encoding: 'utf8' }).trim();
}, 5 * MINUTES);
afterAll(() => folder[Symbol.dispose]());

describeUnless(isDebian ? undefined : 'it needs dpkg-deb', 'the package', () => {
  let tree = '';
  beforeAll(() => {
    tree = join(folder.path, 'tree');
    execFileSync('dpkg-deb', ['-R', deb, tree]);
  }, MINUTES);

  test(
    'has one file for all programs, and every one of them runs, wherever it lies',
    () => {
      const server = statSync(join(tree, 'usr/sbin/pure-ftpd'));
      const programs = execFileSync('find', [join(tree, 'usr'), '-samefile', join(tree, 'usr/sbin/pure-ftpd')], {
        encoding: 'utf8',
      });
      const names = programs
        .trim()
        .split('\n')
        .map((path) => path.slice(tree.length + 1))
        .toSorted();
      // Every program, and eight more names of the server.
      const count = readdirSync(join(workspaceRoot, 'apps')).length + 8;
      expect(names).toHaveLength(count);
      expect(server.nlink).toBe(count);
      for (const [path, answer] of [
        ['usr/sbin/pure-ftpd', /^pure-ftpd v/],
        ['usr/sbin/pure-ftpd-mysql-virtualchroot', /^pure-ftpd v/],
        ['usr/sbin/pure-authd', /^pure-authd v/],
        ['usr/sbin/pure-certd', /^pure-certd v/],
        ['usr/sbin/pure-ftpctl', /^pure-ftpctl v/],
        ['usr/sbin/pure-ftpwho', /^pure-ftpwho v/],
        ['usr/sbin/pure-mrtginfo', /^pure-mrtginfo v/],
        ['usr/sbin/pure-quotacheck', /^pure-quotacheck v/],
        ['usr/sbin/pure-uploadscript', /^pure-uploadscript v/],
        ['usr/bin/pure-pw', /^pure-pw v/],
        ['usr/bin/pure-pwconvert', /^pure-pwconvert v/],
        ['usr/bin/pure-statsdecode', /^pure-statsdecode v/],
      ] as const)
        expect(execFileSync(join(tree, path), ['--version'], { encoding: 'utf8' })).toMatch(answer);
    },
    MINUTES,
  );

  test(
    'native code is found, and what is loaded on demand',
    () => {
      const hash = execFileSync(join(tree, 'usr/bin/pure-pw'), ['hash', '-C', '1000'], {
        input: 'secret\n',
        encoding: 'utf8',
      });
      expect(hash).toMatch(/\$argon2id\$/);
      const passwd = join(folder.path, 'passwd');
      const words = ['useradd', 'joe', '-u', '1000', '-g', '1000', '-d', '/x', '-C', '1000', '-f', passwd];
      execFileSync(join(tree, 'usr/bin/pure-pw'), words, { input: 'secret\nsecret\n', stdio: 'pipe' });
      expect(readFileSync(passwd, 'utf8')).toMatch(/^joe:\$/);
    },
    MINUTES,
  );

  test('has the licences of all that is in it, a page for each program, and nothing of the sources', () => {
    const copyright = readFileSync(join(tree, 'usr/share/doc/pure-ftpd-node/copyright'), 'utf8');
    for (const name of ['Node.js', 'koffi', 'mysql2', 'ldapts', 'pg-types', 'chokidar'])
      expect(copyright).toMatch(new RegExp(`^${name}\\b`, 'm'));
    const listing = execFileSync('dpkg-deb', ['-c', deb], { encoding: 'utf8' });
    for (const page of ['pure-ftpd.8', 'pure-pw.8', 'pure-ftpd-wrapper.8', 'pure-ftpd.conf.5', 'pureftpd.passwd.5'])
      expect(listing).toContain(`/${page}.gz\n`);
    expect(listing).not.toMatch(/\.ts\n|test|\.sources\n|cnoke/);
    expect(listing).not.toMatch(/^\S+ (?!root\/root)/m);
  });

  test('stands for the packages of Debian', () => {
    const control = execFileSync('dpkg-deb', ['-f', deb], { encoding: 'utf8' });
    for (const field of ['Provides', 'Conflicts', 'Replaces'])
      for (const name of ['pure-ftpd', 'pure-ftpd-common', 'pure-ftpd-mysql', 'pure-ftpd-postgresql', 'pure-ftpd-ldap'])
        expect(control).toMatch(new RegExp(`^${field}: .*\\b${name}(?: \\(.*?\\))?(?:,|$)`, 'm'));
    expect(execFileSync('dpkg-deb', ['-I', deb, 'conffiles'], { encoding: 'utf8' })).toBe(
      '/etc/logrotate.d/pure-ftpd-common\n/etc/dpkg/dpkg.cfg.d/pure-ftpd-node\n/etc/init.d/pure-ftpd\n',
    );
  });
});

describeInSoak(['root'], 'lintian', () => {
  // It reads every symbol of Node once for each name of the executable: a small one takes its place.
  test.skipIf(!existsSync('/usr/bin/lintian'))(
    'has nothing to say but what is on purpose',
    () => {
      const tree = join(folder.path, 'small');
      execFileSync('dpkg-deb', ['-R', deb, tree]);
      const server = join(tree, 'usr/sbin/pure-ftpd');
      const names = execFileSync('find', [tree, '-samefile', server], { encoding: 'utf8' }).trim().split('\n');
      for (const name of names) rmSync(name);
      copyFileSync('/bin/true', server);
      for (const name of names.filter((other) => other !== server)) linkSync(server, name);
      const small = join(folder.path, 'small.deb');
      execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', tree, small]);
      const said = execFileSync('lintian', ['--tag-display-limit', '0', '--fail-on', 'none', small], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      expect(said).toBe('');
    },
    30 * MINUTES,
  );
});

const INSTALL = 'apt-get install -y --no-install-recommends ./pure-ftpd-node_*.deb';
const USER = `useradd -m -s /bin/bash ftpfiles
mkdir -p /home/ftpfiles/joe; chown ftpfiles: /home/ftpfiles/joe
printf 'secret\\nsecret\\n' | pure-pw useradd joe -u ftpfiles -d /home/ftpfiles/joe -m >/dev/null`;

/** A function that uploads a file, in a script: C's server is in the background before it listens. */
const UPLOAD = `upload() { echo "$1" >"$1"; curl -sS --retry 30 --retry-delay 1 --retry-connrefused -T "$1" --user joe:secret ftp://127.0.0.1/; }
list() { curl -sS --list-only --user joe:secret ftp://127.0.0.1/ | grep -v '^[.]'; }`;

describeInSoak(['root', 'debootstrap'], 'in a Debian with nothing but the package', () => {
  let debian: SmallDebian;
  beforeAll(async () => {
    debian = await SmallDebian.make(join(folder.path, 'alone'), 'iproute2', 'procps', 'curl', 'libatomic1');
    debian.add(deb);
  }, 30 * MINUTES);
  afterAll(() => debian[Symbol.dispose]());

  test(
    'one command installs it; server, user, list; removed, its configuration stays, and purged, nothing',
    async () => {
      const said = await debian.run(`cd /root; ${UPLOAD}
      ${INSTALL} >/dev/null
      /etc/init.d/pure-ftpd start
      ${USER}
      upload first; echo "listed: $(list)"
      for program in pure-ftpd pure-uploadscript pure-authd pure-certd; do
        start-stop-daemon --status --exec /usr/sbin/$program && echo "runs: $program"
      done || true
      /etc/init.d/pure-ftpd status && echo 'status: 0'
      apt-get remove -y pure-ftpd-node >/dev/null
      pgrep -c pure-ftpd || true
      ls -d /usr/lib/pure-ftpd /run/pure-ftpd /usr/sbin/pure* /usr/bin/pure* /usr/share/man/man8/pure* 2>/dev/null || true
      ls -d /etc/pure-ftpd/pureftpd.passwd
      apt-get purge -y pure-ftpd-node >/dev/null
      ls -d /etc/pure-ftpd /var/log/pure-ftpd /etc/default/pure-ftpd-common /etc/dpkg/dpkg.cfg.d/* /etc/pam.d/pure-ftpd 2>/dev/null || true`);
      expect(said).toContain('listed: first\n');
      expect(said).toContain('runs: pure-ftpd\n');
      expect(said).not.toMatch(/runs: pure-(?:uploadscript|authd|certd)/);
      expect(said.slice(said.indexOf('status: 0'))).toMatch(
        /^status: 0\n(?:.*\n)*?0\n\/etc\/pure-ftpd\/pureftpd\.passwd\n$/,
      );
    },
    30 * MINUTES,
  );
});

describeInSoak(['root', 'debootstrap'], "over Debian's packages", () => {
  let debian: SmallDebian;
  beforeAll(async () => {
    debian = await SmallDebian.make(join(folder.path, 'over'), 'iproute2', 'procps', 'curl', 'libatomic1', 'logrotate');
    await debian.fetch('pure-ftpd-mysql');
    debian.add(deb);
  }, 30 * MINUTES);
  afterAll(() => debian[Symbol.dispose]());

  const SETTINGS = {
    ChrootEveryone: 'yes',
    CreateHomeDir: 'yes',
    MaxClientsPerIP: '2',
    PassivePortRange: '30000 30009',
    CallUploadScript: 'yes',
    MaxIdleTime: '1',
    DontResolve: 'yes',
    Quota: '100 10',
    IPV4Only: 'yes',
    Umask: '133 022',
    MaxClientsNumber: '5',
    SyslogFacility: 'ftp',
  };
  // Of FSCharset, which Debian sets to UTF-8, C's server has known nothing since 1.0.48, and ours does.
  const WATCHED = `find /etc/pure-ftpd /etc/default/pure-ftpd-common /etc/pam.d/pure-ftpd /etc/ftpusers /etc/ftpallow '(' -type f -o -type l ')'`;

  test(
    'takes over with the configuration as it is, and keeps it when the old ones are purged',
    async () => {
      const said = await debian.run(`cd /root; ${UPLOAD}
      ${Object.entries(SETTINGS)
        .map(([key, value]) => `echo '${value}' >/etc/pure-ftpd/conf/${key}`)
        .join('\n')}
      ln -s ../conf/PureDB /etc/pure-ftpd/auth/50pure
      echo '# changed' >>/etc/pure-ftpd/db/mysql.conf
      printf '#!/bin/sh\\necho "uploaded: $1" >>/root/uploaded\\n' >/usr/local/sbin/handler; chmod +x /usr/local/sbin/handler
      sed -i 's/^STANDALONE_OR_INETD=.*/STANDALONE_OR_INETD=standalone/; s#^UPLOADSCRIPT=.*#UPLOADSCRIPT=/usr/local/sbin/handler#' /etc/default/pure-ftpd-common
      ${USER}
      pure-ftpd-wrapper --show-options | tr ' ' '\\n' | sort >/root/options-before
      /etc/init.d/pure-ftpd-mysql start
      upload c
      ${WATCHED} | sort | xargs sha256sum >/root/sums
      ${INSTALL} >/dev/null
      pure-ftpd-wrapper --show-options | tr ' ' '\\n' | sort | grep -vx -e -8 -e UTF-8 >/root/options-after
      cmp /root/options-before /root/options-after && echo 'options: the same'
      sha256sum -c --quiet /root/sums && echo 'after: the same'
      /etc/init.d/pure-ftpd-mysql restart
      upload ours
      apt-get purge -y pure-ftpd-common pure-ftpd-mysql >/dev/null
      sha256sum -c --quiet /root/sums && echo 'purged: the same'
      stat -c 'root: %a' /
      upload afterwards; echo "listed: $(list | sort | tr '\\n' ' ')"
      logrotate -f /etc/logrotate.d/pure-ftpd-common
      upload rotated
      until grep -q rotated /var/log/pure-ftpd/transfer.log 2>/dev/null && grep -q rotated /root/uploaded; do sleep 0.1; done
      cat /root/uploaded
      /etc/init.d/pure-ftpd stop`);
      for (const line of [
        'options: the same',
        'after: the same',
        'purged: the same',
        'root: 755',
        'listed: afterwards c ours ',
      ])
        expect(said).toContain(`${line}\n`);
      for (const name of ['c', 'ours', 'afterwards', 'rotated'])
        expect(said).toContain(`uploaded: /home/ftpfiles/joe/${name}\n`);
    },
    30 * MINUTES,
  );
});

describe('the units', () => {
  test.skipIf(!existsSync('/usr/bin/systemd-analyze'))('are understood by systemd', () => {
    const units = ['pure-ftpd', 'pure-ftpd-uploadscript', 'pure-authd', 'pure-certd'];
    const files = units.map((name) => join(workspaceRoot, `tools/packaging/system/${name}.service`));
    const { stderr } = run(['verify', '--man=no', ...files]);
    // Programs are looked for, and only an installation has them.
    expect(
      stderr.split('\n').filter((line) => line !== '' && !/is not executable|Cannot add dependency job/.test(line)),
    ).toEqual([]);
  });
});

function run(words: readonly string[]): { readonly stderr: string } {
  try {
    execFileSync('systemd-analyze', words, { encoding: 'utf8', stdio: 'pipe' });
    return { stderr: '' };
  } catch (error) {
    if (error instanceof Error && 'stderr' in error) return { stderr: String(error.stderr) };
    throw error;
  }
}
