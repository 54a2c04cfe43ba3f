import type { ListenAddress } from '@pure-ftpd/server';

import { BannedNetworks } from '../../penalties/banned-networks.ts';
import { makeTlsService } from '../../tls/make-tls-service.ts';
import { directoryAliases } from '../accounts.ts';
import { configuredHandler } from '../configured-handler.ts';
import type { MessageToGate, StartGate, ToChild } from '../messages/to-child.ts';
import type { MonitorLink } from '../monitor-link.ts';
import { obey } from '../../session/obey.ts';
import { takenSocket } from '../taken-socket.ts';
import { GateAdmission } from './gate-admission.ts';
import { GateCertificates } from './gate-certificates.ts';
import { GateEvents } from './gate-events.ts';
import { GateServer } from './gate-server.ts';

/** The connection of the only client. */
export interface GateClient {
  readonly descriptor: number;
  readonly implicitTls: boolean;
}

/** Whom a gate serves. */
export interface GateServed {
  readonly listeners: readonly ListenAddress[];
  readonly client: GateClient | undefined;
}

/** Longer than a proxy may take to say who its client is. */
const PROXIED_MS = 4000;

/** Serves clients until they have logged in, and protects the connections of those who are served elsewhere. */
export class Gate {
  readonly #link: MonitorLink;
  readonly #admission: GateAdmission;
  readonly #server: GateServer;
  readonly #certificates: GateCertificates | undefined;
  readonly #client: GateClient | undefined;
  readonly #banned = new BannedNetworks();
  /** Milliseconds until everybody who has been accepted has been told of. */
  readonly #announceMs: number;

  constructor(link: MonitorLink, { configuration, tls, served }: StartGate, { listeners, client }: GateServed) {
    const { log } = link;
    this.#link = link;
    this.#client = client;
    this.#announceMs = configuration.proxyFrom.length === 0 ? 0 : PROXIED_MS;
    this.#admission = new GateAdmission(link);
    this.#certificates = tls === undefined ? undefined : new GateCertificates(tls, link);
    const handler = configuredHandler(
      {
        configuration,
        log,
        admission: this.#admission,
        events: new GateEvents(link, this.#admission),
        aliases: directoryAliases(log),
        announcedAddress: (_host, session) => this.#admission.announcedAddress(session),
      },
      this.#certificates === undefined ? undefined : makeTlsService(configuration.tls, this.#certificates, log),
    );
    this.#server = new GateServer(log, listeners, handler, this.#admission, {
      proxyFrom: configuration.proxyFrom,
      refuses: (address) => this.#isBanned(address),
    });
    this.#server.maxCons = configuration.maxClients;
    this.#server.maxConsPerIp = configuration.maxClientsPerAddress;
    for (const { session, address } of served) this.#server.countElsewhere(session, address);
  }

  /** Accepts clients. The process ends when the gate is closed, and nobody needs it any more. */
  serve(): void {
    this.#serveAll()
      .then(() => this.#admission.relays.gone())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          throw error;
        },
      );
  }

  receive(message: Exclude<MessageToGate, StartGate>): void {
    switch (message.type) {
      case 'judgement':
        this.#admission.answered(message.session, message.kind);
        break;
      case 'announcedAddress':
        this.#admission.addressFound(message.session, message.address);
        break;
      case 'certificates':
        this.#certificates?.replace(message.certificates);
        break;
      case 'certificateAnswer':
        this.#certificates?.answered(message);
        break;
      case 'clearControl':
        void this.#clearControl(message);
        break;
      case 'elsewhere':
        this.#server.countElsewhere(message.session, message.address);
        break;
      case 'ended':
        this.#server.elsewhereEnded(message.session);
        break;
      case 'bans':
        this.#hearBans(message);
        break;
      case 'stopListening':
        this.#stopListening();
        break;
      case 'order':
        obey(this.#server.sessions, message.session, message.order);
        break;
      case 'close':
        void this.#server.closeGently(message.seconds);
        break;
      case 'listener':
      case 'client':
      case 'back':
        // Without their descriptors they mean nothing.
        break;
    }
  }

  /** Goes on with a session whose user has left. One that was relayed still is, in clear. */
  takeBack({ state, unread }: ToChild<'back'>, descriptor: number): void {
    this.#server.elsewhereEnded(state.sessionId);
    const socket = takenSocket(descriptor);
    if (socket === undefined) this.#link.send({ type: 'gone', session: state.sessionId });
    else this.#admission.cameBack(this.#server.resume(socket, { state, unread }, () => undefined));
  }

  #isBanned(address: string): boolean {
    const isBanned = this.#banned.has(address);
    if (isBanned) this.#admission.turnedAway('ban');
    return isBanned;
  }

  #hearBans({ set, lifted, denied }: ToChild<'bans'>): void {
    for (const [network, until] of set) this.#banned.set(network, until);
    for (const network of lifted) this.#banned.lift(network);
    if (denied !== undefined) this.#banned.deny(denied);
  }

  async #serveAll(): Promise<void> {
    if (this.#client !== undefined) {
      await this.#server.listen();
      this.#server.serveOnly(this.#client.descriptor, this.#client.implicitTls);
    }
    await this.#server.serveForever();
  }

  /** Who has been accepted is told of before the end of that: through a proxy, when its header has come. */
  #stopListening(): void {
    this.#server.stopListening();
    setTimeout(() => this.#link.send({ type: 'stopped' }), this.#announceMs);
  }

  async #clearControl({ session, written }: ToChild<'clearControl'>): Promise<void> {
    await this.#admission.relays.clearAfter(session, written);
    this.#link.send({ type: 'controlCleared', session });
  }
}
