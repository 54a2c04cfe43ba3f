// Flags of open(2) and openat2(2) on Linux, from <fcntl.h> and <linux/openat2.h>. Those that Node knows come from it,
// because O_DIRECTORY and O_NOFOLLOW differ between architectures.

import { constants } from 'node:fs';

export const O_RDONLY: number = constants.O_RDONLY;
export const O_WRONLY: number = constants.O_WRONLY;
export const O_RDWR: number = constants.O_RDWR;
export const O_CREAT: number = constants.O_CREAT;
export const O_EXCL: number = constants.O_EXCL;
/** These five do not exist on every system; there they are 0 and change nothing. */
export const O_NOCTTY: number = constants.O_NOCTTY ?? 0;
export const O_NONBLOCK: number = constants.O_NONBLOCK ?? 0;
export const O_DIRECTORY: number = constants.O_DIRECTORY ?? 0;
export const O_NOFOLLOW: number = constants.O_NOFOLLOW ?? 0;
/** A descriptor that only names a node: opens nothing, needs no permission on it. Linux only. */
export const O_PATH: number = process.platform === 'linux' ? 0o10000000 : 0;
/** The same on every architecture Node runs on. */
export const O_CLOEXEC = 0o2000000;

/** Never cross into another mount. */
export const RESOLVE_NO_XDEV = 0x01;
/** Never follow `/proc/PID/fd/N` and its kind. */
export const RESOLVE_NO_MAGICLINKS = 0x02;
/** Fail with ELOOP at any link. */
export const RESOLVE_NO_SYMLINKS = 0x04;
/** Fail with EXDEV when the path leaves the directory. */
export const RESOLVE_BENEATH = 0x08;
/** The directory is `/` for this call, as after chroot(2). */
export const RESOLVE_IN_ROOT = 0x10;
/** Fail with EAGAIN when the answer is not in the kernel's cache. */
export const RESOLVE_CACHED = 0x20;
