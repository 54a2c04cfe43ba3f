"""Work that several processes do at once."""

import json
import os


def forked(works):
    """
    Runs each function in a process of its own and returns what they return, in order. All begin at the same moment: when
    every one of them is there. Processes, since threads of Python would wait for each other.
    """
    start_read, start_write = os.pipe()
    results = []
    for work in works:
        result_read, result_write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(start_write)
            os.read(start_read, 1)
            _end_with(work, result_write)
        os.close(result_write)
        results.append((child, result_read))
    os.close(start_read)
    os.close(start_write)
    return [_take(child, descriptor) for child, descriptor in results]


def _end_with(work, descriptor):
    """Ends this process with the answer of the work, or with what went wrong."""
    try:
        answer = {"result": work()}
    except BaseException as error:
        answer = {"error": str(error) or type(error).__name__}
    with os.fdopen(descriptor, "wb") as pipe:
        pipe.write(json.dumps(answer).encode())
    os._exit(0)


def _take(child, descriptor):
    with os.fdopen(descriptor, "rb") as pipe:
        answer = json.loads(pipe.read() or b'{"error": "a part of the client was killed"}')
    os.waitpid(child, 0)
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer["result"]
