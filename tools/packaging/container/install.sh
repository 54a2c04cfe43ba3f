#!/bin/sh
# What the image has besides Debian: the package that is in the folder $1, without a service, and the entry.
set -e
cd "$1"
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod +x /usr/sbin/policy-rc.d
apt-get update -q
apt-get install -y --no-install-recommends ./pure-ftpd-node_*.deb
rm -rf /usr/sbin/policy-rc.d /var/lib/apt/lists/*
install -m 755 entry.sh /usr/local/bin/pure-ftpd-container
# Whom the files of users belong to, where the container is started as root.
useradd --system --uid 1000 --no-create-home --shell /usr/sbin/nologin ftpfiles
install -d -o ftpfiles -g ftpfiles /data
