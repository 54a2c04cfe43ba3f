import type { MovingSession } from '../session/handler.ts';
import type { MovingState, Sent } from './messages/to-monitor.ts';

/** What a process says of a session that it gives away: what its client has made of it. Who it is the monitor knows. */
export function saidOf(session: MovingSession): Sent<MovingState> {
  const { timeout, currentType, epsvAll, clientName, host, hashAlgorithm, facts } = session;
  const { bytesReceived, bytesSent, protection, protectionBufferSet, announced } = session;
  const words = { timeout, currentType, epsvAll, clientName, host, hashAlgorithm, facts };
  return { ...words, bytesReceived, bytesSent, protection, protectionBufferSet, announced };
}
