"""Work that takes the server long, and what it does to others."""

import functools
import os
import time

from clock import Clock
from parts import forked
from session import Session

PAUSE = 0.001


def _ping_until(target, descriptor):
    """NOOPs with short pauses until the pipe is closed: the longest that one took, in seconds."""
    session = Session(target).login()
    os.set_blocking(descriptor, False)
    longest = 0.0
    while True:
        started = time.perf_counter()
        session.command(b"NOOP", b"200")
        longest = max(longest, time.perf_counter() - started)
        try:
            if os.read(descriptor, 1):
                session.quit()
                return longest
        except BlockingIOError:
            pass
        time.sleep(PAUSE)


def _list(session, command, times, lines):
    """Lists so many times; every line is counted, none is looked at."""
    buffer = bytearray(262144)
    for _ in range(times):
        data = session.transfer(command)
        found = 0
        while True:
            count = data.recv_into(buffer)
            if count == 0:
                break
            found += buffer.count(b"\n", 0, count)
        data.close()
        session.expect(b"226")
        if found < lines:
            raise RuntimeError("%d of %d lines came" % (found, lines))


def _hash(session, file):
    session.command(b"HASH " + file, b"213")


def _work(target, job, descriptor):
    try:
        session = Session(target).login().binary()
        # The other session is there by then.
        time.sleep(0.05)
        clock = Clock()
        job(session)
        figures = clock.figures()
        session.quit()
        return figures
    finally:
        os.write(descriptor, b".")


def _beside(target, job):
    """Does a job, while another session says NOOP and waits for the reply."""
    read, write = os.pipe()
    figures, longest = forked(
        [functools.partial(_work, target, job, write), functools.partial(_ping_until, target, read)]
    )
    os.close(read)
    os.close(write)
    return {**figures, "stall": longest}


def listing(target, command, times, lines):
    """Lists so many times."""
    return _beside(target, functools.partial(_list, command=command.encode(), times=times, lines=lines))


def hashing(target, file):
    """Has the digest of a file made."""
    return _beside(target, functools.partial(_hash, file=file.encode()))
