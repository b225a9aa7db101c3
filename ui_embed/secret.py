"""The key that signs session cookies: from the configuration, or made once for development."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from connector.config import Config

FILE = "session-key"


def secret_key(config: Config) -> str:
    """In production the configuration holds the key. Elsewhere it is kept in the data folder, so
    that people stay signed in over a restart and every process signs alike."""
    if config.secret_key:
        return config.secret_key
    path = config.data_dir / FILE
    config.data_dir.mkdir(parents=True, exist_ok=True)
    return _kept(path) or _made(path)


def _kept(path: Path) -> str:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return ""


def _made(path: Path) -> str:
    """Written whole under another name and then linked: whoever comes second reads the first."""
    fresh = path.with_name(f"{FILE}.{secrets.token_hex(8)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return _kept(path)
