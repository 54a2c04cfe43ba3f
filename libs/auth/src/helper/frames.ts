// What pool and helper say to each other: frames of a length, a kind, and fields, each behind its own length. A password
// is never part of a string, so that it can be wiped.

/** All that a frame may have: a login, a password and a home are a few hundred bytes. */
const MAX_FRAME_BYTES = 65_536;
const LENGTH_BYTES = 4;
const FIELD_LENGTH_BYTES = 2;

/** The kind is a letter. */
export interface Frame {
  readonly kind: string;
  readonly fields: readonly Buffer[];
}

/** Bytes that are no frame: the other side is not what it should be. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
  readonly code = 'HELPER_FRAME';
}

/** @throws FrameError when it is too long. */
export function encodeFrame(kind: string, fields: readonly Uint8Array[]): Buffer {
  const length = fields.reduce((sum, field) => sum + FIELD_LENGTH_BYTES + field.length, 1);
  if (length > MAX_FRAME_BYTES || fields.some((field) => field.length > 0xffff))
    throw new FrameError('the frame is too long');
  const frame = Buffer.alloc(LENGTH_BYTES + length);
  let at = frame.writeUInt32BE(length);
  at = frame.writeUInt8(kind.charCodeAt(0), at);
  for (const field of fields) {
    at = frame.writeUInt16BE(field.length, at);
    frame.set(field, at);
    at += field.length;
  }
  return frame;
}

/**
 * The first frame in some bytes, and how many it takes; undefined when it is not complete. Fields are views of the bytes.
 * @throws FrameError.
 */
export function decodeFrame(bytes: Buffer): { readonly frame: Frame; readonly length: number } | undefined {
  if (bytes.length < LENGTH_BYTES) return undefined;
  const end = LENGTH_BYTES + bytes.readUInt32BE();
  if (end > LENGTH_BYTES + MAX_FRAME_BYTES || end <= LENGTH_BYTES) throw new FrameError('the frame has a wrong length');
  if (bytes.length < end) return undefined;
  const kind = String.fromCharCode(bytes.readUInt8(LENGTH_BYTES));
  const fields: Buffer[] = [];
  for (let at = LENGTH_BYTES + 1; at < end;) {
    const start = at + FIELD_LENGTH_BYTES;
    if (start > end) throw new FrameError('a field is cut off');
    at = start + bytes.readUInt16BE(at);
    if (at > end) throw new FrameError('a field is cut off');
    fields.push(bytes.subarray(start, at));
  }
  return { frame: { kind, fields }, length: end };
}

/** Collects bytes into frames. */
export class FrameReader {
  #bytes = Buffer.alloc(0);

  /** Adds bytes and takes the frames out that are complete. @throws FrameError. */
  read(chunk: Buffer): Frame[] {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const frames: Frame[] = [];
    for (;;) {
      const decoded = decodeFrame(this.#bytes);
      if (decoded === undefined) return frames;
      frames.push(decoded.frame);
      this.#bytes = this.#bytes.subarray(decoded.length);
    }
  }
}
