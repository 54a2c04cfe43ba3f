import type { SessionEvent } from '../contract/events.ts';
import type { Awaitable } from '../filesystem/virtual-file.ts';
import { LogHooks } from './log-hooks.ts';

/** What a session tells: methods that do nothing until a subclass overrides them. Most may return a promise. */
export abstract class SessionHooks extends LogHooks {
  /** Everything that happens, as it happens. */
  onEvent(_event: SessionEvent): void {
    return;
  }
  /** A client has connected. */
  onConnect(): Awaitable<void> {
    return;
  }
  /** A client has gone. */
  onDisconnect(): Awaitable<void> {
    return;
  }
  onLogin(_username: string): Awaitable<void> {
    return;
  }
  onLoginFailed(_username: string, _password: string): Awaitable<void> {
    return;
  }
  onLogout(_username: string): Awaitable<void> {
    return;
  }
  /** A file was sent whole. @param _file Its path on the server. */
  onFileSent(_file: string): Awaitable<void> {
    return;
  }
  /** A file was received whole. @param _file Its path on the server. */
  onFileReceived(_file: string): Awaitable<void> {
    return;
  }
  onIncompleteFileSent(_file: string): Awaitable<void> {
    return;
  }
  onIncompleteFileReceived(_file: string): Awaitable<void> {
    return;
  }
}
