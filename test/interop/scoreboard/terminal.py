# Runs a program in a terminal of 24 lines and 100 columns, does to it what the JSON in the first argument says, and prints what
# happened as JSON: ["wait", TEXT], ["key", TEXT], ["signal", NUMBER], ["resize", LINES, COLUMNS].
import fcntl, json, os, pty, select, signal, struct, sys, termios, time

# Seconds: as long as other tests wait on a busy machine.
LIMIT = 120

steps, command = json.loads(sys.argv[1]), sys.argv[2:]
start, ready = os.pipe()
pid, terminal = pty.fork()
if pid == 0:
    os.read(start, 1)
    os.execvp(command[0], command)


def resize(lines, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def settings():
    return repr(termios.tcgetattr(terminal))


output, seen = b"", 0


def state():
    with open("/proc/%d/stat" % pid) as file:
        return file.read().rsplit(")", 1)[1].split()[0]


def read_more():
    global output
    if select.select([terminal], [], [], 0.05)[0]:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            return False
        output += data
        return data != b""
    return True


resize(24, 100)
before = settings()
os.write(ready, b"x")
end = time.monotonic() + LIMIT
for name, *values in steps:
    if name == "wait":
        text = values[0].encode()
        while text not in output[seen:]:
            if time.monotonic() > end or not read_more():
                sys.exit("no %r in %r" % (text, output[seen:]))
        seen = output.index(text, seen) + len(text)
    elif name == "key":
        os.write(terminal, values[0].encode())
    elif name == "signal":
        # Who has not stopped yet would stop after it, for good.
        while values[0] == signal.SIGCONT and state() != "T" and time.monotonic() < end:
            read_more()
        os.kill(pid, values[0])
    else:
        seen = len(output)
        resize(*values)

status = None
after = settings()
while status is None:
    if time.monotonic() > end:
        os.kill(pid, 9)
        sys.exit("it did not end: %r" % output[seen:])
    read_more()
    done, code = os.waitpid(pid, os.WNOHANG)
    if done:
        status = os.waitstatus_to_exitcode(code)
        after = settings()
while select.select([terminal], [], [], 0)[0] and read_more():
    pass
print(json.dumps({"status": status, "output": output.decode("latin1"), "restored": before == after}))
