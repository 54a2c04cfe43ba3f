// What systemd and its services say to each other: sd_notify(3) and sd_listen_fds(3), without its library.

import { setCloseOnExec } from './inherited-descriptors.ts';
import { sendUnixDatagram } from './socket.ts';

/** The first descriptor that is passed (SD_LISTEN_FDS_START). */
const FIRST_DESCRIPTOR = 3;
/** More sockets than any unit has; each is a system call at the start. */
const MAX_DESCRIPTORS = 1024;

/**
 * Tells the service manager about this process: `READY=1`, `STOPPING=1`, `STATUS=…`, `MAINPID=…`, lines of one message.
 *
 * @param environment Where `NOTIFY_SOCKET` is; it stays, so that it can be told again.
 * @returns false when no service manager wants to know.
 * @throws {SystemError} when it cannot be told; the service goes on all the same.
 */
export function notifyServiceManager(lines: readonly string[], environment: NodeJS.ProcessEnv = process.env): boolean {
  const name = environment['NOTIFY_SOCKET'];
  // vsock:CID:PORT is for whole virtual machines.
  if (name === undefined || !/^[/@]/.test(name)) return false;
  sendUnixDatagram(name, Buffer.from(lines.map((line) => line.replaceAll('\n', ' ')).join('\n')));
  return true;
}

/** A socket that the service manager has opened for this process. */
export interface PassedSocket {
  /** Owned by the caller; closed by executing a program. */
  readonly fd: number;
  /** As the unit names it (`FileDescriptorName=`); undefined when it does not. */
  readonly name: string | undefined;
}

/**
 * The sockets of socket activation, if they are meant for this process; none otherwise. The variables are taken out of the
 * environment, so that no child takes them for its own.
 *
 * @throws {SystemError} EBADF when what is announced is not open.
 */
export function takePassedSockets(environment: NodeJS.ProcessEnv = process.env): PassedSocket[] {
  const { LISTEN_PID: pid, LISTEN_FDS: count, LISTEN_FDNAMES: names } = environment;
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete environment[name];
  if (pid !== String(process.pid) || count === undefined || !/^\d{1,4}$/.test(count)) return [];
  if (Number(count) > MAX_DESCRIPTORS) return [];
  const named = names?.split(':');
  return Array.from({ length: Number(count) }, (_, index) => {
    const fd = FIRST_DESCRIPTOR + index;
    setCloseOnExec(fd);
    return { fd, name: named?.[index] };
  });
}
