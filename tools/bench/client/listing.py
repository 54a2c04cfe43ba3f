"""Listings, and what they do to others."""

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


def _work(target, command, times, lines, descriptor):
    try:
        session = Session(target).login().binary()
        # The other session is there by then.
        time.sleep(0.05)
        clock = Clock()
        _list(session, command, times, lines)
        figures = clock.figures()
        session.quit()
        return figures
    finally:
        os.write(descriptor, b".")


def listing(target, command, folder, times, lines):
    """Lists a folder so many times, while another session says NOOP and waits for the reply."""
    line = command.encode() + b" " + folder.encode()
    read, write = os.pipe()
    figures, longest = forked(
        [functools.partial(_work, target, line, times, lines, write), functools.partial(_ping_until, target, read)]
    )
    os.close(read)
    os.close(write)
    return {**figures, "stall": longest}
