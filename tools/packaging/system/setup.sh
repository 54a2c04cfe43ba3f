# What scripts of packages share: they are read behind this. It puts in place what is no file of a package: an inode for each program that
# keeps running, and configuration where there is none.
set -e

# $1: a file that is made of standard input, unless it is there.
provide() {
  if [ -e "$1" ] || [ -L "$1" ]; then
    cat >/dev/null
  else
    cat >"$1"
  fi
}

# What start-stop-daemon --exec and pidof look for is the file that a process runs. The package has one file for all programs; those
# that keep running get copies, which cost nothing where the file system can share their blocks.
separate_programs() {
  for program in pure-authd pure-certd pure-uploadscript; do
    cp --reflink=auto --preserve=mode,timestamps "/usr/sbin/$program" "/usr/sbin/.$program.new"
    mv -f "/usr/sbin/.$program.new" "/usr/sbin/$program"
  done
}

# Whom the process is that hears clients before they have logged in.
make_user() {
  if command -v systemd-sysusers >/dev/null; then
    systemd-sysusers pure-ftpd-node.conf
  elif ! getent passwd _pure-ftpd >/dev/null; then
    useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin _pure-ftpd
  fi
}

make_configuration() {
  [ -d /etc/pure-ftpd/conf ] && return
  mkdir -p /etc/pure-ftpd/conf /etc/pure-ftpd/auth /etc/pure-ftpd/db
  chmod 750 /etc/pure-ftpd/db
  echo clf:/var/log/pure-ftpd/transfer.log | provide /etc/pure-ftpd/conf/AltLog
  echo 1000 | provide /etc/pure-ftpd/conf/MinUID
  echo yes | provide /etc/pure-ftpd/conf/NoAnonymous
  echo yes | provide /etc/pure-ftpd/conf/PAMAuthentication
  echo /etc/pure-ftpd/pureftpd.pdb | provide /etc/pure-ftpd/conf/PureDB
  echo no | provide /etc/pure-ftpd/conf/UnixAuthentication
  ln -s ../conf/PureDB /etc/pure-ftpd/auth/50puredb
  ln -s ../conf/UnixAuthentication /etc/pure-ftpd/auth/65unix
  ln -s ../conf/PAMAuthentication /etc/pure-ftpd/auth/70pam
}

# $1: the line about passwords, $2: those about accounts and sessions: each family of systems has them in files of other names.
make_defaults() {
  provide /etc/default/pure-ftpd-common <<end
# Read by the service and the init script of pure-ftpd.

# standalone: the server runs by itself; inetd: it is started by inetd, and not here.
STANDALONE_OR_INETD=standalone

# true: links lead out of the home of a confined user.
VIRTUALCHROOT=false

# With yes in /etc/pure-ftpd/conf/CallUploadScript: a program that is run for each upload, and the user and group it runs as, by number.
UPLOADSCRIPT=
UPLOADUID=
UPLOADGID=
end
  provide /etc/pam.d/pure-ftpd <<end
# Who may log in to pure-ftpd with -l pam: not those of /etc/ftpusers, and who has a shell of /etc/shells. Anonymous users do not come here.
auth required pam_listfile.so item=user sense=deny file=/etc/ftpusers onerr=succeed
$1
auth required pam_shells.so
$2
end
}
