// The data connections of a session: where the next one comes from, and the transfer that goes over it.
import type { DataEndpoint, SessionData, UploadEnd } from '../contract/data.ts';
import type { SettingsOf } from '../contract/settings.ts';
import type { SecuredData } from '../contract/tls.ts';
import type { DTPHandler } from '../data/dtp-handler.ts';
import type { Transfer } from '../data/transfer.ts';
import { DataConnectionUnavailable } from '../errors.ts';
import type { Outcome } from '../replies/outcomes.ts';
import { DataConnection } from '../sockets/data-connection.ts';
import { HangUp } from './hang-up.ts';
import { reason } from '../replies/reasons.ts';

/** Bytes of a file that is sent at once. */
const SMALL_FILE = 64 * 1024;

/** What a data channel needs of its session. */
export interface DataChannelOwner {
  readonly settings: Pick<
    SettingsOf<never>,
    'dataConnectionTimeout' | 'hangUp' | 'passivePortsStayOpen' | 'uploadLinger'
  >;
  protection(): 'clear' | 'private';
  respond(outcome: Outcome): void;
  /** What is said from now on, until others have their turn, goes out as one. */
  holdReplies(): void;
  /** QUIT was said, and waits. */
  isQuitting(): boolean;
  /** Keeps track of a connection, so that none outlives the server. */
  adopt(connection: DataConnection): void;
  /** @throws TlsHandshakeFailed, DataSessionNotResumed, TransferAborted */
  secure(connection: DataConnection, transfer: Transfer): Promise<SecuredData>;
  makeDataHandler(connection: DataConnection): DTPHandler;
}

/** The data connections of one session. */
export class DataChannel implements SessionData {
  readonly #owner: DataChannelOwner;
  readonly #hangUp: HangUp;
  #endpoint: DataEndpoint | undefined;
  #transfer: Transfer | undefined;

  constructor(owner: DataChannelOwner) {
    this.#owner = owner;
    this.#hangUp = new HangUp({
      settings: owner.settings,
      protection: () => owner.protection(),
      transfer: () => this.#transfer,
      isQuitting: () => owner.isQuitting(),
    });
  }

  /** The transfer that runs. */
  get transfer(): Transfer | undefined {
    return this.#transfer;
  }

  /** QUIT was said, and waits for the end of the transfer. */
  get isQuitting(): boolean {
    return this.#owner.isQuitting();
  }

  /** Whether a data connection was asked for (PASV, PORT, …) and not used. */
  get hasEndpoint(): boolean {
    return this.#endpoint !== undefined;
  }

  /** Takes note of where the next data connection comes from; the one before is given up. */
  setEndpoint(endpoint: DataEndpoint): void {
    this.releaseEndpoint();
    this.#endpoint = endpoint;
  }

  /** The endpoint, which is the caller's from now on. */
  takeEndpoint(): DataEndpoint | undefined {
    const endpoint = this.#endpoint;
    this.#endpoint = undefined;
    return endpoint;
  }

  releaseEndpoint(): void {
    this.#endpoint?.release();
    this.#endpoint = undefined;
  }

  /**
   * Opens the data connection of a transfer and says so to the client.
   * @throws DataConnectionUnavailable when there is none, TransferAborted.
   */
  async open(transfer: Transfer, details: { uniqueName?: string; size?: number } = {}): Promise<DTPHandler> {
    const owner = this.#owner;
    const endpoint = this.#endpoint;
    if (endpoint === undefined) throw new DataConnectionUnavailable(reason('endpointRequired'));
    this.#transfer = transfer;
    this.#hangUp.begins(transfer);
    // A small file is sent as soon as that is said, if the client has connected: both replies may go out as one.
    if (details.size !== undefined && details.size <= SMALL_FILE) owner.holdReplies();
    let connection: DataConnection | undefined;
    try {
      owner.respond({
        name: 'dataConnectionOpening',
        open: endpoint.connected,
        uniqueName: details.uniqueName,
        size: details.size,
      });
      connection = await endpoint.connection(owner.settings.dataConnectionTimeout, transfer.signal);
      const isPrivate = owner.protection() === 'private';
      owner.adopt(connection);
      const secured = isPrivate ? await owner.secure(connection, transfer) : undefined;
      const dtp = owner.makeDataHandler(secured === undefined ? connection : new DataConnection(secured.socket));
      if (secured !== undefined) dtp.endIsAuthentic = secured.endedByClient;
      transfer.dtp = dtp;
      this.#hangUp.begins(transfer);
      if (transfer.signal.aborted) dtp.abort();
      return dtp;
    } catch (error) {
      this.#transfer = undefined;
      connection?.destroy();
      throw error;
    } finally {
      this.#spend(endpoint);
    }
  }

  /** The transfer is over, well or not. */
  end(transfer: Transfer): void {
    if (this.#transfer === transfer) this.#transfer = undefined;
  }

  /** Whether an upload whose data has ended is all that the client wanted to send. */
  isUploadWhole(end: UploadEnd): Promise<boolean> {
    return this.#hangUp.isWhole(end);
  }

  /**
   * The control connection has ended, or broken, while an upload runs.
   * @returns Whether the upload goes on.
   */
  hangsUp(): boolean {
    return this.#hangUp.happens();
  }

  /** Gives up the transfer and what was asked for. */
  giveUp(): void {
    this.#transfer?.abort();
    this.releaseEndpoint();
  }

  /** An endpoint is good for one transfer, unless it is to serve others. */
  #spend(endpoint: DataEndpoint): void {
    const isMine = this.#endpoint === endpoint;
    if (isMine && this.#owner.settings.passivePortsStayOpen && endpoint.keep?.() === true) return;
    endpoint.release();
    if (isMine) this.#endpoint = undefined;
  }
}
