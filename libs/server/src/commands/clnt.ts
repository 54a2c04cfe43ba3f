// CLNT: clients say what they are; no RFC, but many wait for the answer
import type { FTPHandler } from '../ftp-handler.ts';
import type { Outcome } from '../replies/outcomes.ts';

export function clnt(session: FTPHandler, client: string): Outcome {
  session.clientName = client;
  return { name: 'clientNoted' };
}
