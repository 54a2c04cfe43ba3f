// RFC 959 §4.1.3: RETRIEVE (RETR); RFC 3659 §5: with REST
import type { CommandRow } from '../contract/command.ts';
import { Transfer } from '../data/transfer.ts';
import { fileOutcome, transferOutcome } from '../errors.ts';
import type { VirtualFile } from '../contract/virtual-file.ts';
import type { Session } from '../contract/session.ts';
import type { Outcome, TransferOutcome } from '../replies/outcomes.ts';
import { reason } from '../replies/reasons.ts';

export async function retr(session: Session, path: string): Promise<Outcome> {
  const offset = session.restartPosition;
  session.restartPosition = 0;
  const ascii = session.currentType === 'a';
  let file: VirtualFile;
  try {
    file = await session.fs.open(path);
  } catch (error) {
    return fileOutcome(error, path);
  }
  try {
    if (ascii && offset > 1) return { name: 'restartInAscii' };
    if (offset > file.size) return { name: 'restartBeyondEnd', offset, size: file.size };
    return await send(session, path, file, offset, ascii);
  } finally {
    await file.close();
  }
}

async function send(
  session: Session,
  path: string,
  file: VirtualFile,
  offset: number,
  ascii: boolean,
): Promise<Outcome> {
  const transfer = new Transfer('send', path);
  try {
    return await sent(session, transfer, file, offset, ascii);
  } finally {
    transfer.forget();
  }
}

async function sent(
  session: Session,
  transfer: Transfer,
  file: VirtualFile,
  offset: number,
  ascii: boolean,
): Promise<Outcome> {
  const { path } = transfer;
  const { size } = file;
  const real = session.fs.realPath(path);
  let outcome: TransferOutcome;
  try {
    const dtp = await session.data.open(transfer, { size: size - offset });
    // Line ends that are converted are more on the wire than in the file.
    const number = transfer.follow(() => Math.min(size, offset + dtp.transmittedBytes));
    session.event({ type: 'transferStarted', transfer: number, direction: 'send', path: real, offset, size });
    const sent = await dtp.sendFile(file, { offset, end: size, ascii });
    outcome =
      sent < size - offset
        ? { name: 'transferFailed', reason: reason('fileShortened') }
        : { name: 'transferComplete', bytes: dtp.transmittedBytes, seconds: dtp.elapsedSeconds, kind: 'send' };
  } catch (error) {
    outcome = transferOutcome(error, (defect) => session.userCode.report(defect));
  }
  const complete = outcome.name === 'transferComplete';
  session.data.end(transfer);
  if (transfer.dtp !== undefined) {
    const { transmittedBytes: bytes, elapsedSeconds: seconds, isSecured: secured } = transfer.dtp;
    if (!complete) transfer.dtp.close();
    session.bytesSent += bytes;
    session.event({
      type: 'transfer',
      transfer: transfer.number,
      direction: 'send',
      path: real,
      bytes,
      seconds,
      complete,
      outcome,
      ascii,
      secured,
    });
    const { userCode } = session;
    const details = { bytes, seconds, virtualPath: path };
    if (complete) await userCode.ask('onFileSent', () => session.onFileSent(real, details));
    else await userCode.tell('onIncompleteFileSent', () => session.onIncompleteFileSent(real, details));
  }
  return outcome;
}

/** The row of RETR in the table of verbs. */
export const retrRow: CommandRow = {
  verb: 'RETR',
  argument: 'required',
  phase: 'loggedIn',
  transfers: true,
  permission: 'r',
  path: 'follow',
  before: 'onBeforeRetrieve',
  syntax: '<SP> path',
  help: 'download a file',
  run: retr,
};
