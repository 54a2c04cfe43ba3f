// No password is anywhere where somebody could read it: not in a log, a title, an environment, an error or a core.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';

import { AccountDatabase, DATABASE_SECRET } from '@pure-ftpd/account-servers';
import { tempFolder } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { untilTrue } from '@pure-ftpd/testing';
import { expect, test } from 'vitest';

import { login, startOurs } from './account-server.ts';
import { ofProcess, processesOf, processTitled } from './processes.ts';

const SECRETS = {
  right: 'word-of-alice-0a1b',
  wrong: 'word-that-is-wrong-2c3d',
  database: DATABASE_SECRET,
  otherDatabase: 'another-word-of-a-file-4e5f',
} as const;

const LOGINS = ['alice', 'nobody-here', "o'neil", 'a\\b', 'x'.repeat(200), 'relative'];

describeWith(['root', 'mariadbd', 'postgres'], 'a server that asks a database', () => {
  test.each(['mysql', 'pgsql'] as const)(
    '%s: shows no password to anybody, and its helper has no right',
    async (method) => {
      using folder = tempFolder();
      const home = folder.file('home');
      mkdirSync(home);
      chmodSync(folder.path, 0o755);
      chmodSync(home, 0o777);
      await using database = await AccountDatabase.start(method, [
        { login: 'alice', password: SECRETS.right, home },
        { login: 'relative', password: SECRETS.right, home: 'home' },
      ]);
      const good = database.file(folder, 'good.conf');
      const denied = database.file(folder, 'denied.conf', { Password: SECRETS.otherDatabase });
      const failing = database.file(folder, 'failing.conf', { GetDir: 'SELECT password FROM nowhere' });
      const methods = [failing, denied, good].flatMap((file) => ['-l', `${method}:${file}`]);
      const logs = ['--log-file', folder.file('log'), '-O', `w3c:${folder.file('transfers')}`];
      await using server = await startOurs(...methods, ...logs, '-d', '-d');
      const title = `pure-ftpd (${method.toUpperCase()})`;

      /** All that can be read by others, or is kept. */
      const seen = (): string => {
        const ofAll = processesOf(server).flatMap((pid) =>
          (['cmdline', 'environ', 'comm', 'status'] as const).map((name) => ofProcess(pid, name)),
        );
        const kept = ['log', 'transfers'].map((name) => folder.file(name)).filter((file) => existsSync(file));
        return [...ofAll, server.process.output, ...kept.map((file) => readFileSync(file, 'latin1'))].join('\n');
      };

      const codes = new Map<string, number>();
      for (const password of [SECRETS.right, SECRETS.wrong])
        await Promise.all(
          LOGINS.map(async (user) => codes.set(`${user} ${password}`, (await login(server.port, user, password)).code)),
        );
      expect(codes.get(`alice ${SECRETS.right}`)).toBe(230);
      expect([...codes.values()].filter((code) => code === 230)).toHaveLength(1);
      const log = readFileSync(folder.file('log'), 'latin1');
      // What went wrong is told, each in its words.
      expect(log).toMatch(/Wrong SQL parameters : \[SELECT password FROM nowhere\]/);
      expect(log).toMatch(/The SQL server seems to be down \[(?:Access denied|password authentication failed)/);
      expect(log).toMatch(/relative: the home directory is not an absolute path/);
      expect(processTitled(server, title)).toBeDefined();
      for (const secret of Object.values(SECRETS)) expect([secret, seen().includes(secret)]).toEqual([secret, false]);

      const helpers = processesOf(server).filter((pid) => ofProcess(pid, 'cmdline').startsWith(title));
      expect(helpers).toHaveLength(3);
      for (const helper of helpers) {
        // Its memory is root's to read, and nothing dumps it, although it is nobody's process.
        expect(statSync(`/proc/${helper}/environ`).uid).toBe(0);
        for (const thread of readdirSync(`/proc/${helper}/task`)) {
          const status = readFileSync(`/proc/${helper}/task/${thread}/status`, 'latin1');
          expect(status).toMatch(/^Uid:\t(?!0\t)(\d+)\t\1\t\1\t\1$/m);
          expect(status).toMatch(/^Gid:\t(?!0\t)(\d+)\t\1\t\1\t\1$/m);
          for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])
            expect(status).toMatch(new RegExp(`^${set}:\t0+$`, 'm'));
          expect(status).toMatch(/^NoNewPrivs:\t1$/m);
          const [, gid = '', groups = ''] = /^Gid:\t(\d+)[^]*^Groups:\t(.*)$/m.exec(status) ?? [];
          expect(
            groups
              .trim()
              .split(/\s+/)
              .filter((group) => group !== gid && group !== ''),
          ).toEqual([]);
        }
      }

      // A helper that is killed while it has a login says nothing of it, either.
      for (const helper of helpers) process.kill(helper, 'SIGABRT');
      await untilTrue('the log tells of it', () =>
        /its helper failed/.test(readFileSync(folder.file('log'), 'latin1')),
      );
      for (const secret of Object.values(SECRETS)) expect([secret, seen().includes(secret)]).toEqual([secret, false]);
      expect(readdirSync(folder.path).filter((name) => name.startsWith('core'))).toEqual([]);
    },
  );
});
