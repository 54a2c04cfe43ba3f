import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { peerPath } from '@pure-ftpd/peers';

import type { Client } from './client.ts';
import { type Interpreter, runScript, scripted } from './scripted.ts';

/** What the tests of Apache Commons Net need. */
export const COMMONS_NET = ['java', 'javac', 'commons-net'] as const;

const SOURCE = join(import.meta.dirname, 'CommonsNetClient.java');

/** Compiles our program into a folder, once for all runs. */
export function compileCommonsNet(folder: string): void {
  execFileSync(peerPath('javac'), ['-encoding', 'UTF-8', '-cp', peerPath('commons-net'), '-d', folder, SOURCE]);
}

/** How the program that was compiled into a folder is started; what makes short runs of Java quick is switched on. */
export function commonsNet(folder: string): Interpreter {
  const quick = ['-Xshare:auto', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
  const classes = `${peerPath('commons-net')}:${folder}`;
  return { file: peerPath('java'), args: [...quick, '-cp', classes, 'CommonsNetClient'] };
}

/** Apache Commons Net: FTP in most programs in Java. */
export function commonsNetClient(folder: string): Client {
  return {
    name: 'Apache Commons Net',
    needs: COMMONS_NET,
    modes: ['passive', 'active'],
    cannot: [],
    // Its names are strings.
    canName: (name) => name.isWellFormed(),
    ...scripted(() => commonsNet(folder)),
    uploadTree: (at, local, remote) => runScript(commonsNet(folder), at, [['uploadTree', local, remote]]),
    downloadTree: (at, remote, local) => runScript(commonsNet(folder), at, [['downloadTree', remote, local]]),
    treeFolders: 2,
    bigFile: false,
    shows: {
      wrongPassword: { output: /IOException: 530 /, status: 1 },
      missingFile: { output: /IOException: 550 /, status: 1 },
      noPermission: { output: /IOException: 55\d /, status: 1 },
    },
  };
}
