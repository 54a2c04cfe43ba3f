import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { freePort, peerPath, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { untilTrue } from '@pure-ftpd/testing';

import { ours } from './programs.ts';
import { ScoreboardPlace } from './scoreboard-place.ts';

/** A web server whose pages `/NAME.cgi` are what `pure-ftpwho` prints with options. */
export interface StatusPages extends AsyncDisposable {
  readonly place: ScoreboardPlace;
  /** The address of a page. */
  url(page: string): string;
}

function configuration(folder: TempFolder, port: number): string {
  return `
server.modules = ("mod_cgi")
server.bind = "127.0.0.1"
server.port = ${port}
server.document-root = "${folder.file('www')}"
server.errorlog = "${folder.file('errors')}"
cgi.assign = (".cgi" => "")
`;
}

/**
 * Debian's lighttpd with a scoreboard of its own. Needs root and the peer `lighttpd`.
 * @param pages The options of each page, as a shell reads them.
 */
export async function serveStatusPages(pages: Readonly<Record<string, string>>): Promise<StatusPages> {
  const folder = tempFolder();
  try {
    const port = await freePort();
    mkdirSync(folder.file('www'));
    for (const [page, options] of Object.entries(pages)) {
      const file = folder.file('www', `${page}.cgi`);
      writeFileSync(file, `#!/bin/sh\nexec ${ours.program('pure-ftpwho')} ${options}\n`);
      chmodSync(file, 0o755);
    }
    writeFileSync(folder.file('lighttpd.conf'), configuration(folder, port));
    const lighttpd = peerPath('lighttpd');
    const modules = join(dirname(dirname(lighttpd)), 'lib', 'lighttpd');
    const command = [lighttpd, '-D', '-f', folder.file('lighttpd.conf'), '-m', modules];
    const place = await ScoreboardPlace.start(command);
    const url = (page: string): string => `http://127.0.0.1:${port}/${page}`;
    try {
      await untilTrue('the web server answers', () => answers(url('')));
    } catch (error) {
      await place[Symbol.asyncDispose]();
      throw new Error(`no web server: ${place.process.output}`, { cause: error });
    }
    const dispose = async (): Promise<void> => {
      await place[Symbol.asyncDispose]();
      folder.remove();
    };
    return { place, url, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    folder.remove();
    throw error;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false; // nobody listens yet
  }
}
