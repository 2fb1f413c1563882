"""All stand-ins of one namespace, switched together from one environment to the next."""

import asyncio
import ssl
import threading

from .containers import ContainerEndpoint
from .dns import Names
from .keys import Keys
from .metadata import Metadata
from .proxy import Proxy
from .storage import Storage
from .sts import Sts
from .wire import Listener, http

STS_ADDRESS = "127.0.0.2"
STUB_ADDRESS = "127.0.0.3"
STUB_PORT = 9000
PROXY_PORT = 3128
LOOPBACK_PORT = 8081
STS_PORT = 8082
#: Where a container endpoint may not be: an ordinary private address, which an SDK should refuse to send a token to.
ELSEWHERE = "10.1.2.3"
#: The addresses `lo` must carry besides 127.0.0.0/8.
ADDRESSES = ["169.254.169.254", "169.254.170.2", "169.254.170.23", ELSEWHERE, "fd00:ec2::254", "fd00:ec2::23"]
SOCKET_STATES = {"refused", "dead", "hang"}
#: What a contacted address is called in a recording's `asked`.
ASKED = {
    ("169.254.169.254", 80): "metadata", ("fd00:ec2::254", 80): "metadata-ipv6", ("169.254.170.2", 80): "ecs",
    ("169.254.170.23", 80): "pod-identity", ("fd00:ec2::23", 80): "pod-identity-ipv6", ("127.0.0.1", LOOPBACK_PORT): "loopback",
    (ELSEWHERE, 80): "elsewhere", (STS_ADDRESS, 443): "sts", ("127.0.0.1", STS_PORT): "sts-by-url", ("127.0.0.1", PROXY_PORT): "proxy",
}


class StandIn:
    """Runs in a thread of its own. `switch` returns once every endpoint behaves as the environment says."""

    def __init__(self, certificate: str, key: str):
        self.keys = Keys()
        self.metadata = Metadata(self.keys, "metadata")
        self.ecs = ContainerEndpoint(self.keys)
        self.pods = ContainerEndpoint(self.keys, token_required=True)
        self.loopback = ContainerEndpoint(self.keys, metadata=Metadata(self.keys, "metadata-alternative"))
        self.sts, self.proxy, self.storage = Sts(self.keys), Proxy(), Storage()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.listeners = self.make_listeners(context)
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.call(self.start())

    def make_listeners(self, context: ssl.SSLContext) -> dict[str, list[Listener]]:
        loopback = http(self.loopback.answer)
        pods = http(self.pods.answer)
        metadata = http(self.metadata.answer)
        return {
            "metadata": [Listener("169.254.169.254", 80, metadata)],
            "metadata6": [Listener("fd00:ec2::254", 80, metadata)],
            "ecs": [Listener("169.254.170.2", 80, http(self.ecs.answer))],
            "podIdentity": [Listener("169.254.170.23", 80, pods), Listener("fd00:ec2::23", 80, pods)],
            "loopback": [Listener("127.0.0.1", LOOPBACK_PORT, loopback), Listener(ELSEWHERE, 80, loopback)],
            "sts": [Listener("127.0.0.1", STS_PORT, http(self.sts.answer))],
            "stsByName": [Listener(STS_ADDRESS, 443, http(self.sts.answer), context)],
            "proxy": [Listener("127.0.0.1", PROXY_PORT, self.proxy.handle)],
            "storage": [Listener(STUB_ADDRESS, STUB_PORT, http(self.storage.answer)), Listener(STUB_ADDRESS, 443, http(self.storage.answer), context)],
        }

    async def start(self) -> None:
        """Binds the name server first: it fails when another stand-in already lives in this namespace."""
        await self.loop.create_datagram_endpoint(lambda: Names(STS_ADDRESS, STUB_ADDRESS), local_addr=("127.0.0.1", 53))
        await self.set("storage", "open")

    def call(self, coroutine) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def switch(self, endpoints: dict[str, str]) -> None:
        """Takes an environment's `endpoints`; what is left out is `refused`."""
        self.storage.signers.clear()
        self.call(self.switch_all(endpoints))

    async def switch_all(self, endpoints: dict[str, str]) -> None:
        metadata = endpoints.get("metadata", "refused")
        self.metadata.kind = "v1v2" if metadata == "ipv6only" else metadata
        await self.set("metadata6", "open" if metadata == "ipv6only" else "refused")
        await self.set("metadata", "refused" if metadata == "ipv6only" else metadata)
        for name, endpoint in [("ecs", self.ecs), ("podIdentity", self.pods), ("loopback", self.loopback)]:
            endpoint.kind = endpoints.get(name, "refused")
            await self.set(name, endpoint.kind)
        self.sts.kind = sts = endpoints.get("sts", "refused")
        await self.set("sts", "open" if sts == "refused-by-name" else sts)
        await self.set("stsByName", "refused" if sts == "refused-by-name" else sts)
        self.proxy.kind = proxy = endpoints.get("proxy", "off")
        await self.set("proxy", "refused" if proxy == "off" else proxy)
        for listener in self.listeners["storage"]:
            listener.drop()

    async def set(self, name: str, state: str) -> None:
        for listener in self.listeners[name]:
            await listener.switch(state if state in SOCKET_STATES else "open")
