"""HTTP/1.1 as far as the stand-ins need it, and listeners that can be open, closed, dead or silent."""

import asyncio
import socket
from dataclasses import dataclass, field
from typing import Awaitable, Callable
from urllib.parse import parse_qsl, urlsplit

MAX_BODY = 1 << 20


@dataclass
class Request:
    """One request; header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def parameters(self) -> dict[str, str]:
        """Query and form parameters together: STS takes both."""
        form = parse_qsl(self.body.decode("latin-1"), keep_blank_values=True)
        return {**self.query, **dict(form)}


@dataclass
class Response:
    """One response; the connection stays open afterwards."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain"
    headers: dict[str, str] = field(default_factory=dict)

    def encode(self, head_only: bool) -> bytes:
        body = self.body.encode()
        lines = [f"HTTP/1.1 {self.status} Answer", f"Content-Type: {self.content_type}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + (b"" if head_only else body)


#: An answer of None keeps the connection open and says nothing, as a lost response does.
Answer = Callable[[Request], Response | None]
Connection = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request on a connection, or None at its end."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return None
    first, *lines = head.split("\r\n")
    parts = first.split(" ")
    if len(parts) < 3:
        return None
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    return Request(parts[0], parts[1], headers, await read_body(reader, headers))


async def read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    """The body, chunked or with a length."""
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return await reader.readexactly(min(int(headers.get("content-length") or 0), MAX_BODY))
    body = b""
    while len(body) < MAX_BODY:
        size = int((await reader.readline()).split(b";")[0], 16)
        body += (await reader.readexactly(size + 2))[:size]
        if size == 0:
            break
    return body


def http(answer: Answer) -> Connection:
    """A connection handler that answers each request with `answer`."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await read_request(reader):
            if request.headers.get("expect", "").lower() == "100-continue":
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            response = answer(request)
            if response is None:
                await reader.read()
                return
            last = request.headers.get("connection", "").lower() == "close"
            if last:
                response.headers["Connection"] = "close"
            writer.write(response.encode(request.method == "HEAD"))
            await writer.drain()
            if last:
                return

    return handle


class Listener:
    """One address and port, in one of four states: `open`, `refused`, `dead` or `hang`."""

    def __init__(self, host: str, port: int, handle: Connection, tls=None):
        self.address = (host, port)
        self.handle = handle
        self.tls = tls
        self.state = "refused"
        self.server: asyncio.Server | None = None
        self.sockets: list[socket.socket] = []
        self.writers: set[asyncio.StreamWriter] = set()

    async def switch(self, state: str) -> None:
        """Drops every connection, then takes the new state."""
        self.drop()
        if state == self.state:
            return
        self.close()
        self.state = state
        if state == "open":
            self.server = await asyncio.start_server(self.accept, sock=self.bind(), ssl=self.tls, backlog=256)
        elif state == "hang":
            self.listen(backlog=1024)
        elif state == "dead":
            self.listen(backlog=0)
            self.fill()

    def bind(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.address[0] else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(self.address)
        return sock

    def listen(self, backlog: int) -> None:
        """Listens without ever accepting: the kernel completes the handshake, and nobody reads."""
        sock = self.bind()
        sock.listen(backlog)
        self.sockets.append(sock)

    def fill(self) -> None:
        """Fills the accept queue (one place, with a backlog of 0), so that the kernel drops every further SYN."""
        sock = socket.socket(self.sockets[0].family, socket.SOCK_STREAM)
        sock.connect(self.address)
        self.sockets.append(sock)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.add(writer)
        try:
            await self.handle(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ValueError, OSError):
            pass
        finally:
            self.writers.discard(writer)
            writer.close()

    def drop(self) -> None:
        for writer in list(self.writers):
            writer.transport.abort()

    def close(self) -> None:
        if self.server:
            self.server.close()
        for sock in self.sockets:
            sock.close()
        self.server, self.sockets = None, []
