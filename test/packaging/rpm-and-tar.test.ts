// The package for systems with rpm, and the tarballs: what is in them, and what they do on a machine with nothing else. That machine is a
// Debian with its rpm: the scripts of the package run as they do elsewhere, and what it depends on is there under other names.
import { execFileSync } from 'node:child_process';
import { globSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describeInSoak } from '@pure-ftpd/peers/vitest';
import { temporaryFolder } from '@pure-ftpd/testing';
import { workspaceRoot } from '@pure-ftpd/workspace';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { SmallDebian } from './machine.ts';

const MINUTES = 60_000;

const USER = `useradd -m ftpfiles
mkdir -p /etc/pure-ftpd /home/ftpfiles/joe; chown ftpfiles: /home/ftpfiles/joe
printf 'secret\\nsecret\\n' | pure-pw useradd joe -u ftpfiles -d /home/ftpfiles/joe -m >/dev/null`;

const LIST = `echo first >first; curl -sS -T first --user joe:secret ftp://127.0.0.1/
echo "listed: $(curl -sS --list-only --user joe:secret ftp://127.0.0.1/ | grep -v '^[.]')"`;

/** @returns The paths of the packages. */
function make(out: string, ...kind: readonly string[]): string[] {
  const words = [join(workspaceRoot, 'tools/packaging/src/main.ts'), ...kind, '--quick', '--out', out];
  return execFileSync(process.execPath, words, { encoding: 'utf8' }).trim().split('\n');
}

describeInSoak(['root', 'debootstrap', 'rpmbuild'], 'the package for rpm', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let rpm = '';
  let machine: SmallDebian;
  beforeAll(async () => {
    folder = temporaryFolder();
    [rpm = ''] = make(folder.path, 'rpm');
    machine = await SmallDebian.make(join(folder.path, 'rpm'), 'iproute2', 'procps', 'curl', 'libatomic1', 'rpm');
    machine.add(rpm);
  }, 30 * MINUTES);
  afterAll(() => {
    machine[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  test('has every program, manual pages, units and licences, and one setting', () => {
    const files = execFileSync('rpmquery', ['-lp', rpm], { encoding: 'utf8' });
    for (const name of readdirSync(join(workspaceRoot, 'apps'))) expect(files).toMatch(new RegExp(`/s?bin/${name}\\n`));
    for (const path of [
      '/usr/share/man/man8/pure-ftpd.8.gz',
      '/usr/lib/systemd/system/pure-ftpd.service',
      '/usr/share/doc/pure-ftpd-node/copyright',
    ])
      expect(files).toContain(`${path}\n`);
    expect(files).not.toMatch(/\.ts\n|\.sources\n|init\.d|dpkg/);
    expect(execFileSync('rpmquery', ['-cp', rpm], { encoding: 'utf8' })).toBe('/etc/logrotate.d/pure-ftpd\n');
  });

  test(
    'is installed, serves, and is removed; configuration stays',
    async () => {
      const said = await machine.run(`cd /root
      rpm --install --nodeps --force-debian ./pure-ftpd-node-*.rpm
      mkdir -m 700 /run/pure-ftpd
      STANDALONE_OR_INETD=standalone pure-ftpd-wrapper
      ${USER}
      ${LIST}
      rpm --verify --nodeps pure-ftpd-node && echo 'verified'
      rpm --erase --force-debian pure-ftpd-node
      ls -d /usr/lib/pure-ftpd /run/pure-ftpd /usr/sbin/pure* /usr/bin/pure* 2>/dev/null || true
      ls -d /etc/pure-ftpd/pureftpd.passwd`);
      expect(said).toContain('listed: first\n');
      expect(said).toMatch(/verified\n\/etc\/pure-ftpd\/pureftpd\.passwd\n$/);
    },
    30 * MINUTES,
  );
});

describe('the tarball for musl', () => {
  test(
    'has native code for it, and runs every program on the Node of the system, also by a link',
    () => {
      using tree = temporaryFolder();
      const [tarball = ''] = make(tree.path, 'tar', '--libc', 'musl');
      execFileSync('tar', ['-C', tree.path, '--strip-components=1', '-xf', tarball]);
      const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
      const answer = (program: string): string =>
        execFileSync(program, ['--version'], { encoding: 'utf8', env }).trimEnd();
      symlinkSync('sbin/pure-ftpwho', join(tree.path, 'who'));
      expect(answer(join(tree.path, 'who'))).toMatch(/^pure-ftpwho v/);
      const programs = globSync('{bin,sbin}/*', { cwd: tree.path });
      expect(programs).toHaveLength(readdirSync(join(workspaceRoot, 'apps')).length + 8);
      for (const name of ['sbin/pure-ftpd-mysql', 'bin/pure-pw', 'sbin/pure-quotacheck'])
        expect(answer(join(tree.path, name))).toMatch(/^pure-(?:ftpd|pw|quotacheck) v/);
      const native = globSync('lib/**/*.node', { cwd: tree.path });
      expect(native).toEqual([expect.stringMatching(/\/musl_\w+\/koffi\.node$/)]);
    },
    5 * MINUTES,
  );
});

describeInSoak(['root', 'debootstrap'], 'the tarball with Node', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let machine: SmallDebian;
  beforeAll(async () => {
    folder = temporaryFolder();
    const [tarball = ''] = make(folder.path, 'tar', '--libc', 'linux');
    machine = await SmallDebian.make(join(folder.path, 'tar'), 'iproute2', 'procps', 'curl', 'libatomic1');
    machine.add(tarball);
  }, 30 * MINUTES);
  afterAll(() => {
    machine[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  test(
    'serves where nothing else is',
    async () => {
      const said = await machine.run(`cd /root
      PATH=/usr/local/sbin:/usr/local/bin:$PATH
      tar -C /usr/local --strip-components=1 -xf pure-ftpd-node-*.tar.gz
      ${USER}
      pure-ftpd -B -E -l puredb:/etc/pure-ftpd/pureftpd.pdb
      ${LIST}
      kill "$(cat /var/run/pure-ftpd.pid)"`);
      expect(said).toContain('listed: first\n');
    },
    30 * MINUTES,
  );
});
