// RFC 959 §4.1.3: STORE (STOR), APPEND (APPE), STORE UNIQUE (STOU); RFC 3659 §5: with REST
import type { CommandRow } from '../contract/command.ts';
import { joinPath } from '@pure-ftpd/protocol';

import { Transfer } from '../data/transfer.ts';
import { fileOutcome, isSystemError, transferOutcome, TransferAborted } from '../errors.ts';
import type { Upload, UploadOptions } from '../contract/virtual-file.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome, TransferOutcome } from '../replies/outcomes.ts';
import { refusedBefore } from '../user-code/before.ts';
import { mayUser } from '../user-code/permission.ts';
import { wrongAnswer } from '../user-code/user-code.ts';

/** STOR: stores a file, or continues one after REST. */
export async function stor(session: Session, path: string): Promise<Outcome> {
  const offset = session.restartPosition;
  session.restartPosition = 0;
  if (offset > 1 && session.currentType === 'a') return { name: 'restartInAscii' };
  // What continues a file changes it, which is another permission than making one.
  if (offset > 0 && !(await mayUser(session, 'a', path))) return { name: 'permissionDenied', verb: 'STOR' };
  // Looked at first, so that nothing is made for it.
  const beyond = offset > 0 ? await beyondEnd(session, path, offset) : undefined;
  if (beyond !== undefined) return beyond;
  return begin(session, path, { offset, numbered: offset === 0 && session.settings.numberedUploads });
}

/** An upload is to begin behind the end of its file, where that is refused: bytes would be elsewhere than was asked for. */
async function beyondEnd(session: Session, path: string, offset: number): Promise<Outcome | undefined> {
  if (session.settings.restartBeyondEnd === 'append') return undefined;
  try {
    const { size } = await session.fs.stat(path);
    return offset > size ? { name: 'restartBeyondEnd', offset, size } : undefined;
  } catch (error) {
    // What is not there has no byte; other errors are those of the upload.
    const isMissing = isSystemError(error) && error.code === 'ENOENT';
    return isMissing ? { name: 'restartBeyondEnd', offset, size: undefined } : undefined;
  }
}

export async function appe(session: Session, path: string): Promise<Outcome> {
  if (session.restartPosition > 0) {
    session.restartPosition = 0;
    return { name: 'restartWithAppend', verb: 'APPE' };
  }
  return begin(session, path, { append: true });
}

export async function stou(session: Session, argument: string): Promise<Outcome> {
  if (session.restartPosition > 0) {
    session.restartPosition = 0;
    return { name: 'restartWithAppend', verb: 'STOU' };
  }
  const name: unknown = await session.userCode.ask('uniqueName', () => session.uniqueName(argument));
  if (typeof name !== 'string') throw wrongAnswer('uniqueName', name, 'a name');
  const path = joinPath(session.cwd, name);
  if (!(await mayUser(session, 'w', path))) return { name: 'permissionDenied', verb: 'STOU' };
  if (session.onBeforeStore !== undefined) {
    const refusal = await refusedBefore(session, 'onBeforeStore', 'STOU', path);
    if (refusal !== undefined) return refusal;
  }
  return begin(session, path, { exclusive: true }, name);
}

async function begin(
  session: Session,
  path: string,
  options: Omit<UploadOptions, 'mode' | 'atomic'>,
  uniqueName?: string,
): Promise<Outcome> {
  const { fileMode: mode, atomicUploads } = session.settings;
  const atomic = atomicUploads && session.fs.capabilities.atomic;
  let upload: Upload;
  try {
    upload = await session.fs.createUpload(path, { ...options, mode, atomic });
  } catch (error) {
    return fileOutcome(error, path);
  }
  const { offset = 0 } = options;
  if (upload.offset < offset && session.settings.restartBeyondEnd === 'refuse') {
    await upload.discard();
    return { name: 'restartBeyondEnd', offset, size: upload.offset };
  }
  // What is appended is announced without what is there.
  const announced = (session.announcedBytes ?? 0) - (options.append === true ? 0 : upload.offset);
  const transfer = new Transfer('receive', path);
  try {
    return await receive(session, transfer, upload, { uniqueName, announced });
  } finally {
    transfer.forget();
  }
}

