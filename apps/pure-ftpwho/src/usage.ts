/** What is printed for `-h`, and when the command line makes no sense: the list of the C program, and what is ours. */
export const USAGE = `
Usage :

-c : this program is called by a web server (CGI mode)
-h : help
-H : don't resolve host names, only show IP addresses
-n : synonym for -H
-p : output Apple / GNUStep plist data
-s : easily parsable output for shell scripts
     format is :
     pid|acct|time|state|file|peer|local|port|current|total|%|bandwidth
-v : output verbose ASCII
-w : output HTML page (web mode)
-W : output HTML page without header/footer (embedded mode)
-x : output XML data
--from  : show the report of another host (-x), instead of this machine
--json  : output JSON data
--watch : show a live table in the terminal, until q is pressed

`;
