import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lays a /dev of its own over that of the machine, with what programs need of it, and becomes the program in its arguments. */
const PRIVATE_DEV = `
set -e
dev=$(mktemp -d)
mount -t tmpfs -o mode=755 tmpfs "$dev"
for name in null zero full random urandom tty; do touch "$dev/$name"; mount --bind "/dev/$name" "$dev/$name"; done
ln -s /proc/self/fd "$dev/fd"
mount --rbind "$dev" /dev
umount -l "$dev"
rmdir "$dev"
exec "$@"
`;

/** The command line that runs a program, inside a mount namespace, with a syslog of its own, which writes to a file. */
export function withSyslog(file: string, command: readonly string[]): string[] {
  const listener = join(import.meta.dirname, 'syslog.py');
  return ['sh', '-c', PRIVATE_DEV, 'sh', 'python3', listener, file, ...command];
}

/** What came so far: a line for each datagram, as latin1. */
export function syslogLines(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'latin1').split('\n').slice(0, -1) : [];
}
