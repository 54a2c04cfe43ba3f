import type { SqlServer } from './configuration.ts';
import type { SqlConnection, SqlDriver } from './connection.ts';

/** Milliseconds after which a connection is closed that nobody needs. */
const IDLE_MS = 60_000;
/** As many as a helper has logins at a time: with fewer, those of a busy server connect again and again. */
const MAX_IDLE = 16;

interface Idle {
  readonly connection: SqlConnection;
  readonly timer: NodeJS.Timeout;
}

/** Connections that logins leave behind for others. */
export class SqlPool {
  readonly #driver: SqlDriver;
  readonly #server: SqlServer;
  readonly #ca: string | undefined;
  readonly #idle: Idle[] = [];
  #isClosed = false;

  constructor(driver: SqlDriver, server: SqlServer, ca: string | undefined) {
    this.#driver = driver;
    this.#server = server;
    this.#ca = ca;
  }

  /** One that was left, if there is any: nobody knows whether it still works. */
  takeIdle(): SqlConnection | undefined {
    const idle = this.#idle.pop();
    clearTimeout(idle?.timer);
    return idle?.connection;
  }

  /** @throws SqlError. */
  connect(): Promise<SqlConnection> {
    return this.#driver.connect(this.#server, this.#ca);
  }

  /** Keeps one that works, and on which nothing goes on. */
  leave(connection: SqlConnection): void {
    if (this.#isClosed || this.#idle.length >= MAX_IDLE) {
      connection.destroy();
      return;
    }
    const timer = setTimeout(() => {
      this.#idle.splice(
        this.#idle.findIndex((idle) => idle.connection === connection),
        1,
      );
      connection.destroy();
    }, IDLE_MS);
    timer.unref();
    this.#idle.push({ connection, timer });
  }

  close(): void {
    this.#isClosed = true;
    for (let connection = this.takeIdle(); connection !== undefined; connection = this.takeIdle()) connection.destroy();
  }
}
