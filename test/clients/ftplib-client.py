"""Does with ftplib what the lines of standard input say: where to connect, then a call a line; tabs between fields."""

import ftplib
import os
import socket
import ssl
import sys


def fields(line):
    """Bytes that are no UTF-8 become surrogates."""
    return line.decode("utf-8", "surrogateescape").rstrip("\n").split("\t")


host, port, user, password, mode, security, version, authority, *told = fields(sys.stdin.buffer.readline())
CHARSET = told[0] if told else "utf-8"
if security == "clear":
    ftp = ftplib.FTP(encoding=CHARSET)
else:
    context = ssl.create_default_context(cafile=authority)
    context.minimum_version = context.maximum_version = ssl.TLSVersion[version.replace(".", "_")]
    ftp = ftplib.FTP_TLS(context=context, encoding="utf-8")
# ftplib itself is strict about bytes that are no UTF-8; names are written to the socket and read from it in this class only.
ftp.connect(host, int(port), timeout=60)
if security != "clear":
    ftp.auth()
ftp.set_pasv(mode == "passive")


class Names(type(ftp)):
    """ftplib whose names round-trip whatever bytes they are."""

    def putline(self, line):
        if "\r" in line or "\n" in line:
            raise ValueError("a command is one line")
        self.sock.sendall(line.encode(CHARSET, "surrogateescape") + b"\r\n")


ftp.__class__ = Names
ftp.file.close()
ftp.file = ftp.sock.makefile("r", encoding=CHARSET, errors="surrogateescape")


def upload(local, remote, rest=None):
    with open(local, "rb") as file:
        if rest is not None:
            file.seek(rest)
        ftp.storbinary("STOR " + remote, file, 65536, rest=rest)


def download(remote, local, rest=None):
    with open(local, "ab" if rest is not None else "wb") as file:
        ftp.retrbinary("RETR " + remote, file.write, 65536, rest=rest)


def names_in(remote):
    """Names and types by MLSD, read as bytes: ftplib's own mlsd() stops at bytes that are no UTF-8."""
    received = bytearray()
    ftp.retrbinary("MLSD " + remote, received.extend)
    for line in received.decode(CHARSET, "surrogateescape").split("\r\n"):
        facts, _, name = line.partition(" ")
        if name:
            kind = [fact[5:] for fact in facts.lower().split(";") if fact.startswith("type=")][0]
            yield name, kind


def upload_tree(local, remote):
    ftp.mkd(remote)
    for entry in os.scandir(local):
        target = remote + "/" + entry.name
        if entry.is_dir():
            upload_tree(entry.path, target)
        else:
            upload(entry.path, target)


def download_tree(remote, local):
    os.mkdir(local)
    for name, kind in names_in(remote):
        if kind == "dir":
            download_tree(remote + "/" + name, local + "/" + name)
        elif kind == "file":
            download(remote + "/" + name, local + "/" + name)


def list_names(remote):
    for name, _ in names_in(remote):
        sys.stdout.buffer.write(name.encode("utf-8", "surrogateescape") + b"\n")


STEPS = {
    "upload": upload,
    "download": download,
    "resumeUpload": lambda local, remote: upload(local, remote, ftp.size(remote)),
    "resumeDownload": lambda remote, local: download(remote, local, os.stat(local).st_size),
    "list": list_names,
    "delete": ftp.delete,
    "makeFolder": ftp.mkd,
    "removeFolder": ftp.rmd,
    "rename": ftp.rename,
    "changeMode": lambda remote, mode: ftp.sendcmd("SITE CHMOD " + mode + " " + remote),
    "uploadTree": upload_tree,
    "downloadTree": download_tree,
}

ftp.login(user, password)
if security != "clear":
    ftp.prot_p()
ftp.voidcmd("TYPE I")
for line in sys.stdin.buffer:
    name, *arguments = fields(line)
    STEPS[name](*arguments)
ftp.quit()
