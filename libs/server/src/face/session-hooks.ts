import type { SessionEvent } from '../contract/events.ts';
import type { BeforeHooks, IntentDetails, TransferDetails } from '../contract/hooks.ts';
import type { Awaitable } from '../contract/virtual-file.ts';
import { LogHooks } from './log-hooks.ts';

/**
 * What a session tells: methods that do nothing until a subclass overrides them. All may return a promise, and have
 * `hookTimeout` to settle it. What they throw is told to the server's `onError`, and ends nothing but what it belongs to.
 */
export abstract class SessionHooks extends LogHooks implements BeforeHooks {
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
  onFileSent(_file: string, _details: TransferDetails): Awaitable<void> {
    return;
  }
  /** A file was received whole; when it fails, the client hears 451. @param _file Its path on the server. */
  onFileReceived(_file: string, _details: TransferDetails): Awaitable<void> {
    return;
  }
  onIncompleteFileSent(_file: string, _details: TransferDetails): Awaitable<void> {
    return;
  }
  onIncompleteFileReceived(_file: string, _details: TransferDetails): Awaitable<void> {
    return;
  }
  onBeforeRetrieve?(path: string, details: IntentDetails): Awaitable<boolean | void>;
  onBeforeStore?(path: string, details: IntentDetails): Awaitable<boolean | void>;
  onBeforeDelete?(path: string, details: IntentDetails): Awaitable<boolean | void>;
  onBeforeRename?(
    path: string,
    to: string,
    details: IntentDetails & { readonly virtualTo: string },
  ): Awaitable<boolean | void>;
  onBeforeMakeDirectory?(path: string, details: IntentDetails): Awaitable<boolean | void>;
  onBeforeRemoveDirectory?(path: string, details: IntentDetails): Awaitable<boolean | void>;
  onBeforeChangeDirectory?(path: string, details: IntentDetails): Awaitable<boolean | void>;
  onBeforeChangeFacts?(path: string, details: IntentDetails): Awaitable<boolean | void>;
  /** The control connection has gone on in clear (CCC, REIN), whoever protected it. */
  onProtectionCleared(): Awaitable<void> {
    return;
  }
}
