// 389 Directory Server from Debian's package, in a folder of its own, with the tree of the transcripts.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';

import { isListening } from '@pure-ftpd/account-servers';
import { freePort, peerPath, type TempFolder, tempFolder } from '@pure-ftpd/peers';
import { untilTrue } from '@pure-ftpd/testing';
import { workspaceRoot } from '@pure-ftpd/workspace';
import type { MadeCertificate } from '@pure-ftpd/x509';

const TREE = path.join(workspaceRoot, 'docs', 'spec', 'golden', 'ldap', 'tree.ldif');
const SUFFIX = 'dc=example,dc=org';

/** Plugins that it would add by itself, but looks for where an installed one has them. */
const OWN_PLUGINS = [
  { name: 'entryuuid', library: 'libentryuuid-plugin', init: 'entryuuid_plugin_init', type: 'betxnpreoperation' },
  {
    name: 'entryuuid_syntax',
    library: 'libentryuuid-syntax-plugin',
    init: 'entryuuid_syntax_plugin_init',
    type: 'syntax',
  },
];

/** Who may see what, as in the configuration of slapd: nobody may see anything unless it is said. */
const RIGHTS = [
  '(targetattr != "userPassword || aci")(version 3.0; acl "read"; allow (read, search, compare) userdn = "ldap:///anyone";)',
  `(targetattr = "userPassword")(version 3.0; acl "compare"; allow (read, search, compare) userdn = "ldap:///cn=reader,${SUFFIX}";)`,
];

/** What it speaks TLS with. */
const ENCRYPTION = `dn: cn=encryption,cn=config
objectClass: top
objectClass: nsEncryptionConfig
cn: encryption
nsSSLSessionTimeout: 0
nsSSLClientAuth: off

dn: cn=RSA,cn=encryption,cn=config
objectClass: top
objectClass: nsEncryptionModule
cn: RSA
nsSSLPersonalitySSL: server
nsSSLToken: internal (software)
nsSSLActivation: on
`;

/** A directory on `ldap` and `ldapi`, with a certificate also on `ldaps`. `await using` ends it. */
export class DirectoryServer389 implements AsyncDisposable {
  readonly port: number;
  readonly tlsPort: number;
  readonly socket: string;
  readonly #folder: TempFolder;
  /** Where the package is unpacked. */
  readonly #root = path.resolve(path.dirname(peerPath('ns-slapd')), '..', '..');
  readonly #libraries: string;
  #process: ChildProcess | undefined;
  #output = '';

  private constructor(folder: TempFolder, port: number, tlsPort: number) {
    this.#folder = folder;
    this.port = port;
    this.tlsPort = tlsPort;
    this.socket = folder.file('ldapi');
    this.#libraries = this.#systemFolder(path.join(this.#root, 'usr', 'lib'));
  }

