// lftp chooses a language before its login, and lists the files of a server that answers in it.
import { peerPath } from '@pure-ftpd/peers';
import { describeWith } from '@pure-ftpd/peers/vitest';
import { soak } from '@pure-ftpd/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { offeredLanguages } from '../languages/whole-session.ts';
import { Daemon, LOGIN, PASSWORD } from '../support/daemon.ts';
import { runProgram } from '../support/program.ts';
import { writeServed } from '../support/served-file.ts';

/** What the program says after a login, as far as ASCII goes. */
const WELCOMES: Readonly<Record<string, RegExp>> = { de: /^Angemeldet\. /, tr: /^Oturum a/, nb: /^P.*logget\. / };

describeWith(['lftp'], 'lftp in another language', () => {
  let daemon: Daemon;

  beforeAll(async () => {
    daemon = await Daemon.start();
    writeServed(daemon, 'file.txt', 'content');
  });
  afterAll(() => daemon[Symbol.asyncDispose]());

  test('sends LANG, logs in and lists', async () => {
    for (const tag of soak(Object.keys(WELCOMES), await offeredLanguages())) {
      const { stdout, stderr } = await runProgram(peerPath('lftp'), [
        '-d',
        '--norc',
        '-c',
        `set ftp:lang ${tag}; open -u ${LOGIN},${PASSWORD} ftp://${daemon.host}:${daemon.port}; cls -1; quit`,
      ]);
      expect([tag, stdout]).toEqual([tag, 'file.txt\n']);
      expect(stderr).toContain(`---> LANG ${tag}\n<--- 200`);
      const [, welcome = ''] = /---> USER[^]*<--- 230 (.*)/.exec(stderr) ?? [];
      expect(welcome).toMatch(WELCOMES[tag] ?? /./);
    }
  });
});
