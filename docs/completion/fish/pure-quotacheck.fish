# Completion for pure-quotacheck. Made of its table of options by npm run docs.
complete -c pure-quotacheck -f
complete -c pure-quotacheck -s d -r -x -a '(__fish_complete_directories)' -d 'start from this directory'
complete -c pure-quotacheck -s g -r -x -a '(__fish_complete_groups)' -d 'group to become, by name or number'
complete -c pure-quotacheck -s h -d 'print the usage, as the C program does'
complete -c pure-quotacheck -s u -r -x -a '(__fish_complete_users)' -d 'user to become, by name or number'
complete -c pure-quotacheck -l dry-run -d 'show the count beside what is recorded, and write nothing'
complete -c pure-quotacheck -l help -d 'print a page with the options'
complete -c pure-quotacheck -l version -d 'print the version'
