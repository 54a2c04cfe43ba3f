if [ "$1" = 0 ]; then rm -rf /run/pure-ftpd; fi
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
