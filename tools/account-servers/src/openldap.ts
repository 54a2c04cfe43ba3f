// OpenLDAP's slapd from Debian's package, in a folder of its own, with the tree of the transcripts.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { type MadeCertificate, makeCertificate } from '@pure-ftpd/x509';
import { freePort, peerPath, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { workspaceRoot } from '@pure-ftpd/workspace';

import { isListening } from './listening.ts';
import { ServerProcess } from './server-process.ts';

const GOLDEN = path.join(workspaceRoot, 'docs', 'spec', 'golden', 'ldap');

/** The tree of the transcripts, as LDIF. */
export function observedTree(): string {
  return readFileSync(path.join(GOLDEN, 'tree.ldif'), 'utf8');
}

/** A directory on `ldap` and `ldapi`, with a certificate also on `ldaps`. `await using` ends it. */
export class OpenLDAP implements AsyncDisposable {
  readonly port: number;
  readonly tlsPort: number;
  readonly socket: string;
  /** The certificate of the server, which nobody else vouches for. */
  readonly certificate: string;
  readonly #folder: TempFolder;
  readonly #hasTls: boolean;
  readonly #environment: NodeJS.ProcessEnv;
  #process: ServerProcess | undefined;

  private constructor(folder: TempFolder, port: number, tlsPort: number, hasTls: boolean) {
    this.#folder = folder;
    this.#hasTls = hasTls;
    this.port = port;
    this.tlsPort = tlsPort;
    this.socket = folder.file('ldapi');
    this.certificate = folder.file('ca.pem');
    const libraries = path.resolve(path.dirname(peerPath('slapd')), '..', 'lib', 'x86_64-linux-gnu');
    this.#environment = { ...process.env, LD_LIBRARY_PATH: libraries };
  }

  /**
   * @param tree Its entries, as LDIF; those of the transcripts unless told.
   * @param certificate Its own; for this machine unless told, and without one it speaks no TLS.
   */
  static async start(
    tree: string = observedTree(),
    certificate: MadeCertificate | 'none' = makeCertificate({ names: ['localhost', '127.0.0.1'] }),
  ): Promise<OpenLDAP> {
    const folder = tempFolder();
    const server = new OpenLDAP(folder, await freePort(), await freePort(), certificate !== 'none');
    try {
      if (certificate !== 'none') server.#keep(certificate);
      server.#fill(tree);
      await server.start();
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  #keep({ certificate, key }: MadeCertificate): void {
    for (const name of ['ca.pem', 'srv.pem']) writeFileSync(this.#folder.file(name), certificate);
    writeFileSync(this.#folder.file('srv.key'), key);
  }

  #fill(input: string): void {
    mkdirSync(this.#folder.file('db'));
    const root = path.resolve(path.dirname(peerPath('slapd')), '..', '..');
    const configuration = readFileSync(path.join(GOLDEN, 'slapd.conf'), 'utf8')
      .replaceAll('/etc/ldap/schema', path.join(root, 'etc', 'ldap', 'schema'))
      .replace('include pureftpd.schema', `include ${peerPath('pureftpd.schema')}`)
      .replace('/usr/lib/ldap', path.join(root, 'usr', 'lib', 'ldap'))
      .replaceAll('@TMP@', this.#folder.path)
      .replaceAll(/^TLS.*\n/gm, (line) => (this.#hasTls ? line : ''));
    writeFileSync(this.#folder.file('slapd.conf'), configuration);
    const words = ['-Tadd', '-f', this.#folder.file('slapd.conf')];
    const { status, stderr } = spawnSync(peerPath('slapd'), words, {
      input,
      env: this.#environment,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`slapd cannot be set up: ${stderr}`);
  }

  /** Starts it, also again after {@link stop}. */
  async start(): Promise<void> {
    const urls = [
      `ldap://127.0.0.1:${this.port}/`,
      ...(this.#hasTls ? [`ldaps://127.0.0.1:${this.tlsPort}/`] : []),
      `ldapi://${encodeURIComponent(this.socket)}/`,
    ];
    const words = [peerPath('slapd'), '-d', '0', '-f', this.#folder.file('slapd.conf'), '-h', urls.join(' ')];
    this.#process = new ServerProcess('slapd', words, { env: this.#environment });
    await this.#process.until(() => isListening(this.#hasTls ? this.tlsPort : this.port));
  }

  async stop(): Promise<void> {
    await this.#process?.stop('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.#folder.remove();
  }
}
