"""Batch mode for Python: the SDK is imported once, and each request is answered by a fork."""

import json
import os
import select
import signal
import sys
import time
import traceback


def serve(probe) -> None:
    """Answers requests from standard input with what `probe()` returns: an outcome of the contract. Errors it raises are outcomes too."""
    answers = os.dup(1)
    os.dup2(2, 1)
    for line in sys.stdin:
        os.write(answers, (json.dumps(answer(json.loads(line), probe)) + "\n").encode())


def answer(request: dict, probe) -> dict:
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(readable)
        run(request, probe, writable)
    os.close(writable)
    said = receive(readable, request["time_limit"])
    os.close(readable)
    status = end(child, said is None)
    if said is None:
        return {"hang": True}
    if said:
        return json.loads(said)
    return {"crash": signal.Signals(status & 127).name if status & 127 else f"status {status >> 8}"}


def run(request: dict, probe, writable: int) -> None:
    """The child: a process with exactly the request's variables."""
    os.setsid()
    os.environ.clear()
    os.environ.update(request["variables"])
    os.chdir(request["home"])
    try:
        outcome = probe()
    except Exception as failure:
        traceback.print_exc()
        outcome = {"error": described(failure)}
    os.write(writable, json.dumps(outcome).encode())
    os._exit(0)


def described(failure: BaseException) -> str:
    return f"{type(failure).__name__}: {failure}"


def receive(readable: int, limit: float) -> bytes | None:
    """What the child said; None when it said nothing in time."""
    said, until = b"", time.monotonic() + limit
    while select.select([readable], [], [], max(0, until - time.monotonic()))[0]:
        data = os.read(readable, 65536)
        if not data:
            return said
        said += data
    return None


def end(child: int, late: bool) -> int:
    """Kills the child and all it started, and gives its status."""
    if late:
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    try:
        os.killpg(child, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    return status