  /** @param certificate Its own; without one it speaks no TLS. */
  static async start(certificate?: MadeCertificate): Promise<DirectoryServer389> {
    const folder = tempFolder();
    const server = new DirectoryServer389(folder, await freePort(), await freePort());
    try {
      if (certificate !== undefined) server.#keep(certificate);
      server.#fill(certificate !== undefined);
      await server.#start(certificate === undefined ? server.port : server.tlsPort);
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The folder of libraries that has the kind of machine in its name. */
  #systemFolder(libraries: string): string {
    const name = readdirSync(libraries).find((entry) => entry.endsWith('-linux-gnu')) ?? '';
    return path.join(libraries, name);
  }

  get #environment(): NodeJS.ProcessEnv {
    const [own, crack] = [peerPath('389-ds-libraries'), peerPath('libcrack')].map((one) => this.#systemFolder(one));
    const folders = [own, `${own}/dirsrv`, crack, `${this.#libraries}/dirsrv/plugins`];
    return { ...process.env, LD_LIBRARY_PATH: folders.join(':') };
  }

  /** Puts a certificate where it looks for its own. */
  #keep({ certificate, key }: MadeCertificate): void {
    const [pem, bundle] = [this.#folder.file('server.pem'), this.#folder.file('server.p12')];
    writeFileSync(pem, certificate + key, { mode: 0o600 });
    const database = `sql:${this.#folder.path}`;
    const export_ = ['-export', '-in', pem, '-name', 'server', '-passout', 'pass:', '-out', bundle];
    run(peerPath('openssl'), 'pkcs12', ...export_);
    run(peerPath('certutil'), '-N', '-d', database, '--empty-password');
    run(peerPath('pk12util'), '-i', bundle, '-d', database, '-W', '');
  }

  #fill(hasTls: boolean): void {
    for (const name of ['db', 'log', 'run', 'lock', 'tmp', 'ldif', 'bak']) mkdirSync(this.#folder.file(name));
    cpSync(path.join(this.#root, 'usr/share/dirsrv/schema'), this.#folder.file('schema'), { recursive: true });
    cpSync(
      path.join(this.#root, 'etc/dirsrv/config/slapd-collations.conf'),
      this.#folder.file('slapd-collations.conf'),
    );
    writeFileSync(this.#folder.file('dse.ldif'), this.#configuration(hasTls));
    const tree = readFileSync(TREE, 'utf8').replace(/^dc: example$/m, (line) =>
      [line, ...RIGHTS.map((right) => `aci: ${right}`)].join('\n'),
    );
    writeFileSync(this.#folder.file('tree.ldif'), tree);
    const words = ['ldif2db', '-D', this.#folder.path, '-n', 'userRoot', '-i', this.#folder.file('tree.ldif')];
    const { status, stderr } = spawnSync(peerPath('ns-slapd'), words, { env: this.#environment, encoding: 'utf8' });
    if (status !== 0) throw new Error(`389 Directory Server cannot be set up: ${stderr}${this.#log()}`);
  }

  /** The configuration as its package has it, with the places of this server. */
  #configuration(hasTls: boolean): string {
    const data = path.join(this.#root, 'usr', 'share', 'dirsrv', 'data');
    const places: Readonly<Record<string, string>> = {
      ...Object.fromEntries(
        ['schema', 'lock', 'tmp', 'ldif', 'bak', 'run', 'log', 'db'].map((name) => [
          `${name}_dir`,
          this.#folder.file(name),
        ]),
      ),
      ...Object.fromEntries(['cert_dir', 'inst_dir', 'config_dir'].map((name) => [name, this.#folder.path])),
      fqdn: 'localhost',
      ds_port: String(this.port),
      ds_user: userInfo().username,
      rootdn: 'cn=Directory Manager',
      ldapi_enabled: 'on',
      ldapi: this.socket,
      ldapi_autobind: 'off',
      ds_suffix: SUFFIX,
      ds_bename: 'userRoot',
    };
    const texts = ['template-dse-minimal.ldif', 'template-suffix-db.ldif'].map((name) =>
      readFileSync(path.join(data, name), 'utf8'),
    );
    const own = OWN_PLUGINS.map(
      ({ name, library, init, type }) => `dn: cn=${name},cn=plugins,cn=config
objectclass: top
objectclass: nsSlapdPlugin
cn: ${name}
nsslapd-pluginpath: ${library}
nsslapd-plugininitfunc: ${init}
nsslapd-plugintype: ${type}
nsslapd-pluginenabled: on
nsslapd-pluginId: ${name}
nsslapd-pluginVersion: none
nsslapd-pluginVendor: 389 Project
nsslapd-pluginDescription: ${name}
`,
    );
    return (
      [...texts, ...own, ...(hasTls ? [ENCRYPTION] : [])]
        .join('\n\n')
        .replaceAll(/^(#|nsslapd-rootpw:).*\n/gm, '')
        .replaceAll(/%(\w+)%/g, (_, name: string) => places[name] ?? '')
        .replaceAll(/^(nsslapd-pluginpath: )(?=lib)/gim, `$1${this.#libraries}/dirsrv/plugins/`)
        // Its schema takes only TRUE and FALSE for FTPStatus, and the tree has the words of the documentation, too.
        .replace(/^cn: config$/m, '$&\nnsslapd-syntaxcheck: off')
        .replace(/^cn: config$/m, hasTls ? `$&\nnsslapd-security: on\nnsslapd-securePort: ${this.tlsPort}` : '$&')
        // An empty entry would end the reading.
        .replaceAll(/\n{3,}/g, '\n\n')
    );
  }

  async #start(port: number): Promise<void> {
    const words = ['-D', this.#folder.path, '-i', this.#folder.file('pid'), '-d', '0'];
    const child = spawn(peerPath('ns-slapd'), words, { env: this.#environment, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process = child;
    child.stderr.on('data', (chunk: Buffer) => (this.#output = (this.#output + chunk.toString()).slice(-10_000)));
    await untilTrue('389 Directory Server listens', async () => {
      if (child.exitCode !== null) throw new Error(`389 Directory Server ended: ${this.#output}${this.#log()}`);
      return isListening(port);
    });
  }

  #log(): string {
    return readFileSync(this.#folder.file('log/errors'), 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    this.#folder.remove();
  }
}

/** @throws Error with what the program said. */
function run(program: string, ...words: readonly string[]): void {
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${path.basename(program)} failed: ${stderr}`);
}
