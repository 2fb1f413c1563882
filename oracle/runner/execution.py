"""Runs one client in one environment: a process of its own, or a request to a process that forks."""

import json
import os
import select
import signal
import subprocess
import time
from pathlib import Path

from standin.server import STUB_PORT
from standin.storage import Storage

from . import sandbox
from .outcome import of_lines

#: Seconds. Above 30, which is a usual limit of HTTP clients: no outcome should hang on which of the two comes first.
TIME_LIMIT = 40.0
#: A batch process enforces the limit itself; this much later it is given up.
BATCH_GRACE = 10.0
STUB_HOST = "stub.oracle.test"
#: Where programs send what they sign: to the stub, or to S3 under its own name.
SIGNED_TO = f"{STUB_HOST},.s3.us-east-1.amazonaws.com,.s3.amazonaws.com"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#: How long a program that has signed may take to end by itself, and how often that is looked at.
SIGNED_GRACE, POLL = 0.3, 0.02
OUTPUT = sandbox.ROOT / "output"


def placeholders(client: dict, authority: Path) -> dict[str, str]:
    return {
        "{cache}": client["cache"], "{probe}": client["probe"], "{ca}": str(authority / "ca.pem"),
        "{stub}": f"http://{STUB_HOST}:{STUB_PORT}", "{home}": str(sandbox.HOME),
    }


def fill(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def arguments(client: dict, properties: dict[str, str], values: dict[str, str]) -> list[str]:
    """The client's argv."""
    argv = []
    for argument in client["run"]:
        if argument == "{system_properties}":
            argv += [f"-D{name}={sandbox.expand(value)}" for name, value in sorted(properties.items())] + [f"-Duser.home={sandbox.HOME}"]
        else:
            argv.append(fill(argument, values))
    return argv


def variables(client: dict, environment: dict, values: dict[str, str]) -> dict[str, str]:
    """Exactly the environment's variables, HOME, PATH, and what the harness needs."""
    own = {name: sandbox.expand(value) for name, value in environment.get("variables", {}).items()}
    if client["kind"] == "signs":
        own = exempt_stub(own)
    return {"HOME": str(sandbox.HOME), "PATH": PATH, **{name: fill(value, values) for name, value in client["variables"].items()}, **own}


def exempt_stub(own: dict[str, str]) -> dict[str, str]:
    """Lets the stub be reached past the environment's proxy: it is the harness's, not the environment's. What is empty stays
    empty beside what is not: some programs take the other then."""
    if not any(name.lower().endswith("_proxy") and name.lower() != "no_proxy" for name in own):
        return own
    present = [name for name in own if name.lower() == "no_proxy"]
    present = [name for name in present if own[name]] or present or ["NO_PROXY", "no_proxy"]
    return {**own, **{name: with_stub(own.get(name, "")) for name in present}}


def with_stub(exempt: str) -> str:
    """A `*` is left as it is: beside other names it means nothing to curl."""
    return exempt if exempt == "*" else ",".join(filter(None, [exempt, SIGNED_TO]))


class Batch:
    """A long-lived process that answers one JSON line for each request line."""

    def __init__(self, client: dict, authority: Path):
        self.client = client["name"]
        values = placeholders(client, authority)
        harness = {name: fill(value, values) for name, value in client["variables"].items()}
        self.process = subprocess.Popen(
            ["nice", "-n", "10", *arguments(client, {}, values)], cwd=client["probe"], env={"HOME": str(sandbox.HOME), "PATH": PATH, **harness},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(sandbox.ROOT / "batch-errors", "wb"), start_new_session=True)

    def ask(self, request: dict) -> dict | None:
        self.process.stdin.write((json.dumps(request) + "\n").encode())
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], TIME_LIMIT + BATCH_GRACE)[0]:
            self.stop()
            return {"hang": True}
        return of_lines(self.process.stdout.readline().decode())

    def stop(self) -> None:
        kill_session(self.process)
        for pipe in (self.process.stdin, self.process.stdout):
            pipe.close()

    @property
    def alive(self) -> bool:
        return self.process.poll() is None


def kill_session(process: subprocess.Popen) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def run_process(client: dict, environment: dict, authority: Path, storage: Storage, note) -> dict:
    """One process of the client's own."""
    values = placeholders(client, authority)
    argv = ["nice", "-n", "10", *arguments(client, environment.get("systemProperties", {}), values)]
    with open(OUTPUT, "wb") as output, open(f"{OUTPUT}-errors", "wb") as errors:
        process = subprocess.Popen(argv, cwd=client["probe"], env=variables(client, environment, values),
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=errors, start_new_session=True)
        ended = wait(process, storage if client["kind"] == "signs" else None)
        kill_session(process)
    note(f"{OUTPUT.read_text(errors='replace')[-2000:]}{Path(f'{OUTPUT}-errors').read_text(errors='replace')[-3000:]}")
    return judge(client, storage, ended, process.returncode)


def wait(process: subprocess.Popen, storage: Storage | None) -> bool:
    """False when the time limit came first. A program that has signed is not waited for."""
    limit = time.monotonic() + TIME_LIMIT
    while time.monotonic() < limit:
        if process.poll() is not None:
            return True
        if storage and storage.signed() is not None:
            limit = min(limit, time.monotonic() + SIGNED_GRACE)
        time.sleep(POLL)
    return False


def judge(client: dict, storage: Storage, ended: bool, status: int) -> dict:
    if client["kind"] == "signs":
        if (key_id := storage.signed()) is not None:
            return {"credentials": {"access_key_id": key_id}}
        if storage.signers:
            return {"anonymous": True}
    if not ended:
        return {"hang": True}
    answer = of_lines(OUTPUT.read_text(errors="replace"))
    if answer is None and client["kind"] == "signs" and status >= 0:
        return {"error": "no request was sent"}
    return answer or {"crash": signal.Signals(-status).name if status < 0 else f"status {status}, and no word"}
