import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peer, peerPath, startServer } from '@pure-ftpd/peers';
import { HASH, type Place, type ServerKind, UID, USER } from './server.ts';

/** The first process of a namespace inherits orphans; vsftpd gives up when one that it does not know ends. */
const AS_SECOND_PROCESS = ['sh', '-c', 'trap "exit 0" TERM; "$@" & wait', 'sh'];

const PAM = 'auth required pam_unix.so\naccount required pam_unix.so\nsession required pam_permit.so\n';

function tls(certificate: string): string {
  return `ssl_enable=YES
rsa_cert_file=${certificate}
rsa_private_key_file=${certificate}
force_local_data_ssl=NO
force_local_logins_ssl=NO
`;
}

function settings(port: number, empty: string, { certificate, limit }: Place): string {
  return `listen=YES
listen_address=127.0.0.1
listen_port=${port}
background=NO
anonymous_enable=NO
local_enable=YES
write_enable=YES
pam_service_name=vsftpd-bench
secure_chroot_dir=${empty}
max_per_ip=0
max_clients=0
xferlog_enable=NO
${certificate === undefined ? '' : tls(certificate)}${limit === undefined ? '' : `local_max_rate=${limit}\n`}`;
}

export const vsftpd: ServerKind = {
  name: 'vsftpd',
  kind: 'peer',
  processes: true,
  missing() {
    const found = peer('vsftpd');
    return 'missing' in found ? found.missing : undefined;
  },
  async start(place) {
    const { home, folder } = place;
    const etc = join(folder, 'etc');
    const empty = join(folder, 'empty');
    mkdirSync(join(etc, 'pam.d'), { recursive: true });
    mkdirSync(empty);
    writeFileSync(join(etc, 'pam.d', 'vsftpd-bench'), PAM);
    writeFileSync(
      join(etc, 'passwd'),
      `root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n${USER}:x:${UID}:${UID}::${home}:/bin/sh\n`,
    );
    writeFileSync(join(etc, 'shadow'), `${USER}:${HASH}:19000:0:99999:7:::\n`, { mode: 0o600 });
    const file = join(folder, 'vsftpd.conf');
    return startServer(
      (port) => {
        writeFileSync(file, settings(port, empty, place));
        return [...AS_SECOND_PROCESS, peerPath('vsftpd'), file];
      },
      { etcDir: etc },
    );
  },
};
