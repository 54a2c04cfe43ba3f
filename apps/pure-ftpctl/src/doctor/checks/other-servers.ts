import { type Check, warning, well } from '../finding.ts';
import { nameOf, processes } from '../tcp-sockets.ts';

/** What FTP servers call themselves. */
const SERVERS = new Set([
  'vsftpd',
  'proftpd',
  'pyftpdlib',
  'sftpgo',
  'wu-ftpd',
  'in.ftpd',
  'ftpd',
  'filezilla-serve',
  'bftpd',
]);

/** Other FTP servers on the machine: for the same users, or for the same port after the next start. */
export const otherServers: Check = {
  name: 'other servers',
  find() {
    const found = processes().flatMap((pid) => (SERVERS.has(nameOf(pid)) ? [{ pid, name: nameOf(pid) }] : []));
    if (found.length === 0) return [well('there is no other FTP server')];
    return [...new Set(found.map(({ name }) => name))].map((name) =>
      warning(`${name} runs here, too`, `systemctl disable --now ${name}, where it is not wanted any more`),
    );
  },
};
