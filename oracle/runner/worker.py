"""One worker: it lives in namespaces of its own, reads jobs from standard input and writes results to standard output.

Started as the first process of its PID namespace, so that all it started ends with it.
"""

import ctypes
import json
import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from runner import execution, sandbox  # noqa: E402
from runner.outcome import classify, observed  # noqa: E402
from standin.server import StandIn  # noqa: E402
from standin.witness import Witness  # noqa: E402

PR_SET_PDEATHSIG = 1


class Worker:
    """Runs jobs one after another; a batch process is kept for as long as its client is asked for."""

    def __init__(self, authority: Path, cache: Path, probes: Path):
        sandbox.enter(authority, cache, probes)
        self.authority = authority
        self.standin = StandIn(str(authority / "server.pem"), str(authority / "server.key"))
        self.witness = Witness()
        self.batch: execution.Batch | None = None
        self.notes: list[str] = []

    def record(self, client: dict, environment: dict) -> dict:
        """The outcome, whom the client asked, and how long it took."""
        self.notes.clear()
        self.standin.switch(environment.get("endpoints", {}))
        sandbox.lay_out(environment.get("files", []))
        if client["mode"] == "batch":
            self.serve(client)
        self.witness.drain()
        started = time.monotonic()
        answer = self.ask(client, environment)
        seconds = time.monotonic() - started
        asked = self.witness.drain()
        outcome = {**observed(client, classify(answer, self.standin.keys), asked), "asked": asked}
        self.reap()
        return {"outcome": outcome, "seconds": round(seconds, 2), "notes": self.notes}

    def serve(self, client: dict) -> None:
        if self.batch and (self.batch.client != client["name"] or not self.batch.alive):
            self.batch.stop()
            self.batch = None
        self.batch = self.batch or execution.Batch(client, self.authority)

    def ask(self, client: dict, environment: dict) -> dict | None:
        if client["mode"] == "exec":
            return execution.run_process(client, environment, self.authority, self.standin.storage, self.notes.append)
        values = execution.placeholders(client, self.authority)
        properties = {name: sandbox.expand(value) for name, value in environment.get("systemProperties", {}).items()}
        answer = self.batch.ask({
            "variables": execution.variables(client, environment, values), "system_properties": properties,
            "home": str(sandbox.HOME), "time_limit": execution.TIME_LIMIT,
        })
        if client["kind"] == "signs" and (key_id := self.standin.storage.signed()) is not None:
            return {"credentials": {"access_key_id": key_id}}
        if client["kind"] == "signs" and self.standin.storage.signers:
            return {"anonymous": True}
        return answer

    def reap(self) -> None:
        """Buries orphans: this is the init process here."""
        try:
            while True:
                pid = os.waitpid(-1, os.WNOHANG)[0]
                if pid == 0 or (self.batch and pid == self.batch.process.pid):
                    return
        except ChildProcessError:
            return


def main() -> None:
    # A namespace's first process ignores signals it has no handler for, this one included, unless the kernel kills it with its parent.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    worker = Worker(*map(Path, sys.argv[1:]))
    print("ready", flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        print(json.dumps(worker.record(job["client"], job["environment"])), flush=True)


main()
