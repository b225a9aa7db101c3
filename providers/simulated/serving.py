"""One WSGI application on a real socket, where answers can also break as they do in life."""

from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus

import structlog
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from providers.simulated.gateway import Answered, App, Broken, Environ, StartResponse, run

log = structlog.get_logger()

BODY_BYTES_MAX = 30_000_000
IDLE_SECONDS_MAX = 120
POLL_SECONDS = 0.05
WITHOUT_BODY = {204, 304}


class PortTaken(OSError):
    """Something else listens on the port that this server was given before."""


@dataclass(eq=False)
class Door:
    """What the threads of one server share."""

    app: App
    stopping: threading.Event = field(default_factory=threading.Event)
    sockets: set[socket.socket] = field(default_factory=set)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return self.app(environ, start_response)


class Handler(WSGIRequestHandler):
    """HTTP/1.1 with connections that are kept open, as the vendors' servers do."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS_MAX

    def setup(self) -> None:
        super().setup()
        self._door.sockets.add(self.connection)

    def finish(self) -> None:
        self._door.sockets.discard(self.connection)
        super().finish()

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        length = int(self.headers.get("Content-Length") or 0)
        if length > BODY_BYTES_MAX:
            self.close_connection = True
            self._send(Answered("413 Content Too Large", [("Connection", "close")], b""))
            return
        chunked = "chunked" in self.headers.get("Transfer-Encoding", "").lower()
        source = environ["wsgi.input"]
        body = source.read() if chunked else source.read(length)
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        try:
            self._send(run(self._door, environ, body))
        except Broken as broken:
            self._break(broken)
        except OSError:
            self.close_connection = True
        except Exception:
            log.exception("simulated server failed", path=environ["PATH_INFO"])
            self._send(Answered("500 Internal Server Error", [], b"the simulated server failed"))

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the journal keeps the requests."""

    def log_error(self, *_told: object) -> None:
        """Say nothing of callers who leave a connection idle or break it off."""

    @property
    def _door(self) -> Door:
        door = self.server.app
        assert isinstance(door, Door)
        return door

    def _send(self, answer: Answered, *, part: int | None = None) -> None:
        """`part` is how many bytes of the body go out; the header always promises all of them."""
        code = int(answer.status[:3])
        self.send_response(code, answer.status[4:] or HTTPStatus(code).phrase)
        for name, value in answer.headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        if code not in WITHOUT_BODY:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD" and code not in WITHOUT_BODY:
            self.wfile.write(answer.body if part is None else answer.body[:part])

    def _break(self, broken: Broken) -> None:
        self.close_connection = True
        if broken.how == "timeout":
            self._door.stopping.wait(broken.seconds)
        elif broken.how == "cut" and broken.answer:
            self._send(broken.answer, part=len(broken.answer.body) // 2)
        else:
            now = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
            self.rfile.close()
            self.connection.close()


class Server:
    """A threaded server on one loopback port."""

    def __init__(self, app: App, *, host: str, port: int) -> None:
        self._door = Door(app)
        with listen(host, port) as bound:
            self.port: int = bound.getsockname()[1]
            self._server: BaseWSGIServer = make_server(
                host, self.port, self._door, threaded=True, request_handler=Handler,
                fd=bound.fileno(),
            )  # fmt: skip
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_SECONDS,), daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Answer nobody any more, not even on connections that are still open."""
        self._door.stopping.set()
        self._server.shutdown()
        self._thread.join()
        for open_socket in list(self._door.sockets):
            try:
                open_socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on the port, or on a free one if it is 0. Raises PortTaken."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise PortTaken(f"port {port} on {host} cannot be used: {error.strerror}") from error
    bound.listen(128)
    return bound
