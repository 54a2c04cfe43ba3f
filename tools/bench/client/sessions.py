"""Control connections: many, busy, idle."""

import functools
import select
import sys
import time

from clock import Clock
from parts import forked
from session import Session
from transfers import open_sessions, quit_all


def _log_in_often(target, count):
    """Sessions one after the other; the TLS session of one is resumed by the next. Returns how many were resumed."""
    resumed, resume = 0, None
    for _ in range(count):
        session = Session(target, resume).login()
        if session.secured is not None:
            resumed += int(session.secured.session_reused)
            resume = session.secured.session
        session.quit()
    return resumed


def logins(target, count, at_once):
    """So many sessions that log in and leave, by so many processes."""
    works = [functools.partial(_log_in_often, target, count // at_once)] * at_once
    clock = Clock()
    resumed = sum(forked(works))
    return clock.figures(resumed=resumed)


def noop(target, commands):
    """NOOP after NOOP."""
    session = Session(target).login()
    clock = Clock()
    for _ in range(commands):
        session.command(b"NOOP", b"200")
    figures = clock.figures()
    session.quit()
    return figures


def pipelined(target, commands, at_once):
    """NOOPs, so many sent before their replies are read."""
    session = Session(target).login()
    block = b"\r\n".join([b"NOOP"] * at_once)
    clock = Clock()
    for _ in range(commands // at_once):
        session.send(block)
        session.expect_many(at_once, b"200")
    figures = clock.figures()
    session.quit()
    return figures


def busy(target, clients, seconds):
    """
    So many sessions, each with a NOOP on its way all the time: how long a reply takes. What this client needs for the others
    is part of it, for every server alike.
    """
    sessions = open_sessions(target, clients)
    poll = select.epoll()
    by_number = {}
    for session in sessions:
        by_number[session.number()] = [session, 0.0]
        poll.register(session.number(), select.EPOLLIN)
    times = []
    clock = Clock()
    end = time.perf_counter() + seconds
    for entry in by_number.values():
        entry[1] = time.perf_counter()
        entry[0].send(b"NOOP")
    waiting = clients
    while waiting > 0:
        for number, _ in poll.poll():
            entry = by_number[number]
            entry[0].expect(b"200")
            now = time.perf_counter()
            times.append(now - entry[1])
            if now < end:
                entry[1] = now
                entry[0].send(b"NOOP")
            else:
                waiting -= 1
    figures = clock.figures(replies=len(times), p50=_share(times, 0.5), p99=_share(times, 0.99))
    poll.close()
    quit_all(sessions)
    return figures


def _share(times, share):
    """The time, in seconds, below which this share of them lies."""
    times.sort()
    return times[min(len(times) - 1, int(len(times) * share))]


def _until_told():
    """Says that the state to be measured is there, and waits until standard input says that it was."""
    print("ready", flush=True)
    sys.stdin.readline()


def idle(target, clients):
    """Sessions that have logged in and say nothing."""
    sessions = open_sessions(target, clients)
    _until_told()
    quit_all(sessions)
    return {"sessions": len(sessions)}


def slow_readers(target, name, clients, rate):
    """
    Every session downloads the same large file and reads so many bytes a second of it. The receive buffers are small, so that
    what the server has sent waits at the server and not here.
    """
    sessions = open_sessions(target, clients)
    readers = []
    for session in sessions:
        data = session.passive(receive_buffer=4096)
        session.send(b"RETR " + name.encode())
        session.expect_begin()
        data.setblocking(False)
        readers.append(data)
    print("ready", flush=True)
    poll = select.poll()
    poll.register(sys.stdin, select.POLLIN)
    taken = 0
    next_turn = time.perf_counter()
    told = False
    while not told:
        for data in readers:
            try:
                taken += len(data.recv(rate))
            except BlockingIOError:
                pass
        next_turn += 1
        told = bool(poll.poll(max(0, next_turn - time.perf_counter()) * 1000))
    for data in readers:
        data.close()
    for session in sessions:
        session.close()
    return {"taken": taken}


def throttled(target, name, clients, seconds):
    """Downloads that the server slows down: what each got in a second, at the mean, the least and the most."""
    sessions = open_sessions(target, clients)
    buffer = bytearray(65536)
    poll = select.epoll()
    received = {}
    by_number = {}
    for session in sessions:
        data = session.passive()
        session.send(b"RETR " + name.encode())
        session.expect_begin()
        data.setblocking(False)
        received[data.fileno()] = 0
        by_number[data.fileno()] = data
        poll.register(data, select.EPOLLIN)
    # What a server lets through at first, and what fits into buffers, is no speed.
    _read_for(poll, by_number, received, buffer, 1)
    before = dict(received)
    started = time.perf_counter()
    _read_for(poll, by_number, received, buffer, seconds)
    took = time.perf_counter() - started
    rates = [(received[number] - before[number]) / took for number in received]
    for data in by_number.values():
        data.close()
    for session in sessions:
        session.close()
    return {"mean": sum(rates) / len(rates), "least": min(rates), "most": max(rates)}


def _read_for(poll, by_number, received, buffer, seconds):
    end = time.perf_counter() + seconds
    while True:
        left = end - time.perf_counter()
        if left <= 0:
            return
        for number, _ in poll.poll(left):
            try:
                count = by_number[number].recv_into(buffer)
            except BlockingIOError:
                continue
            if count == 0:
                raise RuntimeError("a download ended too early")
            received[number] += count
