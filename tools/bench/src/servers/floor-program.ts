// PORT FOLDER memory|file [CERTIFICATE]: a server that answers every command with a constant. A download is the same two buffers
// again and again, as many bytes as the file has that is named; with `file` they are filled from it. An upload is thrown away.
// With the file of a certificate and its key it speaks TLS.
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';

const [port = '0', folder = '.', source = 'memory', certificate] = process.argv.slice(2);

const pem = certificate === undefined ? undefined : readFileSync(certificate);
const secureContext = pem === undefined ? undefined : createSecureContext({ cert: pem, key: pem });

/** The socket with TLS on it, as the server of it. */
function secured(socket: Socket): Socket {
  const tls = new TLSSocket(socket, { isServer: true, secureContext });
  return tls.on('error', () => tls.destroy());
}

const REPLIES: Readonly<Record<string, string>> = {
  USER: '331 Password?\r\n',
  PASS: '230 Hello.\r\n',
  QUIT: '221 Bye.\r\n',
};
const BEGIN = '150 Here it comes.\r\n';
const END = '226 That was it.\r\n';

const BUFFERS = [Buffer.alloc(2 ** 20), Buffer.alloc(2 ** 20)] as const;

function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => socket.write(bytes, () => resolve()));
}

async function send(socket: Socket, file: string): Promise<void> {
  const { size } = statSync(file);
  const fd = openSync(file, 'r');
  for (let done = 0, turn = 0; done < size; done += BUFFERS[0].length, turn ^= 1) {
    const bytes = (BUFFERS[turn] ?? BUFFERS[0]).subarray(0, size - done);
    if (source === 'file') readSync(fd, bytes, 0, bytes.length, done);
    await write(socket, bytes);
  }
  closeSync(fd);
  socket.end();
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** One session: its data connections are accepted by one listener, which is made once. */
function serve(accepted: Socket): void {
  let control = accepted;
  control.setNoDelay(true).on('error', () => control.destroy());
  // What is sent before the command is said stays in the kernel: the sockets are paused until then.
  const arrived: Socket[] = [];
  let awaiting: ((socket: Socket) => void) | undefined;
  const data = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    if (awaiting === undefined) arrived.push(socket);
    else awaiting(socket);
    awaiting = undefined;
  });
  control.on('close', () => data.close());
  const connection = (): Promise<Socket> => {
    const next = arrived.shift();
    return next === undefined ? new Promise((resolve) => (awaiting = resolve)) : Promise.resolve(next);
  };
  const answer = async (line: string): Promise<void> => {
    const [verb = '', argument = ''] = line.split(' ');
    if (verb === 'EPSV') {
      if (!data.listening) await once(data.listen(0, '127.0.0.1'), 'listening');
      control.write(`229 Listening (|||${portOf(data)}|)\r\n`);
    } else if (verb === 'RETR' || verb === 'STOR') {
      const plain = await connection();
      const socket = secureContext === undefined ? plain : secured(plain);
      control.write(BEGIN);
      const ended = once(socket, 'close');
      if (verb === 'STOR') socket.on('end', () => socket.end()).resume();
      else await send(socket.resume(), join(folder, argument));
      await ended;
      control.write(END);
    } else if (verb === 'AUTH') {
      accepted.off('data', take).write('234 Go on.\r\n');
      control = secured(accepted).on('data', take);
    } else {
      control.write(REPLIES[verb] ?? '200 Done.\r\n');
      if (verb === 'QUIT') control.end();
    }
  };
  let rest = '';
  const take = (bytes: Buffer | string): void => {
    const lines = (rest + bytes.toString('latin1')).split('\r\n');
    rest = lines.pop() ?? '';
    const replied = control;
    replied.cork();
    for (const line of lines) void answer(line);
    replied.uncork();
  };
  control.on('data', take);
  control.write('220 Ready.\r\n');
}

createServer({}, serve).listen(Number(port), '127.0.0.1', 4096);
