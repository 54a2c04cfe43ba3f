# Completion for pure-uploadscript. Made of its table of options by npm run docs.
complete -c pure-uploadscript -f
complete -c pure-uploadscript -s B -l daemonize -d 'run in the background'
complete -c pure-uploadscript -s g -l gid -r -f -d 'number of the group the program runs as (root)'
complete -c pure-uploadscript -s h -l help -d 'print this page; -h prints the list of the C program'
complete -c pure-uploadscript -s p -l pidfile -r -F -d 'where to write the process id (/var/run/pure-uploadscript.pid)'
complete -c pure-uploadscript -s r -l run -r -F -d 'path of the program to run for each upload'
complete -c pure-uploadscript -s u -l uid -r -f -d 'number of the user the program runs as (root)'
complete -c pure-uploadscript -l jobs -r -f -d 'most programs that run at a time (1)'
complete -c pure-uploadscript -l time-limit -r -f -d 'end a program that takes longer, and what it has started'
complete -c pure-uploadscript -l journal -r -x -a '(__fish_complete_directories)' -d 'read the journal of uploads (pure-ftpd --upload-journal) instead of the pipe, each upload at least once'
complete -c pure-uploadscript -l reader -r -f -d 'under which name the journal is read (script)'
complete -c pure-uploadscript -l forget -d 'have the journal keep nothing for that name any more, and end'
complete -c pure-uploadscript -l version -d 'print the version'
