#!/bin/sh
# Every program of this repository is called through this file: node_modules/.bin/NAME is a link to it. It finds the
# repository by its own place, the program by the name it was called by, and runs it on the pinned Node.
#
# What runs is the bundle (apps/NAME/dist/NAME.js) when it is built and no source is newer, else the sources as they are:
# an edit is never hidden by an old build.

self=$(readlink -f "$0")
root=${self%/tools/programs/*}

# A link of another name may lead here (ftpd -> pure-ftpd): the last name on the way that is a program counts.
link=$0
name=${link##*/}
while [ ! -d "$root/apps/$name" ] && [ -L "$link" ]; do
  next=$(readlink "$link")
  case $next in
    /*) link=$next ;;
    *) link=${link%/*}/$next ;;
  esac
  name=${link##*/}
done
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

main=$root/apps/$name/dist/$name.js
if [ -f "$main" ]; then
  for source in "$root/package-lock.json" "$root/apps/$name/src"/*.ts "$root/apps/$name/src"/*/*.ts \
    "$root/libs"/*/src/*.ts "$root/libs"/*/src/*/*.ts "$root/libs"/*/src/*/*/*.ts; do
    case $source in
      *.test.ts) ;;
      *)
        if [ "$source" -nt "$main" ]; then
          main=$root/apps/$name/src/main.ts
          break
        fi
        ;;
    esac
  done
else
  main=$root/apps/$name/src/main.ts
fi

exec "$node" "$main" "$@"
