#!/bin/sh
# Every program of this repository is called through this file: node_modules/.bin/NAME is a link to it. It finds the
# repository by its own place, the program by the name it was called by, and runs it on the pinned Node.
#
# What runs is the bundle (apps/NAME/dist/NAME.js) when every file it was made of still has the content it had then, by the list
# that the build leaves beside it; times say nothing, since a checkout or a restored cache changes them. Else the sources run as
# they are, so that an edit is never hidden by an old build, and one line says so: it costs six times the start. With
# PURE_FTPD_SOURCES=1 in the environment that is on purpose, and needs no line.

self=$(readlink -f "$0")
root=${self%/tools/programs/*}

# The program of a name: Debian's builds of the server (pure-ftpd-mysql, pure-ftpd-ldap-virtualchroot) are one program here.
program_of() {
  base=${1%-virtualchroot}
  case $base in
    pure-ftpd-mysql | pure-ftpd-postgresql | pure-ftpd-ldap | pure-ftpd-wrapper) base=pure-ftpd ;;
  esac
  echo "$base"
}

# A link of another name may lead here (ftpd -> pure-ftpd): the last name on the way that is a program counts. It is told by what
# name it was called.
link=$0
called=${link##*/}
name=$(program_of "$called")
while [ ! -d "$root/apps/$name" ] && [ -L "$link" ]; do
  next=$(readlink "$link")
  case $next in
    /*) link=$next ;;
    *) link=${link%/*}/$next ;;
  esac
  called=${link##*/}
  name=$(program_of "$called")
done
export PURE_FTPD_PROGRAM_NAME="$called"
if [ ! -d "$root/apps/$name" ]; then
  echo "${0##*/}: no program of this name in $root/apps" >&2
  exit 127
fi

node=$root/node_modules/.bin/node
if [ ! -x "$node" ]; then
  node=node
  major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null)
  if [ "${major:-0}" -lt 24 ]; then
    echo "$name: Node 24 or later is needed; run \`npm ci\` in $root" >&2
    exit 1
  fi
fi

# Whether the bundle was made of what is here. Without a program that hashes it is taken at its word.
is_current() {
  cd "$root" || return 1
  if command -v sha256sum >/dev/null; then
    sha256sum -c "$1"
  elif command -v shasum >/dev/null; then
    shasum -a 256 -c "$1"
  fi
}

main=$root/apps/$name/dist/$name.js
list=$root/apps/$name/dist/$name.sources
if [ ! -f "$main" ] || [ ! -f "$list" ]; then
  why='it is not built'
elif ! (is_current "$list") >/dev/null 2>&1; then
  why='they differ from what was built'
else
  why=
fi
if [ -n "$why" ]; then
  main=$root/apps/$name/src/main.ts
  # Where standard input is a socket, standard error may be one, too: that of a client of inetd.
  if [ "${PURE_FTPD_SOURCES:-}" != 1 ] && [ ! -S /dev/stdin ]; then
    echo "$name: runs from its sources, since $why; \`npm run build\` in $root makes it start quicker" >&2
  fi
fi

exec "$node" "$main" "$@"
