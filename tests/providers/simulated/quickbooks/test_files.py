from __future__ import annotations

import json
from typing import Any

import pytest

from tests.providers.simulated.quickbooks.place import Place

BOUNDARY = "-----------RubyMultipartPost-9c1a"
CONTENT = b"<?xml version='1.0'?>\n<note>\xc3\xa9</note>\n"


def multipart(metadata: dict[str, Any] | None, content: bytes = CONTENT) -> bytes:
    parts = []
    if metadata is not None:
        parts.append(
            b'Content-Disposition: form-data; name="file_metadata_01"; filename="a.json"\r\n'
            b"Content-Type: application/json\r\n\r\n" + json.dumps(metadata).encode()
        )
    parts.append(
        b'Content-Disposition: form-data; name="file_content_01"; filename="note.xml"\r\n'
        b"Content-Type: text/xml\r\nContent-Transfer-Encoding: binary\r\n\r\n" + content
    )
    dashes = b"--" + BOUNDARY.encode()
    return b"".join(dashes + b"\r\n" + part + b"\r\n" for part in parts) + dashes + b"--\r\n"


def upload(place: Place, body: bytes) -> dict[str, Any]:
    answer = place.post(
        "upload", body, headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    )
    found: dict[str, Any] = answer[0]
    return found


def on(invoice: str, kind: str = "Invoice") -> list[dict[str, Any]]:
    return [{"EntityRef": {"type": kind, "value": invoice}}]


def test_a_file_hangs_on_its_invoice_and_can_be_fetched(connected: Place) -> None:
    invoice = connected.invoice(connected.customer())
    metadata = {"AttachableRef": on(invoice), "FileName": "n.xml", "ContentType": "text/xml"}
    made = upload(connected, multipart(metadata))["Attachable"]
    assert (made["FileName"], made["Size"], made["ContentType"]) == (
        "n.xml",
        len(CONTENT),
        "text/xml",
    )
    assert made["AttachableRef"] == [
        {"EntityRef": {"value": invoice, "type": "Invoice"}, "IncludeOnSend": False}
    ]
    assert connected.get(f"attachable/{made['Id']}") == made
    got = connected.client.get(
        made["TempDownloadUri"], headers={"Authorization": f"Bearer {connected.token}"}
    )
    assert got.data == CONTENT


def test_a_file_without_description_keeps_its_own_name(connected: Place) -> None:
    assert upload(connected, multipart(None))["Attachable"]["FileName"] == "note.xml"


def test_a_file_for_a_record_that_is_not_there_fails_inside_a_success(connected: Place) -> None:
    metadata = {"AttachableRef": on("75", "Estimate"), "FileName": "n.xml"}
    error = upload(connected, multipart(metadata))["Fault"]["Error"][0]
    assert error == {
        "Message": "A business validation error has occurred while processing your request",
        "Detail": "Business Validation Error: The entity Estimate 75 that you are trying to link"
        " does not exist. Estimate 75",
        "code": "6000", "element": "",
    }  # fmt: skip
    assert connected.query("select * from Attachable") == {}


def test_an_upload_without_a_file_is_refused(connected: Place) -> None:
    answer = connected.call("POST", "upload", b"", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 400


def test_a_note_needs_no_file_and_can_be_changed_and_deleted(connected: Place) -> None:
    invoice = connected.invoice(connected.customer())
    made = connected.post("attachable", {"Note": "Sent", "AttachableRef": on(invoice)})
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Note": "Sent again"}
    assert connected.post("attachable", body)["Note"] == "Sent again"
    gone = connected.post("attachable?operation=delete", {"Id": made["Id"]})
    assert gone == {"domain": "QBO", "status": "Deleted", "Id": made["Id"]}


@pytest.mark.parametrize(
    ("_case", "body", "code"),
    [
        ("nothing", {}, "2020"),
        ("long", {"Note": "x" * 2001}, "2050"),
        ("on nothing", {"Note": "x", "AttachableRef": [{"IncludeOnSend": True}]}, "2020"),
        ("on a ghost", {"Note": "x", "AttachableRef": on("77")}, "6000"),
        ("unknown property", {"Note": "x", "Colour": "red"}, "2010"),
    ],
)
def test_a_note_that_cannot_be_is_refused(
    connected: Place, _case: str, body: dict[str, Any], code: str
) -> None:
    assert connected.refused("attachable", body)["code"] == code
    assert connected.query("select * from Attachable") == {}