async function receive(
  session: Session,
  transfer: Transfer,
  upload: Upload,
  { uniqueName, announced }: { readonly uniqueName: string | undefined; readonly announced: number },
): Promise<Outcome> {
  let virtualPath = transfer.path;
  let real = session.fs.realPath(virtualPath);
  const ascii = session.currentType === 'a';
  let settled = false;
  let outcome: TransferOutcome;
  try {
    const dtp = await session.data.open(transfer, uniqueName === undefined ? {} : { uniqueName });
    const { offset } = upload;
    const number = transfer.follow(() => offset + dtp.storedBytes);
    session.event({ type: 'transferStarted', transfer: number, direction: 'receive', path: real, offset });
    await dtp.receive(upload.file, { offset, ascii });
    const bytes = Math.max(dtp.transmittedBytes, dtp.storedBytes);
    const end = { isSaid: dtp.endIsSaid, bytes, announced, seconds: dtp.elapsedSeconds };
    if (!(await session.data.isUploadWhole(end))) throw new TransferAborted();
    settled = true;
    // 226 is said when the file has its name, not before.
    const placed = await upload.commit();
    if (placed !== undefined) {
      virtualPath = placed;
      real = session.fs.realPath(placed);
    }
    outcome = { name: 'transferComplete', bytes: dtp.transmittedBytes, seconds: dtp.elapsedSeconds, kind: 'receive' };
  } catch (error) {
    outcome = transferOutcome(error, (defect) => session.userCode.report(defect));
  } finally {
    if (!settled) await upload.discard();
    session.data.end(transfer);
  }
  const complete = outcome.name === 'transferComplete';
  if (transfer.dtp !== undefined) {
    const { storedBytes, elapsedSeconds: seconds, isSecured: secured } = transfer.dtp;
    if (!complete) transfer.dtp.close();
    session.bytesReceived += transfer.dtp.transmittedBytes;
    const overLimit = outcome.name === 'storageLimitExceeded';
    const stays = complete || (upload.keepsPart === true && !overLimit);
    const bytes = stays ? storedBytes : 0;
    const about = {
      transfer: transfer.number,
      path: real,
      bytes,
      seconds,
      complete,
      outcome,
      overLimit,
      ascii,
      secured,
    };
    session.event({ type: 'transfer', direction: 'receive', ...about });
    const { userCode } = session;
    const details = { bytes: storedBytes, seconds, virtualPath };
    if (complete) await userCode.ask('onFileReceived', () => session.onFileReceived(real, details));
    else await userCode.tell('onIncompleteFileReceived', () => session.onIncompleteFileReceived(real, details));
  }
  return outcome;
}

/** The row of APPE in the table of verbs. */
export const appeRow: CommandRow = {
  verb: 'APPE',
  needs: 'append',
  argument: 'required',
  phase: 'loggedIn',
  transfers: true,
  stores: true,
  permission: 'a',
  path: 'create',
  before: 'onBeforeStore',
  syntax: '<SP> path',
  help: 'append to a file',
  run: appe,
};

/** The row of STOR in the table of verbs. */
export const storRow: CommandRow = {
  verb: 'STOR',
  argument: 'required',
  phase: 'loggedIn',
  transfers: true,
  stores: true,
  permission: 'w',
  path: 'create',
  before: 'onBeforeStore',
  syntax: '<SP> path',
  help: 'upload a file',
  run: stor,
};

/** The row of STOU in the table of verbs. */
export const stouRow: CommandRow = {
  verb: 'STOU',
  argument: 'optional',
  phase: 'loggedIn',
  transfers: true,
  stores: true,
  permission: 'w',
  syntax: '[<SP> name]',
  help: 'upload a file under a name of its own',
  run: stou,
};
