# Completion for pure-pwconvert. Made of its table of options by npm run docs.
complete -c pure-pwconvert -f
complete -c pure-pwconvert -l help -d 'print a page with the options'
complete -c pure-pwconvert -l version -d 'print the version'
