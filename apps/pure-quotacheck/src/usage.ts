/** What is printed when the command line makes no sense, or for `-h` [spec quota-upload-auth-cert.md §1.6]. */
export const USAGE: string = `
Usage:

pure-quotacheck -u <user> -d <directory> [-g <group>]

-d <directory>: start from this directory
-g <group/gid>: scan the directory under this gid
-h: help
-u <user/uid>: scan the directory under this uid

`;
