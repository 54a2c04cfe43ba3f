"""Files up and down."""

import select
import socket

from clock import Clock
from session import Refused, SecuredData, Session, drain, finish

# Large enough that a call costs nothing beside its bytes, small enough for the processor's own cache.
BUFFER = 256 * 1024


def _check(received, size):
    if received < size:
        raise Refused("%d of %d bytes came" % (received, size))


def retr(target, name, size):
    """One file down, thrown away."""
    session = Session(target).login().binary()
    buffer = bytearray(BUFFER)
    told = {}
    clock = Clock()
    data = session.transfer(b"RETR " + name.encode())
    if target.context is None:
        received = drain(data, buffer, target.receive_flags)
    else:
        # Decrypting would be work of the client that no server is measured by.
        secured = SecuredData(session, data)
        clock.leave_out(secured.drain(buffer, size))
        received, told = secured.received, secured.told()
    data.close()
    session.expect(b"226")
    figures = clock.figures(**told)
    session.quit()
    _check(received, size)
    return figures


def stor(target, name, size):
    """One file up, of the same bytes again and again."""
    session = Session(target).login().binary()
    buffer = bytearray(BUFFER)
    pieces, told = [bytes(BUFFER)] * (size // BUFFER), {}
    if target.context is None:
        clock = Clock()
        data = session.transfer(b"STOR " + name.encode())
    else:
        data = session.transfer(b"STOR " + name.encode())
        secured = SecuredData(session, data)
        told = secured.told()
        pieces = secured.encrypt(pieces[0], len(pieces))
        clock = Clock()
    for piece in pieces:
        data.sendall(piece)
    finish(data, buffer)
    session.expect(b"226")
    figures = clock.figures(**told)
    session.quit()
    return figures


def open_sessions(target, count):
    return [Session(target).login().binary() for _ in range(count)]


def receive_all(sessions, name, size):
    """Every session downloads the file at the same time."""
    buffer = bytearray(BUFFER)
    flags = sessions[0].target.receive_flags
    poll = select.epoll()
    open_data = {}
    for session in sessions:
        data = session.passive()
        session.send(b"RETR " + name.encode())
        data.setblocking(False)
        open_data[data.fileno()] = data
        poll.register(data, select.EPOLLIN)
    received = 0
    while open_data:
        for number, _ in poll.poll():
            data = open_data[number]
            try:
                count = data.recv_into(buffer, 0, flags)
            except BlockingIOError:
                continue
            received += count
            if count == 0:
                del open_data[number]
                data.close()
    poll.close()
    for session in sessions:
        session.expect_begin()
        session.expect(b"226")
    _check(received, size * len(sessions))


def send_all(sessions, name, size):
    """Every session uploads so many bytes at the same time, to a name with its number."""
    block = memoryview(bytes(BUFFER))
    buffer = bytearray(BUFFER)
    poll = select.epoll()
    open_data = {}
    for number, session in enumerate(sessions):
        data = session.passive()
        session.send(b"STOR %s%d" % (name.encode(), number))
        data.setblocking(False)
        open_data[data.fileno()] = [data, size]
        poll.register(data, select.EPOLLOUT)
    while open_data:
        for number, _ in poll.poll():
            entry = open_data[number]
            data, left = entry
            try:
                left -= data.send(block[: min(left, BUFFER)])
            except BlockingIOError:
                continue
            entry[1] = left
            if left == 0:
                del open_data[number]
                poll.unregister(data)
                data.setblocking(True)
                data.shutdown(socket.SHUT_WR)
                data.close()
    poll.close()
    for session in sessions:
        session.expect_begin()
        session.expect(b"226")


def quit_all(sessions):
    """QUIT is said by all before the first reply is read."""
    for session in sessions:
        session.send(b"QUIT")
    for session in sessions:
        session.expect(b"221")
        session.close()


def many_retr(target, name, size, clients):
    sessions = open_sessions(target, clients)
    clock = Clock()
    receive_all(sessions, name, size)
    figures = clock.figures()
    quit_all(sessions)
    return figures


def many_stor(target, name, size, clients):
    sessions = open_sessions(target, clients)
    clock = Clock()
    send_all(sessions, name, size)
    figures = clock.figures()
    quit_all(sessions)
    return figures


def small_put(target, name, size, files):
    """Files of one block each, in one session, to names that are not there."""
    session = Session(target).login().binary()
    content = bytes(size)
    clock = Clock()
    for number in range(files):
        data = session.transfer(b"STOR %s%d" % (name.encode(), number))
        data.sendall(content)
        data.close()
        session.expect(b"226")
    figures = clock.figures()
    session.quit()
    return figures


def first_session(target, files, size):
    """What a user does first: a login, a listing, small files up and down. The seconds of each."""
    content = bytes(size)
    buffer = bytearray(max(size, 4096))
    clock = Clock()
    session = Session(target).login()
    told = {"login": clock.seconds()}
    clock = Clock()
    data = session.transfer(b"LIST")
    drain(data, buffer)
    data.close()
    session.expect(b"226")
    told["listing"] = clock.seconds()
    session.binary()
    clock = Clock()
    for number in range(files):
        data = session.transfer(b"STOR up/%d" % number)
        data.sendall(content)
        data.close()
        session.expect(b"226")
    told["put"] = clock.seconds()
    clock = Clock()
    for number in range(files):
        data = session.transfer(b"RETR up/%d" % number)
        received = drain(data, buffer)
        data.close()
        _check(received, size)
        session.expect(b"226")
    figures = clock.figures(get=clock.seconds(), **told)
    session.quit()
    return figures


def small_get(target, name, size, files):
    session = Session(target).login().binary()
    buffer = bytearray(max(size, 4096))
    clock = Clock()
    for number in range(files):
        data = session.transfer(b"RETR %s%d" % (name.encode(), number))
        received = drain(data, buffer)
        data.close()
        _check(received, size)
        session.expect(b"226")
    figures = clock.figures()
    session.quit()
    return figures
