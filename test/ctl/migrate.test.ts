// Configurations of other servers, in the forms that their documentation has: users log in with their old passwords, and the report says
// what is left.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, argon2Sync } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { freePort, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { crypt } from '@pure-ftpd/posix';
import { RawClient, untilTrue } from '@pure-ftpd/testing';
import { workspaceRoot } from '@pure-ftpd/workspace';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { pureFtpctl } from './pure-ftpctl.ts';

const OWNER = 54_321;

let folder: TempFolder;
let port: number;
let server: ChildProcess | undefined;
beforeEach(async () => {
  folder = tempFolder();
  port = await freePort();
});
afterEach(async () => {
  if (server !== undefined && server.exitCode === null) {
    const ended = once(server, 'close');
    server.kill('SIGTERM');
    await ended;
  }
  server = undefined;
  folder.remove();
});

function write(name: string, ...lines: readonly string[]): string {
  const path = folder.file(name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** A home with a file in it, of the user of the test. */
function home(login: string): string {
  const path = folder.file('homes', login);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, `of-${login}`), '');
  chownSync(path, OWNER, OWNER);
  return path;
}

/** The hash of `secret` by a setting of crypt(3). */
async function hashOf(setting: string): Promise<string> {
  const hash = await crypt(Buffer.from('secret'), setting);
  if (hash === undefined || hash.startsWith('*')) throw new Error(`no hash: ${setting}`);
  return hash;
}

function argon2(): string {
  const nonce = randomBytes(16);
  const hash = argon2Sync('argon2id', {
    message: 'secret',
    nonce,
    parallelism: 2,
    tagLength: 32,
    memory: 256,
    passes: 1,
  });
  const [salt, text] = [nonce, hash].map((bytes) => bytes.toString('base64').replace(/=+$/, ''));
  return `$argon2id$v=19$m=256,t=1,p=2$${salt}$${text}`;
}

/** Takes over into the folder `out`. */
function migrate(...words: readonly string[]) {
  const [from = '', source = '', ...more] = words;
  const { status, stdout, stderr } = pureFtpctl('migrate', from, source, folder.file('out'), '--json', ...more);
  expect(stderr).toBe('');
  expect(status).toBe(1);
  const report: {
    readonly users: number;
    readonly settings: readonly { readonly key: string; readonly value: string }[];
    readonly locked: readonly { readonly where: string; readonly text: string }[];
    readonly notes: readonly { readonly where: string; readonly text: string }[];
  } = JSON.parse(stdout);
  return {
    users: report.users,
    settings: Object.fromEntries(report.settings.map(({ key, value }) => [key, value])),
    locked: report.locked.map(({ where, text }) => `${where.replace(`${folder.path}/`, '')}: ${text}`),
    notes: report.notes.map(({ where, text }) => `${where.replace(`${folder.path}/`, '')}: ${text}`),
  };
}

/** The line of a user in the file that was made. */
function lineOf(login: string): string[] {
  const text = readFileSync(folder.file('out', 'pureftpd.passwd'), 'utf8');
  return (
    text
      .split('\n')
      .find((line) => line.startsWith(`${login}:`))
      ?.split(':') ?? []
  );
}

/** Starts the daemon with the configuration that was made. */
async function serve(): Promise<void> {
  const program = join(workspaceRoot, 'node_modules', '.bin', 'pure-ftpd');
  server = spawn(program, [folder.file('out', 'pure-ftpd.conf')], { stdio: 'ignore' });
  await untilTrue('the daemon listens', async () => {
    if (server?.exitCode !== null) throw new Error('the daemon has ended');
    return RawClient.connect(port).then(
      (client) => (client.close(), true),
      () => false,
    );
  });
}

