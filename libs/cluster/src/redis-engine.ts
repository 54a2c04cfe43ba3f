// Valkey and Redis, by the client of the latter: the one place that loads it.
import { createClient, ErrorReply } from '@redis/client';

import { type Engine, type ScriptCall, UNKNOWN_NODE } from './engine.ts';
import { reasonOf } from './reason.ts';
import { SCRIPTS } from './scripts.ts';

/** How long a call may take, with the connection that is made for it, in milliseconds. */
const CALL_MS = 1500;

/** Calls that may wait for their answers. */
const MOST_CALLS = 10_000;

/** Where the engine is. */
export interface RedisEngineOptions {
  /** `redis://` or `rediss://`, without a password. */
  readonly url: string;
  readonly password: string | undefined;
  /** How long a call may take, with the connection that is made for it, in milliseconds. */
  readonly callMs?: number;
}

interface Connection {
  readonly client: ReturnType<typeof makeClient>;
  readonly ready: Promise<unknown>;
  /** Why it was lost. */
  lost: unknown;
}

/**
 * Valkey or Redis. A connection begins with `sync`: what the engine had of this node before it may be lost, or older than it seems. A
 * call that fails ends the connection, as nobody knows whether it was done.
 */
export class RedisEngine implements Engine {
  readonly #options: RedisEngineOptions;
  readonly #callMs: number;
  #connection: Connection | undefined;
  #isClosed = false;

  constructor(options: RedisEngineOptions) {
    this.#options = options;
    this.#callMs = options.callMs ?? CALL_MS;
  }

  async run({ script, keys, args }: ScriptCall): Promise<number> {
    if (this.#isClosed) throw new Error('it is closed');
    if (this.#connection === undefined && script !== 'sync') return UNKNOWN_NODE;
    const connection = (this.#connection ??= this.#connect());
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('it does not answer')), this.#callMs);
    // By its text: by its name, one that the engine has not seen yet would come after those that follow it.
    const answer = connection.ready.then(() =>
      connection.client.eval(SCRIPTS[script], { keys: [...keys], arguments: args.map(String) }),
    );
    try {
      return numberOf(await Promise.race([answer, late.promise]));
    } catch (error) {
      this.#end(connection);
      const reason = connection.lost ?? error;
      throw new Error(reasonOf(reason, reason instanceof ErrorReply), { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the connection, for good. */
  close(): void {
    this.#isClosed = true;
    if (this.#connection !== undefined) this.#end(this.#connection);
  }

  #connect(): Connection {
    const client = makeClient(this.#options, this.#callMs);
    const lost = (error: unknown): void => {
      connection.lost ??= error;
      this.#end(connection);
    };
    client.on('error', lost);
    const connection: Connection = { client, ready: client.connect(), lost: undefined };
    connection.ready.catch(lost);
    return connection;
  }

  #end(connection: Connection): void {
    if (this.#connection === connection) this.#connection = undefined;
    connection.client.destroy();
  }
}

/** @param connectMs How long a connection may take, in milliseconds. */
function makeClient({ url, password }: RedisEngineOptions, connectMs: number) {
  return createClient({
    url,
    ...(password === undefined ? {} : { password }),
    RESP: 2,
    disableOfflineQueue: true,
    disableClientInfo: true,
    commandsQueueMaxLength: MOST_CALLS,
    socket: { connectTimeout: connectMs, reconnectStrategy: false },
  });
}

function numberOf(answer: unknown): number {
  if (typeof answer !== 'number') throw new Error('its answer is no number');
  return answer;
}
