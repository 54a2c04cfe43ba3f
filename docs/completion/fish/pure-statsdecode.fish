# Completion for pure-statsdecode. Made of its table of options by npm run docs.
complete -c pure-statsdecode -l help -d 'print a page with the options'
complete -c pure-statsdecode -l version -d 'print the version'
