#!/bin/sh
# Keeps what Debian's pure-ftpd packages take away when they are purged after this package has replaced them: their configuration, which
# is ours now. dpkg calls this before (save) and after (restore) what it does, by /etc/dpkg/dpkg.cfg.d/pure-ftpd-node.
set -e

kept=/var/lib/pure-ftpd-node/kept
replaced='pure-ftpd pure-ftpd-common pure-ftpd-mysql pure-ftpd-postgresql pure-ftpd-ldap'
paths='etc/pure-ftpd etc/default/pure-ftpd-common etc/pam.d/pure-ftpd etc/ftpusers etc/ftpallow etc/init.d/pure-ftpd
  etc/logrotate.d/pure-ftpd-common var/log/pure-ftpd run/pure-ftpd'

# Whether a package is in one of these states.
is_in() {
  dpkg-query -W -f '${db:Status-Status}\n' $1 2>/dev/null | grep -qxE "$2"
}

save() {
  case ${DPKG_HOOK_ACTION:-} in remove | purge) ;; *) return ;; esac
  is_in "$replaced" config-files || return 0
  rm -rf "$kept"
  mkdir -p "$kept"
  chmod 700 "$kept"
  cd /
  for path in $paths; do
    if [ -e "$path" ]; then cp -a --parents "$path" "$kept"; fi
  done
}

restore() {
  [ -d "$kept" ] || return 0
  if is_in pure-ftpd-node 'installed|triggers-.*|half-configured|unpacked'; then
    was_running=
    if [ -e "$kept/run/pure-ftpd/pure-ftpd.pid" ] && [ ! -e /run/pure-ftpd/pure-ftpd.pid ]; then was_running=1; fi
    for path in $paths; do
      # What is there stays as it is, the folders above it, too.
      if [ -e "$kept/$path" ]; then cp -an "$kept/$path" "/${path%/*}/"; fi
    done
    # The scoreboard of the running server is gone: the next one makes it anew, and sessions live on.
    if [ -n "$was_running" ]; then
      if [ -d /run/systemd/system ]; then systemctl restart pure-ftpd.service; else /etc/init.d/pure-ftpd restart; fi
    fi
  fi
  rm -rf "$kept"
}

case $1 in
  save) save ;;
  restore) restore ;;
  *) echo "usage: $0 save|restore" >&2 && exit 2 ;;
esac
