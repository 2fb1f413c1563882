"""Clients as their `client.toml` describes them, and how they are installed."""

import os
import subprocess
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from . import sandbox

PROBES = Path(__file__).parent.parent / "probes"
CACHE = Path(os.environ.get("ORACLE_CACHE", Path.home() / ".cache" / "policyctl-oracle")).resolve()


@dataclass(eq=False)
class Client:
    """One entry of a `client.toml`; the contract in `oracle/README.md` says what each field means."""

    name: str
    sdk: str
    version: str
    install: list[str]
    run: list[str]
    kind: str
    probe: Path
    mode: str = "exec"
    cache: str = ""
    waits: bool = False
    heeds_no_proxy: bool = True
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where it is installed."""
        return CACHE / (self.cache or self.name)

    @property
    def installed(self) -> bool:
        marker = self.folder / "installed"
        return marker.exists() and self.version in marker.read_text().splitlines()

    def ensure(self) -> bool:
        """Installs the client unless its pinned version is there; False when that fails."""
        if self.installed:
            return True
        self.folder.mkdir(parents=True, exist_ok=True)
        variables = {**os.environ, "ORACLE_CACHE": str(CACHE), "CLIENT_CACHE": str(self.folder), "CLIENT_VERSION": self.version}
        return subprocess.run(self.install, cwd=self.probe, env=variables, stdin=subprocess.DEVNULL).returncode == 0 and self.installed

    def wire(self) -> dict:
        """What a worker needs to know to run it."""
        return {
            "name": self.name, "mode": self.mode, "kind": self.kind, "run": self.run, "probe": str(sandbox.PROBES / self.probe.name),
            "cache": str(self.folder), "variables": self.variables, "heeds_no_proxy": self.heeds_no_proxy,
        }


def load() -> list[Client]:
    """Every client of every probe, by name."""
    found = []
    for path in sorted(PROBES.glob("*/client.toml")):
        for entry in tomllib.loads(path.read_text())["client"]:
            found.append(Client(probe=path.parent, **entry))
    names = [client.name for client in found]
    if len(set(names)) != len(names):
        raise SystemExit(f"two clients have one name: {sorted(name for name in names if names.count(name) > 1)}")
    return sorted(found, key=lambda client: client.name)
