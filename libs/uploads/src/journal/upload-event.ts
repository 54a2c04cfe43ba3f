import { isUtf8 } from 'node:buffer';

/** An upload that has ended, as the server knows it. Names are bytes as they are on disk and on the wire. */
export interface StoredUpload {
  /** The id of its session. */
  readonly session: string;
  /** The absolute path of the file as seen from outside of any jail. */
  readonly path: Buffer;
  /** Who has logged in: `ftp` for anonymous users. */
  readonly vuser: Buffer;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of the file, and its permissions; undefined where the file was gone when it was looked at. */
  readonly size: number | undefined;
  readonly perms: number | undefined;
}

/** One in the journal. */
export interface UploadEvent extends StoredUpload {
  /** The same for each time it is heard of, and no other one's. */
  readonly id: string;
  /** They count up. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** An event as others read it. */
export interface UploadEventJson {
  readonly id: string;
  readonly sequence: number;
  /** As in RFC 3339. */
  readonly time: string;
  readonly session: string;
  readonly path: string;
  /** The bytes of the path, where they are no UTF-8: the path has U+FFFD for some then. */
  readonly pathBase64?: string;
  readonly size: number | null;
  /** In octal. */
  readonly perms: string | null;
  readonly uid: number;
  readonly gid: number;
  readonly vuser: string;
  readonly vuserBase64?: string;
}

const ID = /^[0-9a-f]{16}-\d{1,16}$/;
const SESSION = /^[0-9a-f]{16}$/;

/** An event for others to read. */
export function toJson({
  id,
  sequence,
  time,
  session,
  path,
  size,
  perms,
  uid,
  gid,
  vuser,
}: UploadEvent): UploadEventJson {
  return {
    id,
    sequence,
    time: new Date(time).toISOString(),
    session,
    path: path.toString(),
    ...(isUtf8(path) ? {} : { pathBase64: path.toString('base64') }),
    size: size ?? null,
    perms: perms === undefined ? null : (perms & 0o7777).toString(8),
    uid,
    gid,
    vuser: vuser.toString(),
    ...(isUtf8(vuser) ? {} : { vuserBase64: vuser.toString('base64') }),
  };
}

/** The event that a line of the journal says; undefined where it says none. */
export function fromJson(value: unknown): UploadEvent | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const said: Partial<Record<keyof UploadEventJson, unknown>> = value;
  const { id, session } = said;
  const time = Date.parse(String(said.time));
  const path = bytes(said.path, said.pathBase64);
  const vuser = bytes(said.vuser, said.vuserBase64);
  if (typeof id !== 'string' || !ID.test(id) || typeof session !== 'string' || !SESSION.test(session)) return undefined;
  if (path === undefined || path.includes(0) || vuser === undefined || Number.isNaN(time)) return undefined;
  if (!isCount(said.sequence) || !isCount(said.uid) || !isCount(said.gid)) return undefined;
  const perms = typeof said.perms === 'string' && /^[0-7]{1,4}$/.test(said.perms) ? said.perms : undefined;
  return {
    id,
    sequence: said.sequence,
    time,
    session,
    path,
    vuser,
    uid: said.uid,
    gid: said.gid,
    size: isCount(said.size) ? said.size : undefined,
    perms: perms === undefined ? undefined : Number.parseInt(perms, 8),
  };
}

function bytes(text: unknown, base64: unknown): Buffer | undefined {
  if (typeof base64 === 'string') return Buffer.from(base64, 'base64');
  return typeof text === 'string' ? Buffer.from(text) : undefined;
}

/** Whether a value is a number that counts something. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
