# Puts in place what is no file of the package; `system/setup.sh` stands before it.

# $1: a package of Debian, $2: its link in auth/, $3: the key it leads to. The links go with the package, and the rest stays.
relink() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = config-files ] || return 0
  if [ -e "/etc/pure-ftpd/conf/$3" ] && [ ! -L "/etc/pure-ftpd/auth/$2" ]; then
    mkdir -p /etc/pure-ftpd/auth
    ln -s "../conf/$3" "/etc/pure-ftpd/auth/$2"
  fi
}

take_over() {
  relink pure-ftpd-mysql 30mysql MySQLConfigFile
  relink pure-ftpd-postgresql 30pgsql PGSQLConfigFile
  relink pure-ftpd-ldap 30ldap LDAPConfigFile
  relink pure-ftpd-common 65unix UnixAuthentication
  relink pure-ftpd-common 70pam PAMAuthentication
}

start_server() {
  if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemd-tmpfiles --create pure-ftpd-node.conf
    systemctl --quiet enable pure-ftpd.service pure-ftpd-uploadscript.service
    # As the machine's policy for services says.
    deb-systemd-invoke restart pure-ftpd.service || echo 'pure-ftpd-node: the server does not start: journalctl -u pure-ftpd says why' >&2
  else
    update-rc.d pure-ftpd defaults >/dev/null
    invoke-rc.d pure-ftpd restart || echo 'pure-ftpd-node: the server does not start: see the line above' >&2
  fi
}

if [ "$1" = configure ]; then
  separate_programs
  make_user
  make_configuration
  # Once: a link that is deleted afterwards stays so.
  if [ -z "$2" ]; then take_over; fi
  make_defaults '@include common-auth' '@include common-account
@include common-session'
  start_server
fi
