"""Environments made of parts: what combinations.yaml means."""

import hashlib
import itertools
import re
from pathlib import Path

import yaml

from standin.keys import Keys, secret_of, token_of

SOURCE = Path(__file__).parent.parent / "combinations.yaml"
PLACEHOLDER = re.compile(r"\{(id|secret|session|sha1):([^}]*)\}")
INI = {"credentials": "~/.aws/credentials", "config": "~/.aws/config"}


class Conflict(Exception):
    """Two parts give one thing two values."""


class Expansion:
    def __init__(self, parts: dict[str, dict]):
        self.parts = parts
        self.keys = Keys()
        self.aliases = {entry["variable"]: entry["id"] for entry in self.keys.entries if "variable" in entry}

    def environment(self, base: list[str], names: list[str]) -> dict:
        """One environment of the parts named."""
        merged: dict = {"variables": {}, "systemProperties": {}, "credentials": {}, "config": {}, "files": [], "endpoints": {}}
        for name in [*base, *names]:
            if name != "-":
                merge(merged, self.parts[name])
        files = [self.filled(file) for file in [*ini_files(merged), *merged["files"]]]
        if len({file["path"].rstrip("/") for file in files}) != len(files):
            raise Conflict(f"two texts for one file in {names}")
        fields = {"variables": self.filled(merged["variables"]), "systemProperties": self.filled(merged["systemProperties"]), "files": files, "endpoints": merged["endpoints"]}
        return {"name": "+".join(name for name in names if name != "-"), **{name: value for name, value in fields.items() if value}}

    def filled(self, values: dict) -> dict:
        return {name: PLACEHOLDER.sub(self.value, value).replace("{{", "{").replace("}}", "}") for name, value in values.items()}

    def value(self, match: re.Match) -> str:
        kind, source = match.groups()
        if kind == "sha1":
            return hashlib.sha1(source.encode()).hexdigest()
        key_id = self.aliases.get(source) or self.keys.ids[source]
        return {"id": key_id, "secret": secret_of(key_id), "session": token_of(key_id)}[kind]


def merge(into: dict, part: dict) -> None:
    """Adds a part; endpoints of later parts win, everything else must agree."""
    into["files"] += [file for file in part.get("files", []) if file not in into["files"]]
    into["endpoints"].update(part.get("endpoints", {}))
    for field in ("variables", "systemProperties"):
        merge_values(into[field], part.get(field, {}))
    for field in INI:
        for section, values in part.get(field, {}).items():
            merge_values(into[field].setdefault(section, {}), values)


def merge_values(into: dict, values: dict) -> None:
    for name, value in values.items():
        if into.setdefault(name, value) != value:
            raise Conflict(f"{name} is both {into[name]!r} and {value!r}")


def ini_files(merged: dict) -> list[dict]:
    """`name=value` without blanks, so that a `~` after `=` is HOME."""
    files = []
    for field, path in INI.items():
        lines = [line for section, values in merged[field].items() for line in [f"[{section}]", *(f"{name}={value}" for name, value in values.items())]]
        if lines:
            files.append({"path": path, "text": "".join(f"{line}\n" for line in lines)})
    return files


def members(group: dict) -> list[list[str]]:
    """The lists of parts a set asks for."""
    found = [list(pair) for pair in itertools.combinations(group.get("pairs", []), 2)]
    found += [list(choice) for product in group.get("products", []) for choice in itertools.product(*product)]
    return found + [name.split("+") for name in group.get("names", [])]


def load() -> dict:
    """Parts and sets."""
    return yaml.safe_load(SOURCE.read_text())
