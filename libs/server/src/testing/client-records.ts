import { createCipheriv, createHmac } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';

import { RecordEnds } from '../tls/record-ends.ts';
import type { Wire } from './tls-client.ts';

const ALERT = 21;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
const WARNING = 1;
const TAG_LENGTH = 16;

/** HKDF-Expand-Label of RFC 8446 §7.1, for what is no longer than a hash. */
function expandLabel(secret: Buffer, label: string, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.of(0, length, name.length), name, Buffer.of(0, 1)]);
  return createHmac('sha256', secret).update(info).digest().subarray(0, length);
}

/** A client over TLS that can also send records of its own making, with its keys (TLS 1.3): alerts that Node has no way to send. */
export class ClientRecords {
  readonly tls: TLSSocket;
  readonly wire: Wire;
  #secret: Buffer | undefined;
  readonly #ends = new RecordEnds();
  /** Records under the keys of the application: those of the handshake are ClientHello, ChangeCipherSpec and Finished. */
  #sent = -3;

  constructor(wire: Wire, version: 'TLSv1.2' | 'TLSv1.3') {
    this.wire = wire;
    wire.onWrite = (bytes) => {
      this.#sent += this.#ends.of(bytes).length;
    };
    const only = { minVersion: version, maxVersion: version, ciphers: 'TLS_AES_128_GCM_SHA256:ECDHE+AESGCM' } as const;
    this.tls = connect({ socket: wire, rejectUnauthorized: false, servername: '', ...only });
    this.tls.on('error', () => undefined);
    this.tls.on('keylog', (line: Buffer) => {
      const [label, , secret = ''] = line.toString().trim().split(' ');
      if (label === 'CLIENT_TRAFFIC_SECRET_0') this.#secret = Buffer.from(secret, 'hex');
    });
  }

  /** An alert record. */
  alert(description: number): Buffer {
    return this.#record(ALERT, Buffer.of(WARNING, description));
  }

  /** KeyUpdate, without asking for the other side's. */
  keyUpdate(): Buffer {
    return this.#record(HANDSHAKE, Buffer.of(24, 0, 0, 1, 0));
  }

  sendRaw(bytes: Buffer): void {
    this.wire.socket.write(bytes);
  }

  /** Sends, and gives the other side time to read it before anything else. */
  async sendAndSettle(bytes: Buffer): Promise<void> {
    await new Promise((resolve) => this.wire.socket.write(bytes, resolve));
    await nextTurn();
    await nextTurn();
  }

  #record(type: number, content: Buffer): Buffer {
    if (this.#secret === undefined) throw new Error('no keys of TLS 1.3');
    const key = expandLabel(this.#secret, 'key', 16);
    const nonce = expandLabel(this.#secret, 'iv', 12);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ this.#sent) >>> 0, 8);
    this.#sent += 1;
    const inner = Buffer.concat([content, Buffer.of(type)]);
    const header = Buffer.of(APPLICATION_DATA, 3, 3, 0, inner.length + TAG_LENGTH);
    const cipher = createCipheriv('aes-128-gcm', key, nonce).setAAD(header);
    return Buffer.concat([header, cipher.update(inner), cipher.final(), cipher.getAuthTag()]);
  }
}
