"""The eight figures that pyftpdlib publishes of servers, in the order of its script."""

import time

from session import Session, drain, finish
from transfers import BUFFER, open_sessions, quit_all, receive_all, send_all

SECONDS = 1.0


def _stor_speed(target, name):
    """Bytes a second of an upload that lasts a second."""
    session = Session(target).login().binary()
    block = memoryview(bytes(BUFFER))
    data = session.transfer(b"STOR " + name)
    sent = 0
    started = time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        sent += data.send(block)
    finish(data, bytearray(BUFFER))
    session.expect(b"226")
    took = time.perf_counter() - started
    session.quit()
    return sent / took


def _retr_speed(target, name):
    """Bytes a second of downloads of one file that last a second, one after the other."""
    session = Session(target).login().binary()
    buffer = bytearray(BUFFER)
    received = 0
    started = time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        data = session.transfer(b"RETR " + name)
        received += drain(data, buffer, target.receive_flags)
        data.close()
        session.expect(b"226")
    took = time.perf_counter() - started
    session.quit()
    return received / took


def _seconds(work, *arguments):
    started = time.perf_counter()
    result = work(*arguments)
    return time.perf_counter() - started, result


def ftpbench(target, name, uploads, size, clients):
    """`name`: the file to download, of `size` bytes; `uploads`: what the names of uploads begin with."""
    big = name.encode()
    stor = _stor_speed(target, uploads.encode())
    retr = _retr_speed(target, big)
    connecting, sessions = _seconds(open_sessions, target, clients)
    idle_stor = _stor_speed(target, uploads.encode())
    idle_retr = _retr_speed(target, big)
    many_retr, _ = _seconds(receive_all, sessions, name, size)
    many_stor, _ = _seconds(send_all, sessions, uploads, size)
    leaving, _ = _seconds(quit_all, sessions)
    return {
        "stor": stor,
        "retr": retr,
        "connecting": connecting,
        "idle_stor": idle_stor,
        "idle_retr": idle_retr,
        "many_retr": many_retr,
        "many_stor": many_stor,
        "leaving": leaving,
    }
