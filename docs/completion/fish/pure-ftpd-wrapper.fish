# Completion for pure-ftpd-wrapper. Made of its table of options by npm run docs.
complete -c pure-ftpd-wrapper -f
complete -c pure-ftpd-wrapper -l print -d 'print the command line that the tree stands for, and start nothing'
complete -c pure-ftpd-wrapper -s s -l show-options -d 'print the options alone, as Debian\'s wrapper does'
complete -c pure-ftpd-wrapper -l help -d 'print a page with the options'
complete -c pure-ftpd-wrapper -l version -d 'print the version'
