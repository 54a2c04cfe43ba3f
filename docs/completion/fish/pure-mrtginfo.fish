# Completion for pure-mrtginfo. Made of its table of options by npm run docs.
complete -c pure-mrtginfo -f
complete -c pure-mrtginfo -l help -d 'print a page with the options'
complete -c pure-mrtginfo -l version -d 'print the version'
