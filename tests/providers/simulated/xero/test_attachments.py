from __future__ import annotations

from tests.providers.simulated.xero.stage import Stage, rows_of

TEXT = {"Content-Type": "text/plain"}


def test_a_file_is_kept_listed_and_given_back(stage: Stage) -> None:
    made = stage.invoice()
    path = f"Invoices/{made['InvoiceID']}/Attachments"
    kept = stage.call("PUT", f"{path}/po.txt", b"Order 7", headers=TEXT, IncludeOnline="true")
    row = rows_of(kept)[0]
    assert (row["FileName"], row["ContentLength"], row["IncludeOnline"]) == ("po.txt", 7, True)
    assert stage.rows(path) == [row]
    for name in ("po.txt", row["AttachmentID"]):
        back = stage.call("GET", f"{path}/{name}", headers={"Accept": "text/plain"})
        assert (back.data, back.mimetype) == (b"Order 7", "text/plain")
    single = stage.rows(f"Invoices/{made['InvoiceID']}")[0]
    assert single["HasAttachments"] is True
    history = stage.rows(f"Invoices/{made['InvoiceID']}/History")
    assert history[0]["Changes"] == "Attached a file"


def test_the_same_name_replaces_the_file(stage: Stage) -> None:
    path = f"Invoices/{stage.invoice()['InvoiceID']}/Attachments"
    for content in (b"one", b"three"):
        stage.call("POST", f"{path}/po.txt", content, headers=TEXT)
    assert [row["ContentLength"] for row in stage.rows(path)] == [5]
    assert stage.call("GET", f"{path}/other.txt").status_code == 404


def test_a_document_has_at_most_ten_files(stage: Stage) -> None:
    path = f"Contacts/{stage.contact()}/Attachments"
    for number in range(10):
        assert stage.call("PUT", f"{path}/{number}.txt", b"x", headers=TEXT).status_code == 200
    assert stage.call("PUT", f"{path}/10.txt", b"x", headers=TEXT).status_code == 400
    assert len(stage.rows(path)) == 10
