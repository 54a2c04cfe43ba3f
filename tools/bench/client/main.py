"""
Does one job against a server: the argument describes it in JSON. Prints its figures in JSON; some jobs print a line `ready`
before that, and wait for a line of standard input.
"""

import gc
import json
import resource
import sys

import ftpbench
import listing
import sessions
import transfers
from session import Refused, Target

JOBS = {
    job.__name__: job
    for job in (
        ftpbench.ftpbench,
        listing.hashing,
        listing.listing,
        sessions.busy,
        sessions.idle,
        sessions.logins,
        sessions.noop,
        sessions.pipelined,
        sessions.slow_readers,
        sessions.throttled,
        transfers.first_session,
        transfers.many_retr,
        transfers.many_stor,
        transfers.retr,
        transfers.small_get,
        transfers.small_put,
        transfers.stor,
    )
}


def main():
    order = json.loads(sys.argv[1])
    # A connection is a descriptor; and nobody wants to measure the collector of this program.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    gc.disable()
    try:
        figures = JOBS[order["job"]](Target(**order["target"]), **order["options"])
    except (OSError, Refused, RuntimeError) as error:
        sys.exit("%s: %s" % (order["job"], error))
    print(json.dumps(figures), flush=True)


main()
