// The control socket of a server, where it is to have one.
import { chmodSync, chownSync } from 'node:fs';
import path from 'node:path';

import { type Configuration, ExitStatus, StartError } from '@pure-ftpd/options';
import { getgrnamSync, isNssAvailable, whyNoNativeCalls } from '@pure-ftpd/posix';
import { scoreboardPlace } from '@pure-ftpd/scoreboard';
import { errorText } from '@pure-ftpd/server/internal';

import { ControlService, type ControlServiceOptions } from '../control/control-service.ts';
import { ControlSocket, ControlSocketError } from '../control/control-socket.ts';

/** Lets a group through to the socket, and see nothing else there. */
const PASSAGE_MODE = 0o710;

type Choice = Pick<Configuration, 'control' | 'controlGroup'>;

/** The group that may use the control socket. @throws StartError when there is none of that name. */
export function controlGroupId(name: string | undefined): number | undefined {
  if (name === undefined) return undefined;
  if (!isNssAvailable()) throw new StartError(`--control-group ${name}: names cannot be looked up here`);
  const group = getgrnamSync(name);
  if (group === undefined) throw new StartError(`--control-group ${name}: no such group`);
  return group.gid;
}

/**
 * Opens the control socket, while that is permitted.
 * @returns undefined where there is none: it is off, or not asked for and another server's or without native calls, or of a server that root has not started.
 * @throws StartError when one was asked for that cannot be had.
 */
export async function openControl(
  { control, controlGroup }: Choice,
  options: ControlServiceOptions,
): Promise<ControlSocket | undefined> {
  if (control === undefined || (!control.asked && process.geteuid?.() !== 0)) return undefined;
  // Who is at the other end could not be known.
  if (whyNoNativeCalls() !== undefined) return undefined;
  const group = controlGroupId(controlGroup);
  const service = new ControlService(options);
  const { log } = options;
  try {
    const socket = await ControlSocket.open({
      path: control.path,
      group,
      log,
      answer: (request, who) => service.answer(request, who),
    });
    if (group !== undefined) openPassage(path.dirname(control.path), group);
    return socket;
  } catch (error) {
    if (!(error instanceof ControlSocketError)) throw error;
    if (control.asked) throw new StartError(`--control ${error.message}`, ExitStatus.failed, { cause: error });
    log.write('NOTICE', `no control socket: ${error.message} (--control names another one, or off)`);
    return undefined;
  }
}

/** The folder of the scoreboard is closed to all: the group has to get through it. @throws StartError */
function openPassage(folder: string, group: number): void {
  if (path.resolve('/', folder).replace(/^\/var\/run\//, '/run/') !== scoreboardFolder()) return;
  try {
    chownSync(folder, -1, group);
    chmodSync(folder, PASSAGE_MODE);
  } catch (error) {
    throw new StartError(`--control-group: ${folder}: ${errorText(error)}`, ExitStatus.failed, { cause: error });
  }
}

function scoreboardFolder(): string | undefined {
  return scoreboardPlace()?.directory.replace(/^\/var\/run\//, '/run/');
}
