"""A mail as a parcel: whatever the bytes, its parts come out, up to their limits."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

from hypothesis import given
from hypothesis import strategies as st

from providers.email.parcels import ATTACHMENTS_MAX, parcel


def mail(**headers: str) -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    given = {"From": "Cedar <ap@cedar.example>", "To": "advices+1-a@ar.example", **headers}
    for name, value in given.items():
        made[name.replace("_", "-")] = value
    made.set_content("Dear all")
    return made


def test_bodies_and_attachments_are_told_apart() -> None:
    made = mail(Subject="Zahlungsavis für März")
    made.add_alternative("<p>Dear all</p>", subtype="html")
    made.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="avis März.pdf")
    made.add_attachment(b"PNG", maintype="image", subtype="png", filename="logo.png")
    found = parcel(made.as_bytes())
    assert (found.sender, found.subject) == ("ap@cedar.example", "Zahlungsavis für März")
    assert (found.text.strip(), found.markup.strip()) == ("Dear all", "<p>Dear all</p>")
    assert [one.content for one in found.attachments] == [b"%PDF-"]
    assert not found.bounces


def test_everyone_whom_it_was_sent_to_is_named_once() -> None:
    made = mail(Cc="B <b@x.example>, c@x.example", Delivered_To="Advices+1-A@ar.example")
    assert parcel(made.as_bytes()).recipients == (
        "advices+1-a@ar.example", "b@x.example", "c@x.example",
    )  # fmt: skip


def test_what_was_forwarded_as_a_mail_of_its_own_is_looked_into() -> None:
    inner = mail(Subject="Payment")
    inner.add_attachment(b"a;b", maintype="text", subtype="csv", filename="a.csv")
    outer = mail()
    outer.add_attachment(inner)
    assert [one.name for one in parcel(outer.as_bytes()).attachments] == ["a.csv"]


def test_a_thousand_attachments_are_some() -> None:
    made = mail()
    for number in range(150):
        made.add_attachment(b"x", maintype="text", subtype="csv", filename=f"{number}.csv")
    assert len(parcel(made.as_bytes()).attachments) == ATTACHMENTS_MAX


@given(st.binary(max_size=500))
def test_any_bytes_are_a_parcel(raw: bytes) -> None:
    for start in (b"", b"To: ", b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"):
        parcel(start + raw)
