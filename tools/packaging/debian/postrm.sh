case $1 in
  remove)
    rm -rf /run/pure-ftpd
    if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
    ;;
  purge)
    rm -rf /etc/pure-ftpd /var/log/pure-ftpd /var/lib/pure-ftpd-node
    rm -f /etc/default/pure-ftpd-common /etc/pam.d/pure-ftpd
    update-rc.d pure-ftpd remove >/dev/null
    ;;
esac
