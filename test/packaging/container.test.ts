// The steps of the image, in a Debian of debootstrap: what it installs, its entry, and the capabilities that compose.yaml leaves.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeInSoak } from '@pure-ftpd/peers/vitest';
import { temporaryFolder } from '@pure-ftpd/testing';
import { workspaceRoot } from '@pure-ftpd/workspace';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { SmallDebian } from './machine.ts';

const CONTAINER = join(workspaceRoot, 'tools/packaging/container');
const MINUTES = 60_000;

describe('the scripts of the image', () => {
  test.each(['install.sh', 'entry.sh'])('%s is understood by the shell', (name) => {
    expect(spawnSync('bash', ['-n', join(CONTAINER, name)])).toMatchObject({ status: 0 });
  });
});

/** What compose.yaml adds to nothing, as setpriv has it. */
function capabilities(): string {
  const [, list = ''] = /cap_add: \[(.*?)\]/.exec(readFileSync(join(CONTAINER, 'compose.yaml'), 'utf8')) ?? [];
  return ['-all', ...list.split(', ').map((name) => `+${name.toLowerCase()}`)].join(',');
}

describeInSoak(['root', 'debootstrap'], 'the image', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let debian: SmallDebian;
  beforeAll(async () => {
    folder = temporaryFolder();
    execFileSync(process.execPath, [
      join(workspaceRoot, 'tools/packaging/src/main.ts'),
      'deb',
      '--quick',
      '--out',
      folder.path,
    ]);
    debian = await SmallDebian.make(join(folder.path, 'image'), 'iproute2', 'procps', 'curl', 'libatomic1');
    const context = join(debian.folder, 'tmp/pure-ftpd');
    mkdirSync(context);
    for (const name of ['install.sh', 'entry.sh']) copyFileSync(join(CONTAINER, name), join(context, name));
    for (const name of readdirSync(folder.path).filter((file) => file.endsWith('.deb')))
      copyFileSync(join(folder.path, name), join(context, name));
    writeFileSync(join(debian.folder, 'root/users'), '# users\njoe:secret:with:colons\njane:other\n');
    await debian.install('sh /tmp/pure-ftpd/install.sh /tmp/pure-ftpd');
  }, 30 * MINUTES);
  afterAll(() => {
    debian[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  const UPLOAD = `echo hello >/root/hello
    until /usr/local/bin/pure-ftpd-container --health 2>/dev/null; do sleep 0.1; done; echo healthy
    curl -sS -T /root/hello --user 'joe:secret:with:colons' "ftp://127.0.0.1:$port/"
    echo "listed: $(curl -sS --list-only --user 'joe:secret:with:colons' "ftp://127.0.0.1:$port/" | grep -v '^[.]')"
    stat -c 'owner: %u' /data/files/joe/hello`;

  test(
    'serves the users of a secret, with the capabilities of compose.yaml',
    async () => {
      const said = await debian.run(`cp /root/users /run/ftp-users
      export PURE_FTPD_USERS_FILE=/run/ftp-users port=21
      setpriv --bounding-set ${capabilities()} --no-new-privs /usr/local/bin/pure-ftpd-container &
      ${UPLOAD}
      grep CapBnd /proc/$(pgrep -of pure-ftpd)/status
      kill %1; wait %1 || true`);
      expect(said).toContain('healthy\n');
      expect(said).toContain('listed: hello\nowner: 1000\n');
    },
    5 * MINUTES,
  );

  test(
    'serves without root',
    async () => {
      const said =
        await debian.run(`cp /root/users /run/ftp-users; chmod 644 /run/ftp-users; rm -rf /data/*; chmod 755 / /run
      export PURE_FTPD_USERS_FILE=/run/ftp-users PURE_FTPD_PORT=2121 port=2121
      setpriv --reuid 1000 --regid 1000 --clear-groups --bounding-set -all --no-new-privs /usr/local/bin/pure-ftpd-container &
      ${UPLOAD}
      kill %1; wait %1 || true`);
      expect(said).toContain('healthy\n');
      expect(said).toContain('listed: hello\nowner: 1000\n');
    },
    5 * MINUTES,
  );
});
