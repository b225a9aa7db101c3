"""Starts the product's processes in a moment: everything is imported once, and each is a fork.

Reads one JSON object a line, {"role", "environment", "log"}, and answers with the process id. What
runs in a fork is what `ledgerhand worker QUEUE` runs, or the web application behind a socket.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

from connector.coming_up import importing

with importing():
    from werkzeug.serving import make_server

    from connector import cli, config, deps, queues
    from connector.redis_server import redis_for
    from ui_embed.app import create_app

DOOR = "door"


def serve() -> None:
    """Start what is asked for until the asker is gone; then end with all of it."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    started: list[int] = []
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(asked)
        started.append(child)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
    for child in started:
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _become(asked: dict[str, Any]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.update(asked["environment"])
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        if asked["role"] == DOOR:
            _open_door()
        else:
            cli.main(["worker", asked["role"]])
    finally:
        os._exit(1)


def _open_door() -> None:
    settings = config.load()
    redis = redis_for(settings.data_dir, settings.redis_url)
    app = create_app(deps.build(settings, queues.bell(redis.url)))
    port = int(os.environ["DOOR_PORT"])
    make_server("127.0.0.1", port, app, threaded=True).serve_forever()


if __name__ == "__main__":
    serve()
