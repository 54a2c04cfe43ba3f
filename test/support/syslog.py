"""Runs a program (arguments from the second) and writes what it logs to a file (the first): a datagram of /dev/log on a
line, as it came, but for line breaks, which are written as the two characters backslash and n."""
import os, signal, socket, subprocess, sys, threading

log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind('/dev/log')
os.chmod('/dev/log', 0o666)
output = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)


def listen():
    while True:
        os.write(output, log.recv(65536).replace(b'\n', b'\\n') + b'\n')


threading.Thread(target=listen, daemon=True).start()
program = subprocess.Popen(sys.argv[2:])
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda number, frame: program.send_signal(number))
sys.exit(program.wait())
