"""The inside of a worker's namespaces: addresses, names, trust and a HOME of its own."""

import shutil
import subprocess
from pathlib import Path

from standin.server import ADDRESSES, STUB_ADDRESS

#: A temporary file system that only the worker sees is mounted here.
ROOT = Path("/mnt")
HOME = ROOT / "home"
#: The probes, at a place that is the same wherever the project lies: SDKs name their working folder in errors.
PROBES = ROOT / "probes"
HOSTS = f"127.0.0.1 localhost credentials.oracle.test\n{STUB_ADDRESS} stub.oracle.test\n"


def enter(authority: Path, cache: Path, probes: Path) -> None:
    """Only ever called in fresh network and mount namespaces; refuses to run when other devices are there."""
    devices = sorted(path.name for path in Path("/sys/class/net").iterdir()) if mount_sys() else []
    if devices != ["lo"]:
        raise SystemExit(f"this is not a fresh network namespace: {devices}")
    run("ip", "link", "set", "lo", "up")
    for address in ADDRESSES:
        run("ip", "addr", "add", f"{address}/{128 if ':' in address else 32}", "dev", "lo", *(["nodad"] if ":" in address else []))
    run("mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", str(ROOT))
    bind_text("/etc/hosts", HOSTS)
    bind_text("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    PROBES.mkdir()
    run("mount", "--bind", str(probes), str(PROBES))
    trust(authority, cache)


def mount_sys() -> bool:
    """/sys shows the namespace it was mounted in, so it is mounted anew."""
    run("mount", "-t", "sysfs", "sysfs", "/sys")
    return True


def run(*arguments: str) -> None:
    subprocess.run(arguments, check=True)


def bind_text(target: str, text: str) -> None:
    source = ROOT / target.replace("/", "_")
    source.write_text(text)
    run("mount", "--bind", str(source), target)


def trust(authority: Path, cache: Path) -> None:
    """Puts the test authority in place of every certificate store a client may read."""
    run("mount", "--bind", str(authority / "certs"), "/etc/ssl/certs")
    for store in cache.glob("**/cacert.pem"):
        run("mount", "--bind", str(authority / "ca.pem"), str(store.resolve()))
    java = shutil.which("java")
    if java:
        store = (Path(java).resolve().parent.parent / "lib" / "security" / "cacerts").resolve()
        if store.exists() and not store.is_relative_to("/etc/ssl/certs"):
            run("mount", "--bind", str(authority / "certs" / "java" / "cacerts"), str(store))


def lay_out(files: list[dict]) -> None:
    """Empties HOME and writes an environment's files. A path that ends in `/` is a folder; text that begins with `#!` is executable."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    for file in files:
        path = Path(expand(file["path"]))
        if file["path"].endswith("/"):
            path.mkdir(parents=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "\n".join(expand(line) for line in file.get("text", "").split("\n"))
        path.write_text(text)
        path.chmod(0o700 if text.startswith("#!") else 0o600)


def expand(text: str) -> str:
    """A leading `~`, or one after `=` or `:`, is HOME."""
    home = str(HOME)
    for before in ("=", ":"):
        text = text.replace(f"{before}~/", f"{before}{home}/")
    return home + text[1:] if text == "~" or text.startswith("~/") else text
