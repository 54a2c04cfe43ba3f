#!/bin/bash
# Starts the server in a container, in the foreground: its log is the container's. Words are options of pure-ftpd.
#
#   PURE_FTPD_USERS_FILE   a file (a secret) with a line LOGIN:PASSWORD for each user
#   PURE_FTPD_USER, PURE_FTPD_PASSWORD or PURE_FTPD_PASSWORD_FILE   one user
#   PURE_FTPD_PORT         21, or 2121 where the container is not started as root
#   PURE_FTPD_ADDRESS      what clients are told to connect to: the address or the name of the host
#   PURE_FTPD_OPTIONS      more options, with blanks between them
#
# All that lasts is in /data: users in etc, their files in files/LOGIN, a certificate in tls/pure-ftpd.pem (TLS is offered when it is there).
# Users that were there stay; those that are named get the password that is named.
set -eu

data=/data
passwd=$data/etc/pureftpd.passwd
database=$data/etc/pureftpd.pdb
if [ "$(id -u)" = 0 ]; then
  uid=$(id -u ftpfiles) gid=$(id -g ftpfiles) port=${PURE_FTPD_PORT:-21}
else
  uid=$(id -u) gid=$(id -g) port=${PURE_FTPD_PORT:-2121}
fi

health() {
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  read -r -t 5 greeting <&3
  [[ $greeting == 220* ]]
}

# $1: the login, $2: the password.
provide_user() {
  local change=useradd
  if [ -e "$passwd" ] && pure-pw show "$1" -f "$passwd" >/dev/null 2>&1; then change=passwd; fi
  local -a who=()
  if [ "$change" = useradd ]; then
    mkdir -p "$data/files/$1"
    [ "$(id -u)" != 0 ] || chown "$uid:$gid" "$data/files/$1"
    who=(-u "$uid" -g "$gid" -d "$data/files/$1")
  fi
  printf '%s\n%s\n' "$2" "$2" | pure-pw "$change" "$1" -f "$passwd" "${who[@]}" >/dev/null
}

provide_users() {
  mkdir -p "$data/etc"
  if [ -n "${PURE_FTPD_USERS_FILE:-}" ]; then
    while IFS=: read -r login password; do
      case $login in '' | '#'*) continue ;; esac
      provide_user "$login" "$password"
    done <"$PURE_FTPD_USERS_FILE"
  fi
  if [ -n "${PURE_FTPD_USER:-}" ]; then
    local password=${PURE_FTPD_PASSWORD:-}
    if [ -n "${PURE_FTPD_PASSWORD_FILE:-}" ]; then password=$(cat "$PURE_FTPD_PASSWORD_FILE"); fi
    provide_user "$PURE_FTPD_USER" "$password"
  fi
  if [ -e "$passwd" ]; then
    pure-pw mkdb "$database" -f "$passwd"
  else
    echo 'pure-ftpd-container: there are no users: set PURE_FTPD_USERS_FILE, or PURE_FTPD_USER and PURE_FTPD_PASSWORD_FILE' >&2
  fi
}

if [ "${1:-}" = --health ]; then
  health
  exit
fi
provide_users
unset PURE_FTPD_PASSWORD
options=(-S ",$port" -l "puredb:$database" -E -A -j -p 30000:30009 -g "/tmp/pure-ftpd.pid")
if [ -e "$data/tls/pure-ftpd.pem" ]; then options+=(-Y 1 -2 "$data/tls/pure-ftpd.pem"); fi
if [ -n "${PURE_FTPD_ADDRESS:-}" ]; then options+=(-P "$PURE_FTPD_ADDRESS"); fi
# Words of options have no blanks in them.
# shellcheck disable=SC2086
exec pure-ftpd "${options[@]}" ${PURE_FTPD_OPTIONS:-} "$@"