/** A user of a dump of SFTPGo. */
function dumped(username: string, password: string, more: object = {}): object {
  return {
    id: 1,
    status: 1,
    username,
    password,
    home_dir: home(username),
    uid: 0,
    gid: 0,
    expiration_date: 0,
    max_sessions: 0,
    quota_size: 0,
    quota_files: 0,
    permissions: { '/': ['*'] },
    upload_bandwidth: 0,
    download_bandwidth: 0,
    filters: { allowed_ip: [], denied_ip: [] },
    filesystem: { provider: 0 },
    ...more,
  };
}

/** Whether a user gets in with the old password, and sees the own files. */
async function sees(login: string, file = `of-${login}`): Promise<boolean> {
  const client = await RawClient.login(port, login, 'secret');
  const { code } = await client.command(`SIZE ${file}`);
  client.close();
  return code === 213;
}

async function isRefused(login: string): Promise<boolean> {
  return RawClient.login(port, login, 'secret').then(
    (client) => (client.close(), false),
    () => true,
  );
}

describeWith(['root'], 'a migration', () => {
  test('from vsftpd with users of the system takes those of its list, their homes and hashes', async () => {
    const passwd = write(
      'passwd',
      'root:x:0:0:root:/root:/bin/bash',
      'daemon:x:1:1::/:/usr/sbin/nologin',
      ...['alice', 'bob', 'carol', 'dave'].map(
        (login) => `${login}:x:${OWNER}:${OWNER}:${login}:${home(login)}:/bin/sh`,
      ),
    );
    const shadow = write(
      'shadow',
      'root:*:19000:0:99999:7:::',
      `alice:${await hashOf('$6$saltsalt$')}:19000:0:99999:7:::`,
      `bob:${await hashOf('$y$j75$saltsaltsalt$')}:19000:0:99999:7:::`,
      `carol:${await hashOf('$5$saltsalt$')}:19000:0:99999:7:::`,
      `dave:!${await hashOf('$5$saltsalt$')}:19000:0:99999:7:::`,
    );
    const conf = write(
      'vsftpd.conf',
      '# an example in the form of vsftpd.conf(5)',
      'listen=YES',
      `listen_port=${port}`,
      'anonymous_enable=NO',
      'local_enable=YES',
      'write_enable=YES',
      'local_umask=022',
      'dirmessage_enable=YES',
      'xferlog_enable=YES',
      `xferlog_file=${folder.file('xferlog')}`,
      'connect_from_port_20=YES',
      'idle_session_timeout=600',
      'chroot_local_user=YES',
      'allow_writeable_chroot=YES',
      'chroot_list_enable=YES',
      `chroot_list_file=${write('chroot_list', 'bob')}`,
      'userlist_enable=YES',
      'userlist_deny=NO',
      `userlist_file=${write('user_list', 'alice', 'bob', 'dave')}`,
      `user_config_dir=${dirname(write('users/alice', 'local_max_rate=204800', 'anon_world_readable_only=NO'))}`,
      'pasv_min_port=40000',
      'pasv_max_port=40100',
      'max_clients=20',
      'max_per_ip=4',
      'cmds_denied=DELE',
      'hide_file={*.bak}',
      'ftpd_banner=Welcome',
    );
    const { users, settings, locked, notes } = migrate('vsftpd', conf, '--passwd', passwd, '--shadow', shadow);
    expect(users).toBe(3);
    expect(settings).toEqual({
      Umask: '022:022',
      MaxIdleTime: '10',
      MaxClientsNumber: '20',
      MaxClientsPerIP: '4',
      Bind: String(port),
      PassivePortRange: '40000 40100',
      NoAnonymous: 'yes',
      AltLog: `xferlog:${folder.file('xferlog')}`,
    });
    expect(locked).toEqual(['passwd:6: was locked, or had no password']);
    expect(notes).toEqual([
      'vsftpd.conf:25: cmds_denied=DELE: no equivalent',
      'vsftpd.conf:26: hide_file={*.bak}: no equivalent',
      'vsftpd.conf:27: ftpd_banner: write the text into a file, and name it by FortunesFile: Welcome',
      'users/alice:2: anon_world_readable_only=NO: not for one user',
    ]);
    expect(lineOf('alice').slice(5, 8)).toEqual([`${folder.file('homes', 'alice')}/./`, '204800', '204800']);
    expect(lineOf('bob')[5]).toBe(folder.file('homes', 'bob'));
    await serve();
    expect(await sees('alice')).toBe(true);
    expect(await sees('bob')).toBe(true);
    expect(await isRefused('carol')).toBe(true);
    expect(await isRefused('dave')).toBe(true);
  });

  test('from vsftpd with virtual users takes the file of pam_pwdfile, and whom they work as', async () => {
    home('virtual');
    const passwords = write(
      'ftpd.passwd',
      `virtual:${await hashOf('$1$saltsalt$')}`,
      'plain:secret',
      'nohome',
      '../up:x',
    );
    const conf = write(
      'vsftpd.conf',
      `listen_port=${port}`,
      'anonymous_enable=NO',
      'local_enable=YES',
      'guest_enable=YES',
      'guest_username=ftpuser',
      'virtual_use_local_privs=YES',
      'user_sub_token=$USER',
      `local_root=${folder.file('homes')}/$USER`,
      `user_config_dir=${folder.file('nothing')}`,
    );
    const passwd = write('passwd', `ftpuser:x:${OWNER}:${OWNER}::/srv:/usr/sbin/nologin`);
    const { users, settings, locked, notes } = migrate('vsftpd', conf, '--passwd', passwd, '--passwords', passwords);
    // Where no line says otherwise, what vsftpd does without one.
    expect(settings).toMatchObject({
      Umask: '077:077',
      MaxIdleTime: '5',
      MaxClientsNumber: '2000',
      MaxClientsPerIP: '50',
    });
    expect(users).toBe(2);
    expect(locked).toEqual([
      'ftpd.passwd:2: a password in clear, or of an unknown form, which is not taken: give a new one by user set --password',
    ]);
    expect(notes).toEqual([
      'ftpd.passwd:3: no line of a user: left out',
      'ftpd.passwd:4: a name that a PureDB cannot have, or a path',
    ]);
    expect(readFileSync(folder.file('out', 'pureftpd.passwd'), 'utf8')).not.toContain('secret');
    await serve();
    expect(await sees('virtual')).toBe(true);
    expect(await isRefused('plain')).toBe(true);
  });

  test('from ProFTPD takes AuthUserFile, AuthGroupFile and the directives of the server, of files that it includes, too', async () => {
    const line = (login: string, hash: string, shell = '/bin/sh') =>
      `${login}:${hash}:${OWNER}:${OWNER}:${login}:${home(login)}:${shell}`;
    write(
      'ftpd.passwd',
      line('alice', await hashOf('$6$saltsalt$')),
      line('bob', await hashOf('$1$saltsalt$')),
      line('carol', await hashOf('$5$saltsalt$'), '/bin/none'),
      line('dave', '{sha1}5en6G6MezRroT3XKqkdPOmY/BfQ='),
      `rooty:${await hashOf('$1$saltsalt$')}:0:0::/root:/bin/sh`,
    );
    write('ftpd.group', `staff:x:${OWNER}:alice`, 'web:x:33:alice,bob');
    write('conf.d/tls.conf', '<IfModule mod_tls.c>', '  TLSEngine off', '</IfModule>');
    const conf = write(
      'proftpd.conf',
      'ServerName "An example"',
      'ServerType standalone',
      `Port ${port}`,
      'UseIPv6 off',
      'Umask 022 027',
      'MaxInstances 30',
      'MaxClients 40 "Sorry, %m users"',
      'MaxClientsPerHost 5',
      'MaxClientsPerUser 3',
      'TimeoutIdle 1200',
      'PassivePorts 49152 49252',
      'DefaultRoot ~ \\',
      '  !staff',
      'AuthOrder mod_auth_file.c',
      'AuthUserFile ftpd.passwd',
      'AuthGroupFile ftpd.group',
      `TransferLog ${folder.file('xferlog')}`,
      'TransferRate RETR 100',
      'TransferRate STOR,APPE 50',
      'RewriteEngine on',
      'Include conf.d/*.conf',
      '<Directory />',
      '  AllowOverwrite on',
      '  <Limit DELE>',
      '    DenyAll',
      '  </Limit>',
      '</Directory>',
      '<VirtualHost ftp2.example.org>',
      '  Port 2122',
      '</VirtualHost>',
    );
    const { users, settings, locked, notes } = migrate('proftpd', conf);
    expect(users).toBe(4);
    expect(settings).toEqual({
      IPV4Only: 'yes',
      Umask: '022:027',
      MaxClientsNumber: '40',
      MaxClientsPerIP: '5',
      PerUserLimits: '3:0',
      MaxIdleTime: '20',
      PassivePortRange: '49152 49252',
      AltLog: `xferlog:${folder.file('xferlog')}`,
      UserBandwidth: '50 100',
      Bind: String(port),
      NoAnonymous: 'yes',
    });
    expect(locked).toEqual([
      'ftpd.passwd:3: its shell /bin/none is none of /etc/shells',
      'ftpd.passwd:4: a hash of the form {sha1}, which is not taken: give a new one by user set --password',
    ]);
    expect(notes).toEqual([
      'proftpd.conf:20: rewriteengine on: no equivalent',
      expect.stringMatching(/^proftpd\.conf:23: <Directory \/>: rules for folders/),
      expect.stringMatching(/^proftpd\.conf:29: <VirtualHost ftp2\.example\.org>: another server/),
      'proftpd.conf:12: DefaultRoot ~ !staff: all users are confined: user set --home changes one',
      'ftpd.passwd:1: alice is also in staff, web: a virtual user has one group',
      'ftpd.passwd:2: bob is also in web: a virtual user has one group',
      'ftpd.passwd:5: files would belong to root, or to nobody who is known: left out (--owner says to whom)',
    ]);
    await serve();
    expect(await sees('alice')).toBe(true);
    expect(await sees('bob')).toBe(true);
    expect(await isRefused('carol')).toBe(true);
    expect(await isRefused('dave')).toBe(true);
  });

  test('from SFTPGo takes the users of its dump with their limits, and tells what FTP, or a PureDB, has not', async () => {
    const bcrypt = await hashOf('$2a$04$abcdefghijklmnopqrstuu');
    const dump = {
      version: 16,
      users: [
        dumped('alice', bcrypt, {
          max_sessions: 3,
          quota_size: 5000,
          quota_files: 10,
          upload_bandwidth: 64,
          download_bandwidth: 128,
        }),
        dumped('bob', argon2(), {
          filters: { allowed_ip: ['127.0.0.0/8', '2001:db8::/32'], denied_ip: ['192.0.2.1'] },
        }),
        dumped('carol', bcrypt, {
          permissions: { '/': ['list', 'download'] },
          public_keys: ['ssh-ed25519 AAAA'],
          virtual_folders: [{}],
        }),
        dumped('off', bcrypt, { status: 0 }),
        dumped('old', bcrypt, { expiration_date: 1000 }),
        dumped('cloud', bcrypt, { filesystem: { provider: 1 } }),
        dumped('sshonly', bcrypt, { filters: { denied_protocols: ['FTP', 'DAV'] } }),
        dumped('pbkdf', '$pbkdf2-sha256$150000$E86a9YMX3zC7$R5J62hsSq+pYw00hLLPKBbcGXmq7fj5+/M0IFoYtZbo='),
      ],
      groups: [{ name: 'g' }],
      folders: [],
    };
    writeFileSync(folder.file('dump.json'), JSON.stringify(dump));
    const { users, settings, locked, notes } = migrate('sftpgo', folder.file('dump.json'), '--owner', String(OWNER));
    expect(users).toBe(8);
    expect(settings).toEqual({ NoAnonymous: 'yes', ChrootEveryone: 'yes', CreateHomeDir: 'yes' });
    expect(locked).toEqual([
      'dump.json: off: was not active',
      'dump.json: old: has expired',
      'dump.json: cloud: has its files in a cloud, an encrypted or a remote file system',
      'dump.json: sshonly: was not allowed to use FTP',
      'dump.json: pbkdf: a hash of the form $pbkdf2-sha256$, which is not taken: give a new one by user set --password',
    ]);
    expect(notes).toEqual([
      expect.stringMatching(/^dump\.json: carol: permissions for \/: /),
      'dump.json: carol: public keys: FTP has none',
      expect.stringMatching(/^dump\.json: carol: virtual folders: /),
      'dump.json: 1 groups, whose settings users inherit: not taken',
    ]);
    expect(lineOf('alice').slice(2, 13)).toEqual(
      [OWNER, OWNER, '', `${folder.file('homes', 'alice')}/./`, 65_536, 131_072, '', '', 3, 10, 5000].map(String),
    );
    expect(lineOf('bob').slice(15, 17)).toEqual(['127.0.0.0/8,[2001-db8--]/32', '192.0.2.1']);
    writeFileSync(folder.file('out', 'pure-ftpd.conf'), `Bind ${port}\n`, { flag: 'a' });
    await serve();
    const lockedOnes = ['off', 'old', 'cloud', 'sshonly', 'pbkdf'];
    expect(await Promise.all(['alice', 'bob', 'carol'].map((login) => sees(login)))).toEqual([true, true, true]);
    expect(await Promise.all(lockedOnes.map(isRefused))).toEqual(lockedOnes.map(() => true));
  });

  test('from files in the form of passwd leaves a folder for root alone, and replaces nothing', async () => {
    const passwd = write(
      'passwd',
      `alice:x:${OWNER}:${OWNER}:A:${home('alice')}:/bin/sh`,
      `bob:${await hashOf('$1$saltsalt$')}`,
    );
    home('bob');
    const shadow = write('shadow', `alice:${await hashOf('$6$saltsalt$')}:1:::::`);
    const words = ['migrate', 'passwd', passwd, folder.file('out')];
    const options = ['--shadow', shadow, '--owner', String(OWNER), '--homes', folder.file('homes')];
    const first = pureFtpctl(...words, ...options);
    expect(first).toEqual({
      status: 0,
      stderr: '',
      stdout: `From ${passwd}: 2 users, 0 of them locked; 2 settings.\n`,
    });
    for (const name of ['pureftpd.passwd', 'pureftpd.pdb', 'pure-ftpd.conf', 'report.txt'])
      expect(statSync(folder.file('out', name)).mode & 0o777).toBe(0o600);
    expect(pureFtpctl(...words, ...options)).toEqual({
      status: 3,
      stdout: '',
      stderr: `pure-ftpctl: ${folder.file('out', 'pureftpd.passwd')} is there already: name another folder\n`,
    });
    writeFileSync(folder.file('out', 'pure-ftpd.conf'), `Bind ${port}\n`, { flag: 'a' });
    await serve();
    expect(await sees('alice')).toBe(true);
    expect(await sees('bob')).toBe(true);
  });

  test.each([
    ['vsftpd', 'none', /none: No such file or directory$/],
    ['sftpgo', 'passwd', /passwd: no JSON: /],
    ['sftpgo', 'empty.json', /empty\.json: no dump of SFTPGo: it has no users$/],
  ])('from %s of %s is refused in one line, and leaves nothing', (from, source, reason) => {
    write('passwd', 'a:b:1:1::/a:');
    write('empty.json', '{}');
    const { status, stdout, stderr } = pureFtpctl('migrate', from, folder.file(source), folder.file('out'));
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr.trimEnd()).toMatch(reason);
    expect(() => statSync(folder.file('out'))).toThrow('ENOENT');
  });
});
