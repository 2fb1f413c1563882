#!/usr/bin/env python3
"""Runs real AWS SDKs in the recorded environments and writes down what each did. See oracle/README.md."""

import argparse
import fnmatch
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from runner import agreement, clients, environments, recordings  # noqa: E402
from runner.pool import record_all  # noqa: E402


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--client", action="append", help="only these (a pattern such as 'java-*'); repeatable")
    parser.add_argument("--environment", action="append", help="only these (a pattern); repeatable")
    parser.add_argument("--all", action="store_true", help="record again what is recorded already")
    parser.add_argument("--install", action="store_true", help="install the clients first")
    parser.add_argument("--list", action="store_true", help="name the clients and stop")
    parser.add_argument("--agreement", action="store_true", help="write AGREEMENT.md from the recordings and stop")
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    parser.add_argument("--verbose", action="store_true", help="show each outcome and what the client printed")
    parser.add_argument("--workers", type=int, default=3, help="namespaces for ordinary environments")
    parser.add_argument("--slow-workers", type=int, default=8, help="namespaces for environments that make a client wait")
    return parser.parse_args()


def chosen(name: str, patterns: list[str] | None) -> bool:
    return not patterns or any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


class Recording:
    """Collects results, and writes a client's files as soon as its last run is in."""

    def __init__(self, settings: argparse.Namespace, known: dict[str, dict]):
        self.settings = settings
        self.known = known
        self.rows: dict[str, dict[str, dict]] = {}
        self.missing: dict[str, int] = {}
        self.seconds: dict[str, float] = {}

    def plan(self, client: clients.Client) -> list[tuple]:
        """The runs this client lacks."""
        rows = {name: row for name, row in recordings.read(client).items() if name in self.known}
        picked = [environment for name, environment in self.known.items() if chosen(name, self.settings.environment)]
        runs = [(client, environment) for environment in picked if self.settings.all or not recordings.is_current(rows, environment)]
        self.rows[client.name], self.missing[client.name], self.seconds[client.name] = rows, len(runs), 0
        return runs

    def done(self, client: clients.Client, environment: dict, result: dict) -> None:
        rows, name = self.rows[client.name], environment["name"]
        before, after = rows.get(name), recordings.row(environment, result["outcome"])
        rows[name] = after
        if self.settings.verbose:
            print(client.name, name, after, f"{result['seconds']} s", *result["notes"], flush=True)
        elif before and {**before, "digest": ""} != {**after, "digest": ""}:
            print(f"changed: {client.name} in {name}: {recordings.said(before)} -> {recordings.said(after)}", flush=True)
        self.missing[client.name] -= 1
        self.seconds[client.name] += result["seconds"]
        if self.missing[client.name] == 0:
            self.finish(client)

    def finish(self, client: clients.Client) -> None:
        print(f"{time.strftime('%H:%M:%S')} {client.name} {client.version}: {len(self.rows[client.name])} environments, {self.seconds[client.name]:.0f} s", flush=True)
        if not self.settings.dry_run:
            recordings.write(client, self.rows[client.name])

    def save_unfinished(self, everyone: list[clients.Client]) -> None:
        """After an interruption, keeps what was recorded."""
        for client in everyone:
            if self.missing.get(client.name) and not self.settings.dry_run:
                recordings.write(client, self.rows[client.name])


def ready(client: clients.Client, install: bool) -> bool:
    if client.installed or (install and client.ensure()):
        return True
    print(f"not installed, left out: {client.name} {client.version}", flush=True)
    return False


def main() -> None:
    settings = options()
    everyone = [client for client in clients.load() if chosen(client.name, settings.client)]
    if settings.list:
        return print("\n".join(f"{client.name:24} {client.sdk:24} {client.version:16} {'installed' if client.installed else '-'}" for client in everyone))
    if settings.agreement:
        return agreement.write(everyone)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(130))
    known = environments.load()
    environments.write_held_out(list(known))
    everyone = [client for client in everyone if ready(client, settings.install)]
    recording = Recording(settings, known)
    runs = [run for client in everyone for run in recording.plan(client)]
    print(f"{len(known)} environments, {len(everyone)} clients, {len(runs)} runs", flush=True)
    try:
        record_all(runs, settings.workers, settings.slow_workers, recording.done)
    finally:
        recording.save_unfinished(everyone)
    if not settings.dry_run:
        agreement.write(clients.load())


main()
