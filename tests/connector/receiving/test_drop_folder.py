"""The drop folder: files move once imported or refused; a crash loses none and doubles none."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from connector import audit, jobs
from connector.clients import tenants
from connector.deps import Deps
from connector.receiving import drop_folder
from tests.connector.office import connect
from tests.connector.receiving.test_receipts import money
from tests.providers.bank.shelf import raw

CLIENT = "Cedar Books"


class Crashed(BaseException):
    """The process died here."""


@pytest.fixture
def folder(deps: Deps, tmp_path: Path) -> Path:
    place = tmp_path / "drop" / CLIENT
    place.mkdir(parents=True)
    return place


@pytest.fixture
def office(deps: Deps, folder: Path) -> Deps:
    config = deps.config.model_copy(update={"bank_folder": folder.parent})
    return replace(deps, config=config)


def put(folder: Path, name: str, content: bytes, *, age: float = 60.0, office: Deps) -> Path:
    path = folder / name
    path.write_bytes(content)
    moment = office.clock.real().timestamp() - age
    os.utime(path, (moment, moment))
    return path


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_what_is_imported_moves_aside(office: Deps, folder: Path) -> None:
    connection_id = connect(office, CLIENT)
    put(folder, "march.sta", raw("german.sta"), office=office)
    assert drop_folder.collect(office) == 1
    assert files(folder) == ["done/march.sta"]
    assert len(money(office, connection_id)) == 1
    assert drop_folder.collect(office) == 0


def test_what_is_refused_has_its_reason_beside_it(office: Deps, folder: Path) -> None:
    connection_id = connect(office, CLIENT)
    put(folder, "wrong.sta", raw("german.sta").replace(b"1245,50", b"1245,51"), office=office)
    put(folder, "ways.csv", raw("british.csv"), office=office)
    assert drop_folder.collect(office) == 2
    assert files(folder) == [
        "refused/ways.csv", "refused/ways.csv.txt", "refused/wrong.sta", "refused/wrong.sta.txt"
    ]  # fmt: skip
    reason = (folder / "refused" / "wrong.sta.txt").read_text()
    assert "make EUR 1,245.50, but the closing balance is EUR 1,245.51" in reason
    with office.reading() as tx:
        told = [entry.what["name"] for entry in audit.entries(tx, connection_id)]
    assert sorted(told) == ["ways.csv", "wrong.sta"]
    assert money(office, connection_id) == []


def test_a_name_that_is_taken_gets_another(office: Deps, folder: Path) -> None:
    connect(office, CLIENT)
    for content in (raw("german.sta"), raw("dutch.sta"), raw("german.sta")):
        put(folder, "today.sta", content, office=office)
        drop_folder.collect(office)
    assert len(files(folder)) == 2
    assert "done/today.sta" in files(folder)


@pytest.mark.parametrize("age", [0.0, 9.0])
def test_a_file_that_is_still_written_to_waits(office: Deps, folder: Path, age: float) -> None:
    connect(office, CLIENT)
    put(folder, "march.sta", raw("german.sta"), age=age, office=office)
    assert drop_folder.collect(office) == 0


def test_unfinished_names_links_and_unknown_clients_are_left_alone(
    office: Deps, folder: Path
) -> None:
    connect(office, CLIENT)
    put(folder, ".hidden", b"x", office=office)
    put(folder, "march.sta.part", b"x", office=office)
    (folder / "link.sta").symlink_to("/etc/hostname")
    stranger = folder.parent / "Nobody"
    stranger.mkdir()
    put(stranger, "march.sta", raw("german.sta"), office=office)
    assert drop_folder.collect(office) == 0
    assert files(stranger) == ["march.sta"]


def test_a_client_is_named_by_its_number_too(office: Deps, folder: Path) -> None:
    connection_id = connect(office, CLIENT)
    with office.reading() as tx:
        number = tenants.connection(tx, connection_id).client_id
    place = folder.parent / str(number)
    place.mkdir()
    put(place, "march.sta", raw("german.sta"), office=office)
    assert drop_folder.collect(office) == 1


@pytest.mark.parametrize(("name", "point"), [
    ("german.sta", "drop_folder.imported"), ("british.csv", "drop_folder.refused"),
])  # fmt: skip
def test_a_crash_before_the_move_loses_nothing_and_doubles_nothing(
    office: Deps, folder: Path, name: str, point: str
) -> None:
    connection_id = connect(office, CLIENT)
    put(folder, name, raw(name), office=office)
    with pytest.raises(Crashed):
        drop_folder.collect(replace(office, reached=crash_at(point)))
    assert files(folder) == [name]
    before = money(office, connection_id)
    assert drop_folder.collect(office) == 1
    assert money(office, connection_id) == before
    assert name not in files(folder)


def test_a_file_that_fails_unforeseen_holds_up_no_other(office: Deps, folder: Path) -> None:
    connection_id = connect(office, CLIENT)
    put(folder, "a.csv", raw("british.csv"), office=office)
    put(folder, "b.sta", raw("german.sta"), office=office)

    def fails(point: str) -> None:
        if point == "drop_folder.refused":
            raise RuntimeError(point)

    assert drop_folder.collect(replace(office, reached=fails)) == 1
    assert files(folder) == ["a.csv", "done/b.sta"]
    assert len(money(office, connection_id)) == 1


def test_the_reconciler_empties_the_folder(office: Deps, folder: Path) -> None:
    connect(office, CLIENT)
    put(folder, "march.sta", raw("german.sta"), office=office)
    jobs.reconcile(office)
    assert files(folder) == ["done/march.sta"]


def test_a_folder_that_is_not_there_does_no_harm(office: Deps, tmp_path: Path) -> None:
    config = office.config.model_copy(update={"bank_folder": tmp_path / "nowhere"})
    assert drop_folder.collect(replace(office, config=config)) == 0


def crash_at(point: str) -> Callable[[str], None]:
    def reached(name: str) -> None:
        if name == point:
            raise Crashed

    return reached
