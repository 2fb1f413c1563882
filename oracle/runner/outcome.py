"""From what a probe printed or signed to the outcome that is recorded."""

import json
import re

from standin.keys import Keys

BECAUSE_LENGTH = 120
#: What differs from run to run: addresses in memory, identifiers, durations, ports.
VARYING = re.compile(r"0x[0-9a-fA-F]+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27,}|@[0-9a-f]{6,8}\b|\b\d+(\.\d+)?\s?(ms|milliseconds|s|seconds|µs)\b|\b\d{5,}\b")


def of_lines(stdout: str) -> dict | None:
    """The probe's own word: the last line of its output, if that is JSON."""
    lines = [line for line in stdout.strip().splitlines() if line.strip()]
    try:
        answer = json.loads(lines[-1]) if lines else None
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def classify(answer: dict | None, keys: Keys) -> dict:
    """The recorded outcome for a probe's answer."""
    if answer is None:
        return {"kind": "crash", "because": "no answer that is JSON"}
    if "credentials" in answer:
        return named(answer["credentials"].get("access_key_id") or "", keys)
    if answer.get("anonymous"):
        return {"kind": "anonymous"}
    if answer.get("hang"):
        return {"kind": "hang"}
    for kind in ("none", "error", "crash"):
        if kind in answer:
            return {"kind": kind, "because": because(str(answer[kind]))}
    return {"kind": "unknown", "because": "the probe said something else"}


def named(key_id: str, keys: Keys) -> dict:
    """Credentials, with the source their key id names."""
    entry = keys.source(key_id.strip())
    if entry is None:
        return {"kind": "unknown", "because": "it uses keys that are empty" if not key_id.strip() else f"it uses the key id {key_id!r}"}
    return {"kind": "credentials", **{name: entry[name] for name in ("source", "variable") if name in entry}}


def observed(client: dict, outcome: dict, asked: list[str]) -> dict:
    """A program that takes even the stub through the proxy tells nothing when it gets no further."""
    if client["heeds_no_proxy"] or "proxy" not in asked or outcome["kind"] == "credentials":
        return outcome
    return {"kind": "unknown", "because": "its request to the stub stops at the proxy"}


def because(text: str) -> str:
    """One short line that is the same in every run."""
    return VARYING.sub("*", " ".join(text.split()))[:BECAUSE_LENGTH].strip()
