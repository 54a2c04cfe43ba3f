import { createReadStream, createWriteStream, readFileSync, statSync } from 'node:fs';

import { Client as BasicFtp } from 'basic-ftp';

import type { Finished } from '../support/program.ts';
import type { Client, Step, Visit } from './client.ts';

async function doStep(ftp: BasicFtp, step: Step): Promise<string> {
  switch (step.do) {
    case 'upload':
      await ftp.uploadFrom(step.local, step.remote);
      return '';
    case 'resumeUpload':
      await ftp.appendFrom(createReadStream(step.local, { start: await ftp.size(step.remote) }), step.remote);
      return '';
    case 'download':
      await ftp.downloadTo(step.local, step.remote);
      return '';
    case 'resumeDownload':
      await ftp.downloadTo(createWriteStream(step.local, { flags: 'a' }), step.remote, statSync(step.local).size);
      return '';
    case 'list':
      return (await ftp.list(step.remote)).map(({ name }) => `${name}\n`).join('');
    case 'delete':
      await ftp.remove(step.remote);
      return '';
    case 'makeFolder':
      await ftp.send(`MKD ${step.remote}`);
      return '';
    case 'removeFolder':
      await ftp.removeEmptyDir(step.remote);
      return '';
    case 'rename':
      await ftp.rename(step.remote, step.to);
      return '';
    case 'changeMode':
      await ftp.send(`SITE CHMOD ${step.mode} ${step.remote}`);
      return '';
    default:
      return step satisfies never;
  }
}

/** A visit with a connection of its own; what it throws becomes what a program would show. */
async function visiting(
  { host, port, user, password, tls }: Visit,
  work: (ftp: BasicFtp) => Promise<string>,
): Promise<Finished> {
  const ftp = new BasicFtp(10_000);
  try {
    const secured =
      tls === undefined
        ? {}
        : {
            secure: true,
            secureOptions: { ca: readFileSync(tls.authority), minVersion: tls.version, maxVersion: tls.version },
          };
    await ftp.access({ host, port, user, password, ...secured });
    const stdout = await work(ftp);
    return { status: 0, stdout: Buffer.from(stdout).toString('latin1'), stderr: '', output: stdout };
  } catch (error) {
    const stderr = String(error);
    return { status: 1, stdout: '', stderr, output: stderr };
  } finally {
    ftp.close();
  }
}

export const basicFtpClient: Client = {
  name: 'basic-ftp',
  needs: [],
  modes: ['passive'],
  cannot: [],
  // Its names are strings of UTF-8.
  canName: (name) => name.isWellFormed(),
  // It takes the cipher of the session it wants to resume for the end of the handshake.
  tlsFaults: { emptyUploads: true },
  resumes: ['TLSv1.2', 'TLSv1.3'],
  run: (at, steps) =>
    visiting(at, async (ftp) => {
      let shown = '';
      for (const step of steps) shown += await doStep(ftp, step);
      return shown;
    }),
  uploadTree: (at, local, remote) =>
    visiting(at, async (ftp) => {
      await ftp.uploadFromDir(local, remote);
      return '';
    }),
  downloadTree: (at, remote, local) =>
    visiting(at, async (ftp) => {
      await ftp.downloadToDir(local, remote);
      return '';
    }),
  treeFolders: 50,
  bigFile: true,
  shows: {
    wrongPassword: { output: /FTPError: 530 /, status: 1 },
    missingFile: { output: /FTPError: 550 /, status: 1 },
    noPermission: { output: /FTPError: 55\d /, status: 1 },
  },
};
