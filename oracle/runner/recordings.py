"""The recording files: a header line, then one line per environment, in the order of their names."""

import json
from pathlib import Path

from .clients import Client
from .environments import digest, held_out

FOLDER = Path(__file__).parent.parent / "recordings"
FORMAT = 1


def paths(client: Client) -> dict[bool, Path]:
    """The open file and the held-out one."""
    return {False: FOLDER / f"{client.name}.jsonl", True: FOLDER / "held-out" / f"{client.name}.jsonl"}


def header(client: Client) -> dict:
    return {"client": client.name, "sdk": client.sdk, "version": client.version, "kind": client.kind, "format": FORMAT}


def read(client: Client) -> dict[str, dict]:
    """Rows by environment; none when the recording was made with another version."""
    rows: dict[str, dict] = {}
    for path in paths(client).values():
        lines = path.read_text().splitlines() if path.exists() else []
        if lines and json.loads(lines[0]) == header(client):
            rows.update((row["environment"], row) for row in map(json.loads, lines[1:]))
    return rows


def write(client: Client, rows: dict[str, dict]) -> None:
    for is_held_out, path in paths(client).items():
        chosen = [rows[name] for name in sorted(rows) if held_out(name) == is_held_out]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in [header(client), *chosen]))


def row(environment: dict, outcome: dict) -> dict:
    return {"environment": environment["name"], "digest": digest(environment), **outcome}


def is_current(rows: dict[str, dict], environment: dict) -> bool:
    return rows.get(environment["name"], {}).get("digest") == digest(environment)


def said(row: dict | None) -> str:
    """A row in a word."""
    return "nothing" if row is None else row.get("source") or row["kind"]
