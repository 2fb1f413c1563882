"""The workers, and the queue of runs they share."""

import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Callable

from . import authority
from .clients import CACHE, PROBES, Client
from .environments import is_slow

WORKER = Path(__file__).parent / "worker.py"
ISOLATION = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


class Worker:
    """A worker process, seen from outside."""

    def __init__(self, authority_folder: Path):
        self.process = subprocess.Popen([*ISOLATION, sys.executable, str(WORKER), str(authority_folder), str(CACHE), str(PROBES)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("a worker did not come up")

    def record(self, client: dict, environment: dict) -> dict:
        self.process.stdin.write(json.dumps({"client": client, "environment": environment}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"a worker ended during {client['name']} in {environment['name']}")
        return json.loads(line)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def waits(client: Client, environment: dict) -> bool:
    return client.waits or is_slow(environment)


class Queue:
    """Runs in order; slow and quick ones apart, because the slow ones cost time and no work."""

    def __init__(self, runs: list[tuple]):
        self.lock = threading.Lock()
        self.stopped = False
        self.quick = [run for run in runs if not waits(*run)]
        self.slow = [run for run in runs if waits(*run)]
        self.quick.reverse()
        self.slow.reverse()

    def take(self, slow: bool):
        with self.lock:
            queue = self.slow if slow else self.quick
            return queue.pop() if queue and not self.stopped else None


def record_all(runs: list[tuple], workers: int, slow_workers: int, done: Callable) -> None:
    """Calls `done(client, environment, result)` for each run, one call at a time. Leaves nothing running."""
    queue, lock, failures = Queue(runs), threading.Lock(), []
    with tempfile.TemporaryDirectory(prefix="policyctl-oracle-") as folder:
        authority.create(Path(folder))
        counts = {False: min(workers, len(queue.quick)), True: min(slow_workers, len(queue.slow))}
        crew = [(Worker(Path(folder)), slow) for slow, count in counts.items() for _ in range(count)]

        def work(worker: Worker, slow: bool) -> None:
            try:
                while run := queue.take(slow):
                    result = worker.record(run[0].wire(), run[1])
                    with lock:
                        done(*run, result)
            except Exception as failure:
                failures.append(failure)
                queue.stopped = True

        threads = [threading.Thread(target=work, args=pair, daemon=True) for pair in crew]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            for worker, _ in crew:
                worker.stop()
    if failures:
        raise failures[0]
