import type { SessionEvent } from '../contract/events.ts';
import type { Awaitable } from '../contract/virtual-file.ts';
import { LogHooks } from './log-hooks.ts';

/**
 * What a session tells: methods that do nothing until a subclass overrides them. All may return a promise, and have
 * `hookTimeout` to settle it. What they throw is told to the server's `onError`, and ends nothing but what it belongs to.
 */
export abstract class SessionHooks extends LogHooks {
  /** Everything that happens, as it happens; nobody waits for its end. */
  onEvent(_event: SessionEvent): Awaitable<void> {
    return;
  }
  /** A client has connected. When it fails, the client hears 421. */
  onConnect(): Awaitable<void> {
    return;
  }
  /** A client has gone. */
  onDisconnect(): Awaitable<void> {
    return;
  }
  /** A user has logged in. When it fails, nobody has: the client hears 530. */
  onLogin(_username: string): Awaitable<void> {
    return;
  }
  onLoginFailed(_username: string, _password: string): Awaitable<void> {
    return;
  }
  onLogout(_username: string): Awaitable<void> {
    return;
  }
  /** A file was sent whole; when it fails, the client hears 451. @param _file Its path on the server. */
  onFileSent(_file: string): Awaitable<void> {
    return;
  }
  /** A file was received whole; when it fails, the client hears 451. @param _file Its path on the server. */
  onFileReceived(_file: string): Awaitable<void> {
    return;
  }
  onIncompleteFileSent(_file: string): Awaitable<void> {
    return;
  }
  onIncompleteFileReceived(_file: string): Awaitable<void> {
    return;
  }
  /** The control connection has gone on in clear (CCC, REIN), whoever protected it. */
  onProtectionCleared(): Awaitable<void> {
    return;
  }
}
