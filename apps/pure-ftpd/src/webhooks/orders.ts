// What the process that posts is told, and what it tells.

/** A webhook, and the name under which it reads the journal. */
export interface WebhookOrder {
  readonly name: string;
  readonly url: string;
}

/** The first line to it; after that, each further line says that there is something to read. */
export interface WebhookOrders {
  readonly hooks: readonly WebhookOrder[];
  /** In base64. */
  readonly secret: string;
}

/** A line of its: for the log. */
export interface WebhookNews {
  readonly level: 'INFO' | 'NOTICE' | 'WARNING';
  readonly text: string;
}

/** Descriptors of the process: the channel, the files of the journal, and the position of each webhook behind them. */
export const FIRST_SEGMENT = 4;
