"""What a run took: of the clock, and of the processor in this client."""

import resource
import time


def _processor():
    """Seconds of this process and of the children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


class Clock:
    def __init__(self):
        self._processor = _processor()
        self._start = time.perf_counter()

    def leave_out(self, seconds):
        """So many of the seconds are not the server's."""
        self._start += seconds

    def seconds(self):
        return time.perf_counter() - self._start

    def figures(self, **more):
        """`busy`: the share of one processor that the client took, in percent."""
        seconds = self.seconds()
        return {"seconds": seconds, "busy": 100 * (_processor() - self._processor) / seconds, **more}
