"""An HTTP proxy that refuses everything or forwards everything."""

import asyncio
from urllib.parse import urlsplit

from .wire import Request, Response, read_request


class Proxy:
    """`kind` is `refuses` or `forwards`; `off` is a closed port, the listener's business."""

    def __init__(self) -> None:
        self.kind = "refuses"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await read_request(reader)
        if request is None:
            return
        if self.kind == "refuses":
            writer.write(Response(403, "refused by the proxy", headers={"Connection": "close"}).encode(False))
            await writer.drain()
            return
        await self.forward(request, reader, writer)

    async def forward(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = destination(request)
        try:
            upstream, sink = await asyncio.open_connection(host, port)
        except OSError:
            writer.write(Response(502, "unreachable", headers={"Connection": "close"}).encode(False))
            return
        if request.method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            await asyncio.gather(pump(reader, sink), pump(upstream, writer))
        else:
            sink.write(rewritten(request))
            await pump(upstream, writer)
        sink.close()


def destination(request: Request) -> tuple[str, int]:
    url = urlsplit(f"//{request.target}" if request.method == "CONNECT" else request.target)
    return url.hostname or "127.0.0.1", url.port or 80


def rewritten(request: Request) -> bytes:
    """The request as its server expects it, to be answered once."""
    url = urlsplit(request.target)
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    skipped = {"connection", "proxy-connection", "transfer-encoding", "content-length", "expect"}
    lines = [f"{request.method} {target} HTTP/1.1", f"Content-Length: {len(request.body)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in request.headers.items() if name not in skipped]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + request.body


async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
        sink.close()
    except ConnectionError:
        sink.close()
