# Completion for pure-certd. Made of its table of options by npm run docs.
complete -c pure-certd -f
complete -c pure-certd -s B -l daemonize -d 'run in the background'
complete -c pure-certd -s g -l gid -r -f -d 'group the program runs as (root)'
complete -c pure-certd -s h -l help -d 'print this page; -h prints the list of the C program'
complete -c pure-certd -s p -l pidfile -r -F -d 'where to write the process id (/var/run/pure-certd.pid)'
complete -c pure-certd -s r -l run -r -F -d 'absolute path of the program that knows the certificates'
complete -c pure-certd -s s -l socket -r -F -d 'path of the socket on which the server asks; only root may connect to it'
complete -c pure-certd -s u -l uid -r -f -d 'user the program runs as (root)'
complete -c pure-certd -l timeout -r -f -d 'how long the program may take (60)'
complete -c pure-certd -l max-programs -r -f -d 'most programs that run at a time (8)'
complete -c pure-certd -l version -d 'print the version'
