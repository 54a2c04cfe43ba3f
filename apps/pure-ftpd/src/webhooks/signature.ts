// How a receiver knows whose a request is, as Standard Webhooks has it: https://www.standardwebhooks.com.
import { createHmac } from 'node:crypto';

/** The headers that sign a body. @param seconds Since 1970. */
export function signedHeaders(secret: Buffer, id: string, seconds: number, body: string): Record<string, string> {
  const signature = createHmac('sha256', secret).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` };
}
