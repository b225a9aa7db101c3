"""The drop folder: bank files that somebody, or the bank, puts there are imported by themselves.

`bank_folder` holds a folder for each client, named by the client's name or number. What was
imported moves on to `done/` inside it, what was refused to `refused/` with a text beside it. A
crash at any point repeats a step that changes nothing the second time: the import knows each line
again, and moving is the last step.
"""

from __future__ import annotations

import stat
from pathlib import Path

import structlog

from connector import audit
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.deps import Deps
from connector.past import bank_files
from connector.receiving import receipts
from providers.bank.refusal import BadStatement
from providers.bank.text import BYTES_MAX

log = structlog.get_logger()
BY = "drop folder"
DONE, REFUSED = "done", "refused"
FILES_MAX = 20
"""As many in one round, so that the reconciler is never away for long."""
QUIET_SECONDS = 10
"""A file that was written to less long ago may not be whole."""
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")


def collect(deps: Deps) -> int:
    """Import what lies in the folder; returns how many files were moved."""
    folder = deps.config.bank_folder
    if folder is None or not folder.is_dir():
        return 0
    moved = 0
    try:
        for inner in sorted(folder.iterdir()):
            connection = _whose(deps, inner) if inner.is_dir() else None
            for path in _ready(deps, inner) if connection else ():
                assert connection is not None
                moved += _take_safely(deps, connection, path)
                if moved >= FILES_MAX:
                    return moved
    except OSError as error:
        log.warning("drop folder", folder=str(folder), why=str(error))
    return moved


def _whose(deps: Deps, folder: Path) -> Connection | None:
    """The one connection of the client that a folder is named after."""
    with deps.reading() as tx:
        named = [client.id for client in tenants.clients(tx)
                 if folder.name in {client.name, str(client.id)}]  # fmt: skip
        found = tenants.connections(tx, client_ids=named) if named else []
    if len(found) == 1:
        return found[0]
    log.warning("drop folder names no client with one company", folder=folder.name)
    return None


def _ready(deps: Deps, folder: Path) -> list[Path]:
    """Plain files that nobody writes to any more; links are left alone."""
    now = deps.clock.real().timestamp()
    found = []
    for path in sorted(folder.iterdir()):
        state = path.lstat()
        is_whole = now - state.st_mtime >= QUIET_SECONDS
        is_named = not path.name.startswith(".") and path.suffix.lower() not in UNFINISHED
        if stat.S_ISREG(state.st_mode) and is_whole and is_named:
            found.append(path)
    return found


def _take_safely(deps: Deps, connection: Connection, path: Path) -> int:
    """One file that fails in a way nobody thought of stays where it is and holds up no other."""
    try:
        return _take(deps, connection, path)
    except Exception:
        log.exception("bank file failed", file=path.name)
        return 0


def _take(deps: Deps, connection: Connection, path: Path) -> int:
    """Import one file and move it on; 0 where somebody else took it first."""
    try:
        with path.open("rb") as file:
            raw = file.read(BYTES_MAX + 1)
    except FileNotFoundError:
        return 0
    try:
        receipts.import_statement(deps, connection.id, raw, by=BY, name=path.name)
    except BadStatement as refusal:
        deps.reached("drop_folder.refused")
        return _refuse(deps, connection, path, raw, str(refusal))
    deps.reached("drop_folder.imported")
    return _move(path, path.parent / DONE, raw)


def _refuse(deps: Deps, connection: Connection, path: Path, raw: bytes, why: str) -> int:
    """The text is written before the file moves, so that no refused file is without its reason."""
    with deps.writing() as tx:
        audit.add(
            tx, connection.id, at=deps.now(), actor=BY, event="receipts.refused",
            file=bank_files.digest(raw), name=path.name[: bank_files.NAME_MAX], why=why,
        )  # fmt: skip
    place = path.parent / REFUSED
    place.mkdir(exist_ok=True)
    reason = place / f"{_free(place, path, raw).name}.txt"
    reason.write_text(
        f"{path.name} was not imported: {why}.\nNothing of it was kept. Mend it and put it into"
        " the folder again; the columns of a CSV can be set on the page Bank files.\n"
    )
    log.warning("bank file refused", file=path.name, why=why)
    return _move(path, place, raw)


def _move(path: Path, place: Path, raw: bytes) -> int:
    place.mkdir(exist_ok=True)
    try:
        path.replace(_free(place, path, raw))
    except FileNotFoundError:
        return 0
    return 1


def _free(place: Path, path: Path, raw: bytes) -> Path:
    """A name that no other file there has; the same file again takes its own place."""
    wanted = place / path.name
    if not wanted.exists() or wanted.read_bytes() == raw:
        return wanted
    return place / f"{path.stem}-{bank_files.digest(raw)[:12]}{path.suffix}"
