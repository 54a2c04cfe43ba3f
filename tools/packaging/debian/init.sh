#!/bin/sh
### BEGIN INIT INFO
# Provides:          pure-ftpd
# Required-Start:    $remote_fs $syslog $network
# Required-Stop:     $remote_fs $syslog $network
# Should-Start:      slapd mysql mariadb postgresql
# Should-Stop:       slapd mysql mariadb postgresql
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: FTP server
# Description:       Starts and stops pure-ftpd, and the program that it tells of uploads.
### END INIT INFO

PATH=/usr/sbin:/usr/bin:/sbin:/bin
server=/usr/sbin/pure-ftpd
wrapper=/usr/sbin/pure-ftpd-wrapper
uploads=/usr/sbin/pure-uploadscript
pid_file=/run/pure-ftpd/pure-ftpd.pid

STANDALONE_OR_INETD=standalone
[ -r /etc/default/pure-ftpd-common ] && . /etc/default/pure-ftpd-common
export STANDALONE_OR_INETD VIRTUALCHROOT

[ -x "$wrapper" ] || exit 0

start() {
  [ "$STANDALONE_OR_INETD" = standalone ] || return 0
  [ -d /run/pure-ftpd ] || mkdir -m 700 /run/pure-ftpd
  start-stop-daemon --start --quiet --oknodo --pidfile "$pid_file" --exec "$server" --startas "$wrapper" || return
  start_uploads
}

start_uploads() {
  [ -n "${UPLOADSCRIPT:-}" ] && grep -qiE '^[[:space:]]*(yes|1|on)[[:space:]]*$' /etc/pure-ftpd/conf/CallUploadScript 2>/dev/null || return 0
  start-stop-daemon --start --quiet --oknodo --exec "$uploads" -- \
    -B -r "$UPLOADSCRIPT" ${UPLOADUID:+-u "$UPLOADUID"} ${UPLOADGID:+-g "$UPLOADGID"}
}

stop() {
  start-stop-daemon --stop --quiet --oknodo --retry 10 --pidfile "$pid_file" --exec "$server"
  start-stop-daemon --stop --quiet --oknodo --exec "$uploads"
}

case ${1:-} in
  start) echo 'Starting FTP server: pure-ftpd.' && start ;;
  stop) echo 'Stopping FTP server: pure-ftpd.' && stop ;;
  restart | force-reload) echo 'Restarting FTP server: pure-ftpd.' && stop && start ;;
  status) start-stop-daemon --status --pidfile "$pid_file" --exec "$server" ;;
  *) echo "Usage: $0 {start|stop|restart|force-reload|status}" >&2 && exit 1 ;;
esac
