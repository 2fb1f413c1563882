"""The environments, checked as they are read."""

import hashlib
import json
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent.parent / "environments"
HELD_OUT = Path(__file__).parent.parent / "held-out.txt"
FIELDS = {"name", "variables", "systemProperties", "files", "endpoints"}
ENDPOINTS = {"metadata", "ecs", "podIdentity", "loopback", "sts", "proxy"}
#: Endpoint states in which a client may wait for long.
SLOW = {"dead", "hang", "hop-limited", "v1open-hop-limited"}


def load() -> dict[str, dict]:
    """Environments by name, in the order of their files."""
    found: dict[str, dict] = {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(FOLDER.glob("*.yaml")):
        for environment in yaml.load_all(path.read_text(), loader):
            check(environment, path, found)
            found[environment["name"]] = environment
    return found


def check(environment: dict, path: Path, found: dict) -> None:
    """Stops at a misspelt field or a name used twice."""
    name = environment.get("name")
    if set(environment) - FIELDS or set(environment.get("endpoints", {})) - ENDPOINTS or not name or name in found:
        raise SystemExit(f"{path}: environment {name!r} has no name of its own, or a field nobody reads")
    if not all(isinstance(value, str) for value in environment.get("variables", {}).values()):
        raise SystemExit(f"{path}: environment {name!r} has a variable that is no string; quote it")


def digest(environment: dict) -> str:
    """Changes when the environment does."""
    return hashlib.sha256(json.dumps(environment, sort_keys=True).encode()).hexdigest()[:8]


def is_slow(environment: dict) -> bool:
    return bool(SLOW & set(environment.get("endpoints", {}).values()))


def held_out(name: str) -> bool:
    """A quarter of all names, fixed by the name alone."""
    return hashlib.sha256(name.encode()).digest()[0] % 4 == 0


def write_held_out(names: list[str]) -> None:
    HELD_OUT.write_text("".join(f"{name}\n" for name in sorted(names) if held_out(name)))
