"""A whole session with Python's ftplib: whole-session.py HOST PORT USER PASSWORD FOLDER AUTHORITY ENCODING [LANGUAGE]

Prints a list in JSON: what was sent, what was heard, and what came over a data connection. The home has a file `report.txt` and a
folder `folder` with one file; FOLDER has `small` and `large` to upload; AUTHORITY is a file with the server's certificate.
ENCODING is what the client takes replies for; what is not in it is replaced, but UTF-8 has to be right.
"""

import ftplib
import json
import os
import ssl
import sys

host, port, user, password, folder, authority, encoding, *language = sys.argv[1:]
steps = []


class Told(ftplib.FTP_TLS):
    """Keeps what it sends and hears."""

    @property
    def file(self):
        return self._file

    @file.setter
    def file(self, file):
        if file is not None and encoding != "utf-8":
            file.reconfigure(errors="replace")
        self._file = file

    def putcmd(self, line):
        steps.append({"sent": line, "heard": []})
        super().putcmd(line)

    def getmultiline(self):
        reply = super().getmultiline()
        if not steps:
            steps.append({"sent": "", "heard": []})
        steps[-1]["heard"].append(reply)
        return reply


ftp = Told(timeout=30, encoding=encoding, context=ssl.create_default_context(cafile=authority))


def attempt(call, *arguments):
    """A refusal is as good a reply as any."""
    try:
        call(*arguments)
    except ftplib.Error:
        pass


def say(*commands):
    for command in commands:
        attempt(ftp.sendcmd, command)


def listed(command):
    lines = []
    ftp.retrlines(command, lines.append)
    steps[-1]["data"] = "\n".join(lines)


def upload(name, remote):
    with open(os.path.join(folder, name), "rb") as file:
        try:
            ftp.storbinary("STOR " + remote, file)
        except ConnectionError:
            # The server takes no more: the connection ends while data is on its way. Why is in the reply.
            ftp.voidresp()


def download(remote):
    received = bytearray()
    ftp.retrbinary("RETR " + remote, received.extend)
    steps[-1]["data"] = received.decode()


def status_during(command):
    """STAT while a file comes."""
    with ftp.transfercmd(command) as data:
        ftp.putcmd("STAT")
        ftp.getmultiline()
        while data.recv(65536):
            pass
    ftp.voidresp()


ftp.connect(host, int(port))
if language:
    say("LANG " + language[0])

# Before the login, TLS, and a login that fails.
say("FEAT", "HELP", "SITE HELP", "STAT", "PWD", "PASS x", "XYZZY", "PROT P", "CCC", "AUTH XYZZY")
ftp.auth()
say("PROT P", "PBSZ 0", "PROT S", "PROT C", "PROT P")
attempt(ftp.login, user, "wrong")
ftp.login(user, password)
say("USER somebody", "PASS x", "NOOP", "PWD", "SYST", "STAT", "ALLO 10", "ACCT x", "XYZZY", "SITE XYZZY", "SITE IDLE 600", "SITE")

# Settings.
say("TYPE A", "TYPE I", "TYPE E", "STRU F", "STRU R", "MODE S", "MODE B", "REST x", "REST 10", "OPTS XYZZY", "LANG xx", "CLNT x")

# Listings, folders and names.
ftp.prot_p()
listed("LIST")
listed("NLST folder")
listed("MLSD folder")
say("STAT report.txt", "MLST report.txt", "SIZE report.txt", "MDTM report.txt", "HASH report.txt")
say("MFMT 20260102030405 report.txt", "MFMT x", "CWD nowhere", "CWD folder", "CDUP", "MKD new")
say("MKD new", "RMD folder", "RMD new", "DELE new", "DELE folder", "SITE CHMOD 600 report.txt", "CWD report.txt", "SITE ALIAS x")

# Renaming, and how it fails.
say("RNTO anything", "RNFR nothing", "RNFR", "RNFR report.txt", "RNTO folder", "RNFR report.txt", "RNTO renamed.txt")
say("RNFR renamed.txt", "RNTO report.txt", "RNFR /", "RMD /")

# Downloads before any upload: the ratio. Then uploads up to the quota, and beyond.
attempt(download, "report.txt")
attempt(upload, "small", "first")
attempt(download, "report.txt")
attempt(download, "nothing")
attempt(download, "folder")
attempt(status_during, "RETR first")
attempt(upload, "large", "second")
attempt(upload, "small", "third")
attempt(upload, "small", "fourth")
say("DELE third", "TYPE A", "REST 5", "SIZE report.txt", "TYPE I")

# Data connections that are refused.
say("RETR report.txt", "PORT 10,9,8,7,4,5", "PORT 127,0,0,1,0,80", "EPRT |3|x|1|", "PORT", "EPSV", "EPSV ALL", "PASV", "ABOR", "QUIT")
json.dump(steps, sys.stdout)
