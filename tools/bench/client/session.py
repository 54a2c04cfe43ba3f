"""FTP sessions that cost as little as they can, so that the server is measured and not the client."""

import random
import select
import socket
import ssl

CHUNK = 65536

# Of Linux; Python has no name for it. A port is taken when the other side is known, so that every other side has all ports.
IP_BIND_ADDRESS_NO_PORT = 24

# Seconds after which a server that has sent everything and says nothing is taken to wait.
SILENCE = 0.02


class Refused(Exception):
    """The server said something else than was expected."""


class Target:
    """
    Whom to talk to, and how. `secure`: TLS on both connections. `discard`: the kernel throws away what comes, and nothing is
    copied. Figures that do not change with it are not those of this client.
    """

    def __init__(self, port, user, password, secure, discard):
        self.port = port
        self.user = user.encode()
        self.password = password.encode()
        self.context = _context() if secure else None
        self.receive_flags = socket.MSG_TRUNC if discard else 0


def _context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # The certificate was made for this run: there is nobody to trust.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _refused(code, line):
    return Refused("expected %s, the server said: %s" % (code.decode(), line.decode("latin-1").strip()))


def _any_address():
    """
    An address of the loopback. Ports of connections that were closed are taken for a minute, and thousands of files use up
    those of one address: servers would then find none to listen on.
    """
    return "127.%d.%d.%d" % (random.randint(1, 254), random.randint(1, 254), random.randint(1, 254))


def connect(port, source, receive_buffer=None):
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    connection.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
    connection.bind((source, 0))
    if receive_buffer is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.connect(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


class Session:
    """A control connection that blocks. It is at the greeting when it is made."""

    def __init__(self, target, resume=None):
        """`resume`: the TLS session of a control connection before."""
        self.target = target
        self.secured = None
        self._rest = b""
        self._source = _any_address()
        self._connection = connect(target.port, self._source)
        self.expect(b"220")
        if target.context is not None:
            self.command(b"AUTH TLS", b"234")
            self.secured = target.context.wrap_socket(self._connection, session=resume)
            self._connection = self.secured

    def login(self):
        self.command(b"USER " + self.target.user, b"331")
        self.command(b"PASS " + self.target.password, b"230")
        if self.secured is not None:
            self.command(b"PBSZ 0", b"200")
            self.command(b"PROT P", b"200")
        return self

    def binary(self):
        self.command(b"TYPE I", b"200")
        return self

    def send(self, line):
        self._connection.sendall(line + b"\r\n")

    def command(self, line, code):
        self._connection.sendall(line + b"\r\n")
        return self.expect(code)

    def expect(self, *codes):
        """Takes the next reply, which has one of the codes, and returns its last line."""
        while True:
            end = self._rest.find(b"\n")
            if end == -1:
                more = self._connection.recv(CHUNK)
                if not more:
                    raise Refused("the server closed the connection")
                self._rest += more
                continue
            line = self._rest[:end]
            self._rest = self._rest[end + 1 :]
            if line[3:4] != b" " or not line[:3].isdigit():
                continue
            if line[:3] not in codes:
                raise _refused(codes[0], line)
            return line

    def expect_begin(self):
        """Takes the reply that says that a transfer begins: 125 where the data connection was made before, with some."""
        self.expect(b"150", b"125")

    def expect_many(self, count, code):
        """Takes so many replies of one line each, without a look at more than their first codes."""
        while count > 0:
            more = self._connection.recv(CHUNK)
            if not more:
                raise Refused("the server closed the connection")
            lines = (self._rest + more).split(b"\n")
            self._rest = lines.pop()
            count -= len(lines)
            if lines and lines[0][:3] != code:
                raise _refused(code, lines[0])

    def passive(self, receive_buffer=None):
        """Asks for a data connection and makes it."""
        reply = self.command(b"EPSV", b"229")
        return connect(int(reply[reply.index(b"|||") + 3 : reply.rindex(b"|")]), self._source, receive_buffer)

    def number(self):
        """The descriptor of the connection."""
        return self._connection.fileno()

    def transfer(self, line):
        """Makes a data connection and starts a transfer; returns the connection when the server has said that it goes on."""
        data = self.passive()
        self._connection.sendall(line + b"\r\n")
        self.expect_begin()
        return data

    def quit(self):
        self.command(b"QUIT", b"221")
        self.close()

    def close(self):
        self._connection.close()


class SecuredData:
    """
    TLS on a data connection, whose encrypted bytes are at hand: what is thrown away need not be decrypted, and what is sent
    can be encrypted before the clock starts. It resumes the TLS session of the control connection.
    """

    def __init__(self, session, connection):
        self.connection = connection
        self.received = 0
        self._session = session
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = session.target.context.wrap_bio(self._incoming, self._outgoing, session=session.secured.session)
        self._handshake()

    def told(self):
        """What was agreed on, as figures of a job."""
        cipher, version, _ = self._tls.cipher()
        return {"negotiated": "%s with %s" % (version, cipher), "resumed": int(self._tls.session_reused)}

    def _handshake(self):
        while True:
            try:
                self._tls.do_handshake()
                self._flush()
                return
            except ssl.SSLWantReadError:
                self._flush()
                more = self.connection.recv(CHUNK)
                if not more:
                    raise Refused("the server closed the data connection in the handshake")
                self.received += len(more)
                self._incoming.write(more)

    def _flush(self):
        if self._outgoing.pending:
            self.connection.sendall(self._outgoing.read())

    def encrypt(self, chunk, count):
        """The records of `count` times `chunk`, and the one that says that this was all."""
        records = []
        for _ in range(count):
            self._tls.write(chunk)
            records.append(self._outgoing.read())
        records.append(self._end())
        return records

    def _end(self):
        try:
            self._tls.unwrap()
        except ssl.SSLWantReadError:
            pass  # the server's own end comes later
        return self._outgoing.read()

    def drain(self, buffer, size):
        """
        Reads to the end of a download of so many bytes. Some servers wait for the client's word that it has seen the end, and
        that cannot be seen here; who says nothing for a while waits for it. Returns how long that was, in seconds.
        """
        flags = self._session.target.receive_flags
        while self.received < size:
            count = self.connection.recv_into(buffer, 0, flags)
            if count == 0:
                raise Refused("%d of %d bytes came" % (self.received, size))
            self.received += count
        waited = 0
        while True:
            if waited == 0 and not select.select([self.connection], [], [], SILENCE)[0]:
                waited = SILENCE
                self.connection.sendall(self._end())
            count = self.connection.recv_into(buffer, 0, flags)
            if count == 0:
                return waited
            self.received += count


def drain(connection, buffer, flags=0):
    """Reads to the end, every byte into the same buffer."""
    total = 0
    while True:
        count = connection.recv_into(buffer, 0, flags)
        if count == 0:
            return total
        total += count


def finish(connection, buffer):
    """Ends a connection that has sent everything. What the server may have sent is read: closing over it would be a reset."""
    connection.shutdown(socket.SHUT_WR)
    drain(connection, buffer)
    connection.close()
