"""The synthetic keys: each id names the source it came from."""

import base64
import hashlib
from pathlib import Path

import yaml

TABLE = Path(__file__).parent.parent / "keys.yaml"
PAST = "2020-01-01T00:00:00Z"
FUTURE = "2099-01-01T00:00:00Z"


class Keys:
    """Key ids by source and back. Ids of assumed roles are made as they are handed out."""

    def __init__(self) -> None:
        self.entries = yaml.safe_load(TABLE.read_text())
        self.sources = {entry["id"]: entry for entry in self.entries}
        self.ids = {entry["source"]: entry["id"] for entry in reversed(self.entries)}

    def issue(self, source: str) -> str:
        """The key id that stands for `source`."""
        if source not in self.ids:
            digest = base64.b32encode(hashlib.sha256(source.encode()).digest()).decode()
            self.ids[source] = "ASIAFAKE" + digest[:12]
            self.sources[self.ids[source]] = {"id": self.ids[source], "source": source}
        return self.ids[source]

    def source(self, key_id: str) -> dict | None:
        """What a key id stands for, or None when nobody here made it."""
        return self.sources.get(key_id)


def secret_of(key_id: str) -> str:
    """40 characters, obviously no secret."""
    return f"fakeSecretOf{key_id}".ljust(40, "0")


def token_of(key_id: str) -> str:
    return f"fakeSessionTokenOf{key_id}"


def fields(key_id: str, expiration: str = FUTURE) -> dict[str, str]:
    """What metadata and container endpoints both say."""
    return {"AccessKeyId": key_id, "SecretAccessKey": secret_of(key_id), "Token": token_of(key_id), "Expiration": expiration}
