# Completion for pure-ftpctl. Made of its table of options by npm run docs.
complete -c pure-ftpctl -l all -d 'say also what is well'
complete -c pure-ftpctl -l json -d 'JSON for programs'
complete -c pure-ftpctl -l help -d 'print a page with the options'
complete -c pure-ftpctl -l version -d 'print the version'
