import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { missingPeers, peerPath, startServer } from '@pure-ftpd/peers';
import { HASH, type Place, type ServerKind, UID, USER } from './server.ts';

function tls(certificate: string): string {
  return `ModulePath ${dirname(peerPath('proftpd-mod-tls'))}
LoadModule mod_tls.c
TLSEngine on
TLSLog none
TLSECCertificateFile ${certificate}
TLSECCertificateKeyFile ${certificate}
TLSVerifyClient off
TLSRequired off
`;
}

function settings(port: number, { folder, certificate, limit }: Place): string {
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
${certificate === undefined ? '' : tls(certificate)}${limit === undefined ? '' : `TransferRate RETR,STOR ${limit / 1024}\n`}`;
}

export const proftpd: ServerKind = {
  name: 'proftpd',
  kind: 'peer',
  processes: true,
  missing({ secure = false }) {
    const [reason] = missingPeers(secure ? ['proftpd', 'proftpd-mod-tls'] : ['proftpd']);
    return reason;
  },
  async start(place) {
    const { home, folder } = place;
    writeFileSync(join(folder, 'proftpd.passwd'), `${USER}:${HASH}:${UID}:${UID}::${home}:/bin/sh\n`, { mode: 0o600 });
    const file = join(folder, 'proftpd.conf');
    return startServer((port) => {
      writeFileSync(file, settings(port, place));
      return [peerPath('proftpd'), '--nodaemon', '--config', file];
    });
  },
};
