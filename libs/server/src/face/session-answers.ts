import { randomBytes } from 'node:crypto';

import { basename } from '@pure-ftpd/protocol';

import type { ParsedCommand } from '../contract/command.ts';
import type { Host } from '../contract/host.ts';
import type { Awaitable } from '../contract/virtual-file.ts';
import type { Outcome } from '../replies/outcomes.ts';
import type { SessionOrigin } from '../session/portable-session.ts';
import { SessionHooks } from './session-hooks.ts';

/** What the answers below are found from. */
interface Asked extends SessionOrigin {
  readonly server: Pick<Host<never>, 'announcedAddresses'>;
  readonly settings: {
    readonly banner: string;
    readonly masqueradeAddress: string | undefined;
    readonly masqueradeAddressMap: Readonly<Record<string, string>>;
    readonly permitForeignAddresses: boolean;
  };
  respond(outcome: Outcome): void;
}

/** What a session answers when it is asked: methods with the usual answer, for subclasses to override. */
export abstract class SessionAnswers extends SessionHooks {
  /** The words of the greeting. */
  banner(this: Asked): Awaitable<string> {
    return this.settings.banner;
  }

  /** Whether the server answers to a host name (HOST). Overridden where there are virtual hosts. */
  acceptsHost(_host: string): Awaitable<boolean> {
    return true;
  }

  /** The address PASV tells this client. */
  announcedAddress(this: Asked): Awaitable<string> {
    const { server, settings, localAddress } = this;
    return server.announcedAddresses.addressFor(this).then((ruled) => {
      const announce = ruled ?? settings.masqueradeAddressMap[localAddress] ?? settings.masqueradeAddress;
      return announce === undefined || announce === ruled
        ? (announce ?? localAddress)
        : server.announcedAddresses.resolve(announce);
    });
  }

  /** Whether this session's data connections may go to, and come from, other hosts than the client's (FXP). */
  permitsForeignAddress(this: Asked): Awaitable<boolean> {
    return this.settings.permitForeignAddresses;
  }

  /** Other names of directories (SITE ALIAS); undefined where there are none. What CWD makes of them is a subclass's. */
  get aliases(): ReadonlyMap<string, string> | undefined {
    return undefined;
  }

  /** The name STOU gives a file; the client may have proposed one. */
  uniqueName(proposed: string): Awaitable<string> {
    return `${proposed === '' ? 'ftp' : basename(proposed)}.${randomBytes(6).toString('hex')}`;
  }

  /** What is said of a verb that is not in the table. */
  unknownCommand(command: ParsedCommand): Outcome {
    return { name: 'commandNotUnderstood', verb: command.verb };
  }

  /** Answers a line that is no command. */
  unreadableLine(this: Asked, kind: 'malformed' | 'overlong'): void {
    this.respond({ name: kind === 'overlong' ? 'commandTooLong' : 'commandMalformed' });
  }

  /** The outcome of a command before it is said: a place to say another one instead. */
  concluded(_command: ParsedCommand, outcome: Outcome): Outcome {
    return outcome;
  }
}
