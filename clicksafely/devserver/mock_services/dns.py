"""Mock name server on loopback with real UDP and TCP packets, which serves a zone and misbehaves on request."""

import contextlib
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from dnslib import AAAA, CNAME, QTYPE, RCODE, RR, A, DNSRecord

MAX_UDP_BYTES = 1232
MAX_TCP_BYTES = 65535
TTL = 60
KINDS = {QTYPE.A: A, QTYPE.AAAA: AAAA}


@dataclass(frozen=True)
class Name:
    """The records of a name. `alias` is another name of the zone. `count` generates this many addresses.

    `rcode` replaces all other content. `silent`: no response. `truncated`: UDP responses are truncated. `garbage`:
    bytes that are no DNS message, over UDP and TCP.
    """

    addresses: tuple[str, ...] = ()
    alias: str = ""
    rcode: str = "NOERROR"
    count: int = 0
    silent: bool = False
    truncated: bool = False
    garbage: bool = False


@dataclass
class DnsServer:
    """A running server. `address` is `127.0.0.1:port`. `zone` may change at any time.

    `queries`: (name, type, protocol) of each query so far.
    """

    zone: dict[str, Name] = field(default_factory=dict)
    silent: threading.Event = field(default_factory=threading.Event)
    queries: list[tuple[str, str, str]] = field(default_factory=list)
    address: str = ""
    # Drop this many further packets.
    lose: int = 0
    # The records of names outside the zone; None: NXDOMAIN.
    fallback: Name | None = None

    def answer(self, packet: bytes, protocol: str) -> bytes | None:
        """Return the response to a packet, or None."""
        request = DNSRecord.parse(packet)
        name, kind = str(request.q.qname).rstrip(".").lower(), request.q.qtype
        self.queries.append((name, QTYPE[kind], protocol))
        entry = self.zone.get(name, self.fallback)
        if self.lose > 0:
            self.lose -= 1
            return None
        if self.silent.is_set() or (entry and entry.silent):
            return None
        if entry and entry.garbage:
            return packet[:2] + b"\xff" * 20
        reply = request.reply()
        if entry is None:
            reply.header.rcode = RCODE.NXDOMAIN
            return bytes(reply.pack())
        if entry.rcode != "NOERROR":
            reply.header.rcode = getattr(RCODE, entry.rcode)
            return bytes(reply.pack())
        if entry.truncated and protocol == "udp":
            reply.header.tc = 1
            return bytes(reply.pack())
        self._fill(reply, name, kind)
        return _fit(reply, protocol)

    def _fill(self, reply: DNSRecord, name: str, kind: int) -> None:
        """Follow at most twenty aliases, because of loops."""
        entry = self.zone.get(name, self.fallback)
        for _ in range(20):
            if entry is None or not entry.alias:
                break
            reply.add_answer(RR(name, QTYPE.CNAME, ttl=TTL, rdata=CNAME(entry.alias)))
            name, entry = entry.alias, self.zone.get(entry.alias)
        if entry is None:
            reply.header.rcode = RCODE.NXDOMAIN
            return
        for address in [*entry.addresses, *_made_up(entry.count, kind)]:
            if (":" in address) == (kind == QTYPE.AAAA) and kind in KINDS:
                reply.add_answer(RR(name, kind, ttl=TTL, rdata=KINDS[kind](address)))


def _made_up(count: int, kind: int) -> Iterator[str]:
    """This many different addresses of 198.18.0.0/15, which is for benchmarks (RFC 2544), or of 2001:db8::/32."""
    for number in range(count):
        if kind == QTYPE.A:
            yield f"198.{18 + number // 65536}.{number // 256 % 256}.{number % 256}"
        elif kind == QTYPE.AAAA:
            yield f"2001:db8::{number + 1:x}"


def _fit(reply: DNSRecord, protocol: str) -> bytes:
    """Return the packet, truncated to the limit of UDP, or to the maximum of a DNS message."""
    packet = bytes(reply.pack())
    if protocol == "udp" and len(packet) > MAX_UDP_BYTES:
        short = DNSRecord(reply.header, q=reply.q)
        short.header.tc = 1
        return bytes(short.pack())
    return packet[:MAX_TCP_BYTES]


class _Udp(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        packet, sock = self.request
        answer = self.server.answer(packet, "udp")  # type: ignore[attr-defined]
        if answer is not None:
            sock.sendto(answer, self.client_address)


class _Tcp(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        head = self.rfile.read(2)
        if len(head) < 2:
            return
        packet = self.rfile.read(struct.unpack("!H", head)[0])
        answer = self.server.answer(packet, "tcp")  # type: ignore[attr-defined]
        if answer is not None:
            with contextlib.suppress(OSError):
                self.wfile.write(struct.pack("!H", len(answer)) + answer)
        else:
            self.rfile.read(1)  # hold the connection until the client gives up


class _UdpServer(socketserver.ThreadingUDPServer):
    daemon_threads = True
    max_packet_size = MAX_TCP_BYTES
    answer: Callable[[bytes, str], bytes | None]


class _TcpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128
    answer: Callable[[bytes, str], bytes | None]


@contextlib.contextmanager
def running_dns(zone: Mapping[str, Name] | None = None, port: int = 0) -> Iterator[DnsServer]:
    """A server on a free port (or on `port`) inside the block."""
    server = DnsServer(dict(zone or {}))
    with contextlib.ExitStack() as stack:
        udp, tcp = stack.enter_context(_both(port))
        for each in (udp, tcp):
            each.answer = server.answer
            thread = threading.Thread(target=each.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(each.shutdown)
        server.address = f"127.0.0.1:{udp.server_address[1]}"
        yield server


@contextlib.contextmanager
def _both(port: int) -> Iterator[tuple[_UdpServer, _TcpServer]]:
    """A UDP and a TCP socket with the same port number. If the TCP port is in use, try another one."""
    while True:
        udp = _UdpServer(("127.0.0.1", port), _Udp)
        try:
            tcp = _TcpServer(("127.0.0.1", udp.server_address[1]), _Tcp)
            break
        except OSError:
            udp.server_close()
            if port:
                raise
    with udp, tcp:
        yield udp, tcp
