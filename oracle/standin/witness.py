"""Sees which addresses were contacted, answered or not, by watching connection requests on `lo`."""

import socket
import struct

from .server import ASKED

ETH_P_ALL = 3
HEADER = 14
TCP = 6
SYN, ACK = 0x02, 0x10


class Witness:
    """Needs CAP_NET_RAW in the namespace. Packets wait in the socket until they are asked for."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, 33, 16 << 20)  # SO_RCVBUFFORCE
        self.socket.bind(("lo", 0))
        self.socket.setblocking(False)

    def drain(self) -> list[str]:
        """Names of the endpoints contacted since the last call, in order, each once."""
        seen: dict[str, None] = {}
        while True:
            try:
                frame = self.socket.recv(128)
            except BlockingIOError:
                return list(seen)
            if (address := contacted(frame)) in ASKED:
                seen[ASKED[address]] = None


def contacted(frame: bytes) -> tuple[str, int] | None:
    """Where a frame opens a TCP connection to, if it does."""
    packet = frame[HEADER:]
    if packet[0] >> 4 == 4:
        segment, protocol, address = (packet[0] & 15) * 4, packet[9], socket.inet_ntop(socket.AF_INET, packet[16:20])
    else:
        segment, protocol, address = 40, packet[6], socket.inet_ntop(socket.AF_INET6, packet[24:40])
    if protocol != TCP or len(packet) < segment + 14 or packet[segment + 13] & (SYN | ACK) != SYN:
        return None
    return address, struct.unpack_from("!H", packet, segment + 2)[0]
