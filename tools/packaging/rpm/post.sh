# Puts in place what is no file of the package; `system/setup.sh` stands before it. As its family of systems wants it, the server is started
# by whoever administrates the machine.

make_pam_defaults() {
  if [ -e /etc/pam.d/system-auth ]; then
    make_defaults 'auth include system-auth' 'account include system-auth
session include system-auth'
  else
    make_defaults 'auth include common-auth' 'account include common-account
session include common-session'
  fi
}

separate_programs
make_user
make_configuration
make_pam_defaults
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemd-tmpfiles --create pure-ftpd-node.conf
  # $1: how many of the package there are; sessions of a running server live on.
  if [ "$1" = 1 ]; then systemctl preset pure-ftpd.service pure-ftpd-uploadscript.service; else systemctl try-restart pure-ftpd.service; fi
fi
