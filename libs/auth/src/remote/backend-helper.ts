import type { Duplex } from 'node:stream';

import type { AuthBackend, LoginAttempt } from '../backend.ts';
import { FrameReader } from '../helper/frames.ts';
import { LoginMethodError } from '../method.ts';
import { decodeRequest, encodeReply, type RemoteReply } from './messages.ts';

/** What the life of a helper needs of its program. */
export interface BackendHelperOptions {
  /** The other end of the channel. */
  readonly channel: Duplex;
  /** Opens a backend, with the rights that the process was started with. @throws LoginMethodError. */
  readonly open: (method: string, path: string) => Promise<AuthBackend>;
  /** Gives up all rights; what it throws ends the helper. */
  readonly giveUpRights: () => void;
}

/**
 * The life of a helper: opens one backend, gives up its rights, and judges logins until the channel is closed.
 * @throws FrameError when the channel says what makes no sense: the process must end then.
 */
export async function runBackendHelper({ channel, open, giveUpRights }: BackendHelperOptions): Promise<void> {
  const reader = new FrameReader();
  const logins = new Map<string, AbortController>();
  let backend: AuthBackend | undefined;
  const say = (reply: RemoteReply): void => void channel.write(encodeReply(reply));
  const judge = async (id: string, attempt: LoginAttempt): Promise<void> => {
    const controller = new AbortController();
    logins.set(id, controller);
    const result = await backend?.authenticate({
      ...attempt,
      signal: controller.signal,
      log: (level, text) => say({ kind: 'note', id, level, text }),
    });
    logins.delete(id);
    attempt.password.fill(0);
    if (result?.kind === 'accepted') say({ kind: 'accepted', id, account: result.account });
    else if (result?.kind === 'refused') say({ kind: 'refused', id, reason: result.reason });
    else say({ kind: 'unknown', id });
  };
  const probe = async (): Promise<void> => say({ kind: 'probed', problem: await backend?.probe?.() });
  for await (const chunk of channel) {
    if (!(chunk instanceof Buffer)) continue;
    for (const frame of reader.read(chunk)) {
      const request = decodeRequest(frame);
      if (request.kind === 'gone') logins.get(request.id)?.abort();
      else if (request.kind === 'probe') void probe();
      else if (request.kind === 'login') {
        const { id, attempt } = request;
        // Bytes of its own: the frame is wiped with the others.
        void judge(id, { ...attempt, password: Buffer.from(attempt.password) });
        frame.fields[2]?.fill(0);
      } else {
        try {
          backend = await open(request.method, request.path);
        } catch (error) {
          if (!(error instanceof LoginMethodError)) throw error;
          say({ kind: 'failed', reason: error.message });
          continue;
        }
        giveUpRights();
        say({ kind: 'opened' });
      }
    }
  }
}
