if [ "$1" = remove ]; then
  if [ -d /run/systemd/system ]; then
    systemctl --quiet disable --now pure-ftpd.service pure-ftpd-uploadscript.service pure-authd.service pure-certd.service
  else
    # Whatever the policy of the machine is: the program is about to go.
    /etc/init.d/pure-ftpd stop
  fi
fi
