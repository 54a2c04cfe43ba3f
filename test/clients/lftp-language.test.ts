// lftp chooses a language before its login, and lists the files of a server that answers in it.
import { peerPath } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { expect, test } from 'vitest';

import { Daemon, LOGIN, PASSWORD } from '../support/daemon.ts';
import { runProgram } from '../support/program.ts';
import { writeServed } from '../support/served-file.ts';

describeWith(['lftp'], 'lftp in another language', () => {
  test.each([
    ['de', '230 Angemeldet.'],
    ['tr', '230 Oturum a'],
    ['nb', '230 P'],
  ])('sends LANG %s, logs in and lists', async (tag, welcome) => {
    await using daemon = await Daemon.start();
    writeServed(daemon, 'file.txt', 'content');
    const { stdout, stderr } = await runProgram(peerPath('lftp'), [
      '-d',
      '--norc',
      '-c',
      `set ftp:lang ${tag}; open -u ${LOGIN},${PASSWORD} ftp://${daemon.host}:${daemon.port}; cls -1; quit`,
    ]);
    expect(stdout).toContain('file.txt');
    expect(stderr).toMatch(new RegExp(`---> LANG ${tag}\n<--- 200[^]*---> USER[^]*<--- ${welcome}`));
  });
});
