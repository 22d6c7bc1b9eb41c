"""A TCP proxy that goes wrong on request: between the product and its storage, database or any other service.

    with FaultProxy("127.0.0.1", port) as proxy:
        proxy.fault = "hang"      # for connections from now on, and for those that are open
        connect(proxy.port)

Faults: none, refused, reset, hang, slow (the answer drips), cut_upload (the request is cut), cut_body (the
answer is cut), lost_reply (the request arrives, its answer is dropped), answer (``proxy.answer`` is sent
in place of the real one).
"""

import socket
import struct
import threading
from contextlib import suppress

FAULTS = ("none", "refused", "reset", "hang", "slow", "cut_upload", "cut_body", "lost_reply", "answer")
HOST = "127.0.0.1"
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class FaultProxy:
    """``cut_after`` bytes pass before a cut; ``connections`` counts what was accepted."""

    def __init__(self, host: str, port: int, *, cut_after: int = 300):
        self.upstream = (host, port)
        self.cut_after = cut_after
        self.answer = b""
        self.connections = 0
        self.over = threading.Event()
        self.open_sockets: set[socket.socket] = set()
        self._fault = "none"
        self.listener = self.listening(0)
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.over.set()
        self.drop_all()
        self.close(self.listener)

    @property
    def fault(self) -> str:
        return self._fault

    @fault.setter
    def fault(self, fault: str) -> None:
        assert fault in FAULTS, fault
        if fault == "refused":
            self.close(self.listener)
        elif self._fault == "refused":
            self.listener = self.listening(self.port)
        self._fault = fault
        self.drop_all()

    def drop_all(self) -> None:
        for one in list(self.open_sockets):
            self.close(one)

    def listening(self, port: int) -> socket.socket:
        listener = socket.create_server((HOST, port), reuse_port=False)
        threading.Thread(target=self.accept, args=[listener], daemon=True).start()
        return listener

    def close(self, one: socket.socket) -> None:
        self.open_sockets.discard(one)
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()

    def reset(self, one: socket.socket) -> None:
        self.open_sockets.discard(one)
        with suppress(OSError):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        one.close()

    def accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                self.connections += 1
                self.open_sockets.add(client)
                threading.Thread(target=self.serve, args=[client], daemon=True).start()

    def serve(self, client: socket.socket) -> None:
        with suppress(OSError):
            if self.fault == "reset":
                self.reset(client)
            elif self.fault == "hang":
                self.over.wait()
            elif self.fault == "answer":
                self.serve_answer(client)
            else:
                self.pass_on(client)

    def serve_answer(self, client: socket.socket) -> None:
        read_request(client)
        client.sendall(self.answer)
        self.close(client)

    def pass_on(self, client: socket.socket) -> None:
        server = socket.create_connection(self.upstream, timeout=30)
        self.open_sockets.add(server)
        threading.Thread(target=self.requests, args=[client, server], daemon=True).start()
        self.answers(server, client)

    def requests(self, client: socket.socket, server: socket.socket) -> None:
        passed = 0
        with suppress(OSError):
            while data := client.recv(65536):
                if self.fault == "cut_upload" and passed + len(data) > self.cut_after:
                    server.sendall(data[: max(self.cut_after - passed, 0)])
                    break
                server.sendall(data)
                passed += len(data)
        self.reset(client) if self.fault == "cut_upload" else self.close(client)
        self.close(server)

    def answers(self, server: socket.socket, client: socket.socket) -> None:
        passed = 0
        while data := server.recv(65536):
            if self.fault == "lost_reply":
                break
            if self.fault == "cut_body" and passed + len(data) > self.cut_after:
                client.sendall(data[: max(self.cut_after - passed, 0)])
                break
            if self.fault == "slow":
                self.drip(client, data)
            else:
                client.sendall(data)
            passed += len(data)
        self.close(server)
        self.close(client)

    def drip(self, client: socket.socket, data: bytes) -> None:
        for place in range(len(data)):
            client.sendall(data[place : place + 1])
            if self.over.wait(1):
                return


def read_request(client: socket.socket) -> None:
    """Read one request of HTTP whole, so that its sender is not reset while it still writes."""
    data = b""
    while b"\r\n\r\n" not in data and (more := client.recv(65536)):
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    if b"100-continue" in head.lower():
        client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    missing = int(lengths[0]) - len(body) if lengths else 0
    while missing > 0 and (more := client.recv(65536)):
        missing -= len(more)


def http_answer(status: str, body: str, content_type: str = "application/xml") -> bytes:
    """Return a whole answer of HTTP/1.1, for ``proxy.answer``."""
    data = body.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(data)}\r\nConnection: close"
    return f"{head}\r\n\r\n".encode() + data
