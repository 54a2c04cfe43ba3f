# Completion for pure-ftpctl. Made of its table of options by npm run docs.
complete -c pure-ftpctl -l all -d 'say also what is well'
complete -c pure-ftpctl -l json -d 'JSON for programs'
complete -c pure-ftpctl -l from -r -F -d 'the sessions of this report, which pure-ftpwho -x has printed on another host (-: standard input); may be repeated'
complete -c pure-ftpctl -l scoreboard -d 'the sessions on the scoreboard of this machine, also beside reports'
complete -c pure-ftpctl -s n -l numeric -d 'show addresses, not names of hosts'
complete -c pure-ftpctl -l page -d 'a page of HTML'
complete -c pure-ftpctl -l help -d 'print a page with the options'
complete -c pure-ftpctl -l version -d 'print the version'
