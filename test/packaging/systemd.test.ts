// The package under systemd itself, which wants to be the first process of a machine: one that qemu emulates, in the long form.
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describeInSoak } from '@pure-ftpd/peers/vitest';
import { temporaryFolder } from '@pure-ftpd/testing';
import { workspaceRoot } from '@pure-ftpd/workspace';
import { expect, test } from 'vitest';

import { SmallDebian } from './machine.ts';

const MINUTES = 60_000;

const NEEDED = ['/usr/bin/qemu-system-x86_64', '/usr/bin/cpio'];

/** Leaves the kernel of Debian in the home of root. */
const KERNEL = `cd /root
apt-get download $(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \\(linux-image-[0-9].*\\)/\\1/p')
dpkg-deb -x linux-image-*.deb kernel
cp kernel/boot/vmlinuz-* vmlinuz
rm -r kernel linux-image-*.deb
apt-get clean`;

/** What is done on the machine, once it is up. What is told is between two marks, since the kernel and systemd talk as well, on the same line at
 * times. */
const STEPS = `#!/bin/sh
exec >/dev/console 2>&1
say() { echo "<<$*>>"; }
list() { curl -sS --list-only --user joe:secret ftp://127.0.0.1/ | grep -v '^[.]' | tr '\\r\\n' '  '; }
dpkg -i /root/pure-ftpd-node_*.deb
say installed $(systemctl is-active pure-ftpd) $(systemctl is-enabled pure-ftpd pure-ftpd-uploadscript)
useradd -m -s /bin/bash ftpfiles
mkdir -p /home/ftpfiles/joe; chown ftpfiles: /home/ftpfiles/joe
printf 'secret\\nsecret\\n' | pure-pw useradd joe -u ftpfiles -d /home/ftpfiles/joe -m -C 1000 >/dev/null
systemctl restart pure-ftpd; say restarted $?
echo content >/root/first
curl -sS -T /root/first --user joe:secret ftp://127.0.0.1/
say listed $(list)
before=$(systemctl show -p MainPID pure-ftpd)
echo 7 >/etc/pure-ftpd/conf/MaxClientsNumber
systemctl reload pure-ftpd; say reloaded $?
say limit $(pure-ftpctl health | grep -o 'of 7 sessions')
[ "$before" = "$(systemctl show -p MainPID pure-ftpd)" ] && say the same process
say listed $(list)
systemctl stop pure-ftpd; say stopped $? $(systemctl is-active pure-ftpd)
systemctl start pure-ftpd; say started $? $(systemctl show -p NRestarts -p Result pure-ftpd)
journalctl --no-pager -u pure-ftpd
systemctl poweroff
`;

const UNIT = `[Unit]
After=multi-user.target
[Service]
Type=oneshot
TimeoutStartSec=infinity
ExecStart=/root/steps
`;

/** A start takes a minute of an emulated processor. */
const PATIENT = '[Manager]\nDefaultTimeoutStartSec=1800\nDefaultTimeoutStopSec=1800\n';

function addSteps(folder: string): void {
  const units = join(folder, 'etc/systemd/system');
  writeFileSync(join(folder, 'root/steps'), STEPS, { mode: 0o755 });
  writeFileSync(join(units, 'steps.service'), UNIT);
  mkdirSync(join(units, 'graphical.target.wants'), { recursive: true });
  symlinkSync('../steps.service', join(units, 'graphical.target.wants/steps.service'));
  mkdirSync(join(folder, 'etc/systemd/system.conf.d'), { recursive: true });
  writeFileSync(join(folder, 'etc/systemd/system.conf.d/patient.conf'), PATIENT);
  // The tree is the first file system of the kernel: no disk, and no drivers of one.
  symlinkSync('/lib/systemd/systemd', join(folder, 'init'));
}

/** @returns All that is printed on the console until the machine is off. */
async function boot(kernel: string, tree: string): Promise<string> {
  const append = 'console=ttyS0 panic=-1 systemd.mask=serial-getty@ttyS0.service';
  const words = ['-accel', 'tcg', '-cpu', 'max', '-smp', '2', '-m', '4096', '-nographic', '-no-reboot', '-net', 'none'];
  const { stdout } = await promisify(execFile)(
    'qemu-system-x86_64',
    [...words, '-kernel', kernel, '-initrd', tree, '-append', append],
    { maxBuffer: Infinity },
  );
  return stdout;
}

test('what is done on the machine is a program that a shell reads', () => {
  expect(spawnSync('sh', ['-n'], { input: STEPS, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

describeInSoak(['root', 'debootstrap'], 'under systemd', () => {
  test.skipIf(!NEEDED.every((file) => existsSync(file)))(
    'one command installs it, and the server starts, reloads, stops and starts again by its unit',
    async () => {
      using place = temporaryFolder();
      const main = join(workspaceRoot, 'tools/packaging/src/main.ts');
      const deb = execFileSync(process.execPath, [main, 'deb', '--quick', '--out', place.path], {
        encoding: 'utf8',
      }).trim();
      using debian = await SmallDebian.make(
        join(place.path, 'machine'),
        'systemd',
        'systemd-sysv',
        'dbus',
        'kmod',
        'iproute2',
        'procps',
        'curl',
        'libatomic1',
      );
      await debian.install(KERNEL);
      const kernel = join(place.path, 'vmlinuz');
      copyFileSync(join(debian.folder, 'root/vmlinuz'), kernel);
      debian.add(deb);
      addSteps(debian.folder);
      const tree = join(place.path, 'tree.cpio');
      execFileSync('sh', ['-c', `find . -xdev | cpio -o -H newc --quiet >"$1"`, 'sh', tree], { cwd: debian.folder });
      const said = await boot(kernel, tree);
      const told = [...said.matchAll(/<<(.*?) *>>/g)].map(([, text]) => text);
      expect(told, said).toEqual([
        'installed active enabled enabled',
        'restarted 0',
        'listed first',
        'reloaded 0',
        'limit of 7 sessions',
        'the same process',
        'listed first',
        'stopped 0 inactive',
        'started 0 Result=success NRestarts=0',
      ]);
    },
    60 * MINUTES,
  );
});
