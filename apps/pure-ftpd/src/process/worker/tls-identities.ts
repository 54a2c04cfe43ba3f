import { createHash } from 'node:crypto';

import type { TlsIdentity } from '@pure-ftpd/server';
import type { TlsHandover } from '@pure-ftpd/server/internal';

import type { MovingTls } from '../messages/to-monitor.ts';

/** Certificates that are remembered. */
const REMEMBERED = 256;

/** What sessions were protected with at the gate. The same certificate is the same object, whose contexts are made once. */
export class TlsIdentities {
  readonly #known = new Map<string, TlsIdentity>();

  handover(tls: MovingTls): TlsHandover {
    const { ticketKeys, sessions, version, cipher, serverName, resumed } = tls;
    return {
      ticketKeys,
      sessions: new Map(sessions.map(({ id, state }) => [Buffer.from(id).toString('hex'), Buffer.from(state)])),
      identity: this.#identity(tls),
      info: { version, cipher, serverName: serverName === '' ? undefined : serverName, resumed },
    };
  }

  #identity({ certificate, key, authorities }: MovingTls): TlsIdentity {
    const name = createHash('sha256')
      .update(JSON.stringify([certificate, key, authorities]))
      .digest('base64');
    let identity = this.#known.get(name);
    if (identity === undefined) {
      identity = { certificate, key, authorities };
      if (this.#known.size >= REMEMBERED) this.#known.clear();
      this.#known.set(name, identity);
    }
    return identity;
  }
}
