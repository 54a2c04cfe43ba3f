// What the command line says, as settings of a server.
import yargs from 'yargs';

/** What was asked for; the folder is there for all users. */
export interface Arguments {
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  /** `NAME` or `NAME:PASSWORD`. */
  readonly user: string;
  readonly permissions: string;
  readonly anonymous: boolean;
  readonly tls: boolean;
  readonly requireTls: boolean;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  readonly passivePorts: string | undefined;
  readonly masquerade: string | undefined;
  readonly maxSessions: number;
  readonly maxPerAddress: number;
  readonly uploadRate: number;
  readonly downloadRate: number;
  readonly verbose: boolean;
}

const LETTERS = [
  'e change directory, l list, r download, a append, d delete, f rename, m make directories, w upload,',
  'M change modes, T change times',
].join(' ');

/**
 * Reads the arguments of the program.
 * @throws Error with a line for who has typed them; `--help` and `--version` are answered, and end the program.
 */
export async function parseArguments(words: readonly string[], version: string): Promise<Arguments> {
  const parsed = await yargs([...words])
    .scriptName('pure-ftpd-server')
    .usage('$0 [folder]', 'Serves a folder by FTP, to one user who may read and write.', (command) =>
      command.positional('folder', { type: 'string', default: '.', describe: 'what is served' }),
    )
    .option('host', { type: 'string', default: '127.0.0.1', describe: 'address to listen on; 0.0.0.0 for all' })
    .option('port', { type: 'number', default: 2121, describe: 'port; 0 for any' })
    .option('user', {
      type: 'string',
      default: 'user',
      describe: 'NAME, whose password is FTP_PASSWORD or asked for; or NAME:PASSWORD, which others can see',
    })
    .option('permissions', { type: 'string', default: 'elradfmwMT', describe: LETTERS })
    .option('anonymous', { type: 'boolean', default: false, describe: 'lets anybody read' })
    .option('tls', {
      type: 'boolean',
      default: false,
      describe: 'takes TLS; makes a certificate to try where there is none',
    })
    .option('require-tls', { type: 'boolean', default: false, describe: 'refuses whoever does not use TLS' })
    .option('certificate', { type: 'string', describe: 'file with the certificate, PEM' })
    .option('key', { type: 'string', describe: 'file with its key, where it has one of its own' })
    .option('passive-ports', { type: 'string', describe: 'FIRST-LAST: ports of data connections, for firewalls' })
    .option('masquerade', { type: 'string', describe: 'address, or name, of the router in front of the server' })
    .option('max-sessions', { type: 'number', default: 512, describe: 'sessions at a time' })
    .option('max-per-address', {
      type: 'number',
      default: 0,
      describe: 'sessions at a time from one address; 0 for any',
    })
    .option('upload-rate', { type: 'number', default: 0, describe: 'bytes in a second, of all uploads; 0 for any' })
    .option('download-rate', { type: 'number', default: 0, describe: 'bytes in a second, of all downloads; 0 for any' })
    .option('verbose', { type: 'boolean', default: false, describe: 'prints every line of every session' })
    .example('$0', 'this folder, for programs of this machine')
    .example('$0 /srv/ftp --host 0.0.0.0 --tls', 'for others, who can keep it secret')
    .example('$0 --anonymous --permissions elr', 'to read only')
    .version(version)
    .strict()
    .wrap(100)
    .fail((message: string | null, error: Error | undefined) => {
      throw error ?? new Error(`${message ?? 'wrong arguments'}; try --help`);
    })
    .parseAsync();
  const { folder } = parsed;
  const { certificate, key, passivePorts, masquerade } = parsed;
  return { ...parsed, folder: typeof folder === 'string' ? folder : '.', certificate, key, passivePorts, masquerade };
}

/** `60000-60100`. @throws Error */
export function portRange(text: string): [number, number] {
  const [, first, last] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  const range: [number, number] = [Number(first), Number(last)];
  if (first === undefined || !(range[0] >= 1 && range[0] <= range[1] && range[1] <= 65_535))
    throw new Error(`--passive-ports ${text}: 60000-60100 is expected`);
  return range;
}
