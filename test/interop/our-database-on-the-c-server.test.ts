import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peerPath, startPureFtpd, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { expect, test } from 'vitest';

const purePw = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'pure-pw');
const UID = '3001';
const PASSWORD = 'correct horse';

describeWith(['root', 'pure-ftpd', 'curl'], 'a database of our pure-pw on the C pure-ftpd', () => {
  test('logs its user in with the right password only', async () => {
    using folder = tempFolder();
    const [passwd, database, home] = [folder.file('passwd'), folder.file('users.pdb'), folder.file('home')];
    mkdirSync(home);
    writeFileSync(join(home, 'a file'), 'content');
    const add = ['useradd', 'joe', '-u', UID, '-g', UID, '-d', home, '-f', passwd, '-F', database, '-m'];
    execFileSync(purePw, add, { input: `${PASSWORD}\n${PASSWORD}\n`, stdio: 'pipe' });

    await using server = await startPureFtpd({ args: ['-l', `puredb:${database}`] });
    const url = `ftp://${server.host}:${server.port}/a%20file`;
    const get = (password: string) =>
      spawnSync(peerPath('curl'), ['--silent', '--user', `joe:${password}`, url], { encoding: 'utf8' });
    expect(get(PASSWORD)).toMatchObject({ status: 0, stdout: 'content' });
    // 67: the server did not accept the login.
    expect(get('wrong')).toMatchObject({ status: 67, stdout: '' });
  });
});
