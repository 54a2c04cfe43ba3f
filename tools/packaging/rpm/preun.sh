# $1: how many of the package stay.
if [ "$1" = 0 ]; then
  if [ -d /run/systemd/system ]; then
    systemctl --quiet disable --now pure-ftpd.service pure-ftpd-uploadscript.service pure-authd.service pure-certd.service
  elif [ -e /run/pure-ftpd/pure-ftpd.pid ]; then
    kill "$(cat /run/pure-ftpd/pure-ftpd.pid)" || true
  fi
fi
