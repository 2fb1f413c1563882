"""A name server that knows only Amazon's names, and gives them loopback addresses."""

import asyncio
import struct

A, NO_ERROR, NO_SUCH_NAME = 1, 0, 3


class Names(asyncio.DatagramProtocol):
    """Answers `*.amazonaws.com` and `*.amazonaws.com.cn` with `address`, or with `storage` for S3; nothing else exists."""

    def __init__(self, address: str, storage: str):
        self.address, self.storage = packed(address), packed(storage)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, peer: tuple) -> None:
        self.transport.sendto(self.reply(data), peer)

    def reply(self, query: bytes) -> bytes:
        name, end = question(query)
        kind = struct.unpack_from("!H", query, end)[0]
        known = name.endswith((".amazonaws.com", ".amazonaws.com.cn"))
        answers = 1 if known and kind == A else 0
        header = query[:2] + struct.pack("!HHHHH", 0x8180 | (NO_ERROR if known else NO_SUCH_NAME), 1, answers, 0, 0)
        record = b"\xc0\x0c" + struct.pack("!HHIH", A, 1, 60, 4) + (self.storage if "s3" in name.split(".") else self.address)
        return header + query[12:end + 4] + record * answers


def packed(address: str) -> bytes:
    return bytes(int(part) for part in address.split("."))


def question(query: bytes) -> tuple[str, int]:
    """The name asked for, and where it ends."""
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("latin-1").lower())
        at += 1 + query[at]
    return ".".join(labels), at + 1
