#!/bin/sh
# The name under which scripts of Debian's packages start and stop the server, whatever it was built with.
if [ -d /run/systemd/system ]; then exec systemctl "$1" pure-ftpd.service; fi
exec /etc/init.d/pure-ftpd "$@"
