"""Whatever is put in: it is read, or refused with a reason; nothing else ever comes out."""

from __future__ import annotations

import contextlib
import gzip
import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providers.bank import mapping, reading
from providers.bank.refusal import BadStatement
from providers.bank.text import BYTES_MAX
from tests.providers.bank.shelf import NAMES, only, raw, read

XXE = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<Document><BkToCstmrStmt><Stmt><Id>&x;</Id></Stmt></BkToCstmrStmt></Document>"""
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><Document><BkToCstmrStmt>&j;</BkToCstmrStmt></Document>"
)
TABLE = b"Date,Text,Amount,Currency\n2026-03-02,INV-1,250.50,USD\n"


def zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("../statement.csv", TABLE)
    return held.getvalue()


@pytest.mark.parametrize(("content", "told"), [
    (b"", "empty"), (b" \n", "empty"), (b"x" * (BYTES_MAX + 1), "larger than 10,000,000"),
    (XXE, "declares entities"), (LAUGHS, "declares entities"),
    (zipped(), "ZIP archive"), (gzip.compress(TABLE, mtime=0), "gzip"), (b"%PDF-1.7", "a PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"), (b"Date,Amount\n2026-03-02,\x001\n", "NUL"),
    (TABLE.decode().encode("utf-16-be"), "NUL"), (b"<html>BkToCstmr", "broken"),
    (b"<?xml version='1.0' encoding='no-such'?><BkToCstmr/>", "broken"),
    (b"<a/>", "neither CAMT"), (b"hello", "no known format"), (b"1\n2\n3\n", "no known format"),
    (b"\xff\xfe\x00", "not utf-16"), (b'Date,Amount\n"2026', "line 2: a quote is opened"),
    (b"Date,Amount\n2026-03-02," + b"1" * 200_000, "line 2: a cell has more than 131,072"),
])  # fmt: skip
def test_what_is_no_statement_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(BadStatement, match=told):
        read(content)


@pytest.mark.timeout(60)
def test_deep_nesting_and_many_entries_end_in_time() -> None:
    deep = b"<Document><BkToCstmrStmt>" + b"<a>" * 100_000 + b"</a>" * 100_000
    with pytest.raises(BadStatement):
        read(deep + b"</BkToCstmrStmt></Document>")
    lines = b"".join(b"2026-03-02,INV-%d,1.00,USD\n" % n for n in range(50_000))
    assert len(only(b"Date,Text,Amount,Currency\n" + lines).entries) == 50_000


STATEMENT = b":20:S\n:25:A\n:28C:1\n:60F:C260101EUR1,\n:61:2601010101C1,NTRF\n:86:"
GROWING: dict[str, Callable[[int], bytes]] = {
    "comments that do not end": lambda n: b"OFXHEADER:100\n<OFX>" + b"<!--" * n,
    "empty lines": lambda n: b"x" + b"\n" * n * 4,
    "wrapped BAI2 lines": lambda n: raw("bank.bai").replace(b"INV-3/", b"x\n" + b"y\n" * n),
    "sub-fields": lambda n: STATEMENT + b"166?00x" + b"?20ab" * n + b"\n:62F:C260101EUR2,\n",
    "folded lines": lambda n: STATEMENT + b"ab\n" * n + b":62F:C260101EUR2,\n",
    "labels": lambda n: b"iban " * n + b"\nDate,Amount\n2026-01-01,1\n",
    "old letters": lambda n: (
        b"Date,Text,Amount\n" + (b"2026-01-01," + b"\xe9" * 60 + b",1.00\n") * (n // 20)
    ),
    "details": lambda n: raw("statement_053_v2.xml").replace(
        b"<Ustrd>INV-7", b"<Ustrd>a</Ustrd>" * n + b"<Ustrd>"
    ),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", GROWING)
def test_what_means_harm_ends_in_time(name: str) -> None:
    content = GROWING[name](120_000)
    for work in (read, reading.guessed):
        with contextlib.suppress(BadStatement):
            work(content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding_of_a_table(encoding: str) -> None:
    content = TABLE.decode().replace("INV-1", "Müller INV-1").encode(encoding)
    assert only(content).receipts[0].reference == "Müller INV-1"


@pytest.mark.parametrize("value", [
    "9" * 5000, "0" * 5000, "2+" + "1" * 5000, "-1", "0", "\u0661",
    "utf-8\0", "\0", "base64", "\ud800",
])  # fmt: skip
@pytest.mark.parametrize("content", [TABLE, b"Quand;Quoi;Combien\n2026-01-31;INV-1;1.00\n"])
def test_whatever_a_person_says_of_the_columns_is_read_or_refused(
    content: bytes, value: str
) -> None:
    for key in (*mapping.ROLES, *mapping.FREE):
        for wishes in ({key: value}, {"date": "1", "amount": "3", key: value}):
            with contextlib.suppress(BadStatement):
                chosen = reading.guessed(content, wishes)
                assert chosen is not None
                read(content, mapping=chosen.changed(wishes))


def test_a_formula_in_a_cell_is_only_text() -> None:
    told = only(TABLE.replace(b"INV-1", b"=cmd|' /C calc'!A0")).receipts[0].reference
    assert told == "=cmd|' /C calc'!A0"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        read(content)
    except BadStatement:
        return


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(NAMES), st.data())
def test_any_damage_to_a_file_is_read_or_refused(name: str, data: st.DataObject) -> None:
    content = raw(name)
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, 40))
    piece = data.draw(
        st.one_of(
            st.binary(max_size=20),
            st.text("0123456789,.;:/-<>&ABCDR\n ", max_size=20).map(str.encode),
        )
    )
    damaged = content[:start] + piece + content[start + length :]
    for work in (read, reading.guessed):
        try:
            work(damaged)
        except BadStatement:
            continue
