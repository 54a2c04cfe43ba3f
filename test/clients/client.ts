import type { PeerName } from '@pure-ftpd/peers';

import { LOGIN, PASSWORD } from '../support/daemon.ts';
import type { Finished } from '../support/program.ts';

/** One thing a person does with an FTP client. Paths on the server are relative to the home, local ones absolute. */
export type Step =
  | { readonly do: 'upload' | 'resumeUpload'; readonly local: string; readonly remote: string }
  | { readonly do: 'download' | 'resumeDownload'; readonly remote: string; readonly local: string }
  | { readonly do: 'list' | 'delete' | 'makeFolder' | 'removeFolder'; readonly remote: string }
  | { readonly do: 'rename'; readonly remote: string; readonly to: string }
  | { readonly do: 'changeMode'; readonly remote: string; readonly mode: string };

export type StepName = Step['do'];

export type DataMode = 'passive' | 'active';

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** TLS for control and data connections. */
export interface VisitTls {
  /** The connection begins with it, instead of asking for it with AUTH. */
  readonly implicit?: true;
  /** The only version the client speaks. */
  readonly version: TlsVersion;
  /** A file with the certificate the client trusts. */
  readonly authority: string;
}

/** Where a client connects to, as whom, and how. */
export interface Visit {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly mode: DataMode;
  /** A folder for the settings of the client; also what `~` is to it. */
  readonly folder: string;
  /** In the clear, when it is not given. */
  readonly tls?: VisitTls;
  /** The character set to speak with the server, to a client that can be told; UTF-8 without it. Others are given bytes. */
  readonly charset?: string;
}

/** A visit with the right password. */
export function visit(
  server: { readonly host: string; readonly port: number },
  folder: string,
  mode: DataMode = 'passive',
): Visit {
  return { host: server.host, port: server.port, user: LOGIN, password: PASSWORD, mode, folder };
}

/** What a client shows when something is refused, and the exit status it then has. */
export interface ShownError {
  readonly output: RegExp;
  readonly status: number;
}

/** A client of another project, driven by its own commands. */
export interface Client {
  readonly name: string;
  readonly needs: readonly PeerName[];
  readonly modes: readonly DataMode[];
  /** What it has no command for. */
  readonly cannot: readonly StepName[];
  /** Whether it can name a file of this name at all; a test shows that it is not our server's fault. */
  canName(name: string): boolean;
  /** Whether it copies files and folders of this name within a folder it copies; likewise. All, when it is not given. */
  canNest?(name: string): boolean;
  /** Whether it can transfer with a server at this address in this mode at all; likewise. All, when it is not given. */
  canReach?(host: string, mode: DataMode): boolean;
  /** What it cannot do over TLS, with any server. */
  readonly tlsFaults?: {
    readonly modes?: readonly DataMode[];
    /** It may end an upload of nothing in the middle of the handshake. */
    readonly emptyUploads?: true;
  };
  /** The versions in which its data connections resume the session of the control connection, where it speaks TLS. */
  readonly resumes?: readonly TlsVersion[];
  /** Does the steps in one session. */
  run(visit: Visit, steps: readonly Step[]): Promise<Finished>;
  /** Uploads a folder with all it holds, and downloads it again; without these, file by file. */
  uploadTree?(visit: Visit, local: string, remote: string): Promise<Finished>;
  downloadTree?(visit: Visit, remote: string, local: string): Promise<Finished>;
  /** How many of the 50 folders of 40 files the tree has; fewer where 50 would take too long. */
  readonly treeFolders: number;
  readonly bigFile: boolean;
  readonly shows: {
    readonly wrongPassword: ShownError;
    readonly missingFile: ShownError;
    readonly noPermission: ShownError;
  };
}

/** For a client that is started anew for each step: the first that fails is the last. */
export async function inTurn(steps: readonly Step[], doStep: (step: Step) => Promise<Finished>): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  let output = '';
  for (const step of steps) {
    const finished = await doStep(step);
    stdout += finished.stdout;
    stderr += finished.stderr;
    output += finished.output;
    if (finished.status !== 0) return { status: finished.status, stdout, stderr, output };
  }
  return { status: 0, stdout, stderr, output };
}
