import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peer, peerPath, startServer } from '@pure-ftpd/peers';
import { HASH, type ServerKind, UID, USER } from './server.ts';

function settings(port: number, folder: string): string {
  return `ServerType standalone
DefaultAddress 127.0.0.1
Port ${port}
UseIPv6 off
UseReverseDNS off
User nobody
Group nogroup
MaxInstances none
RequireValidShell off
AllowOverwrite on
DefaultRoot ~
AuthOrder mod_auth_file.c
AuthUserFile ${folder}/proftpd.passwd
PidFile ${folder}/proftpd.pid
ScoreboardFile ${folder}/proftpd.scoreboard
DelayEngine off
TransferLog none
WtmpLog off
`;
}

export const proftpd: ServerKind = {
  name: 'proftpd',
  kind: 'peer',
  missing() {
    const found = peer('proftpd');
    return 'missing' in found ? found.missing : undefined;
  },
  async start(home, folder) {
    writeFileSync(join(folder, 'proftpd.passwd'), `${USER}:${HASH}:${UID}:${UID}::${home}:/bin/sh\n`, { mode: 0o600 });
    const file = join(folder, 'proftpd.conf');
    return startServer((port) => {
      writeFileSync(file, settings(port, folder));
      return [peerPath('proftpd'), '--nodaemon', '--config', file];
    });
  },
};
