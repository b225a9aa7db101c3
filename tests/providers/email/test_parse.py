"""Mail in: what was answered, to what, and whether a machine wrote it."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.email.parse import reply
from providers.messages import Reply

NOW = datetime(2026, 3, 6, 9, tzinfo=UTC)


def read(raw: bytes) -> Reply:
    return reply(raw, received_at=NOW)


def mail(body: str = "We pay on Friday.", **headers: str) -> bytes:
    usual = {
        "From": "Ann Lee <ann@maple.example>",
        "Subject": "Re: invoice INV-1",
        "Message_ID": "<r1@maple.example>",
        "In_Reply_To": "<lh-1@cedar.example>",
    } | headers
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in usual.items())
    return (head + "\r\n" + body).encode()


def test_an_answer_is_read() -> None:
    assert read(mail(References="<older@cedar.example>\r\n <lh-1@cedar.example>")) == Reply(
        message_id="<r1@maple.example>",
        in_reply_to=("<lh-1@cedar.example>", "<older@cedar.example>"),
        sender="ann@maple.example",
        subject="Re: invoice INV-1",
        text="We pay on Friday.",
        received_at=NOW,
        automatic=False,
        bare="We pay on Friday.",
    )


@pytest.mark.parametrize(
    ("_case", "body", "text"),
    [
        ("a quote below", "Yes.\n\nOn Mon, 2 Mar 2026 at 9:00, Cedar wrote:\n> Hello\n", "Yes."),
        ("an answer below", "On 2 Mar at 9:00 Cedar wrote:\n> Hello\n\nPaid.", "Paid."),
        ("a sentence", "On Mon I wrote:\n\nNo.", "On Mon I wrote:\n\nNo."),
        ("nothing but a quote", "> Hello", "> Hello"),
        ("many lines", "a\r\n\r\n\r\n\r\nb", "a\n\nb"),
    ],
)  # fmt: skip
def test_what_is_certainly_quoted_is_left_out(_case: str, body: str, text: str) -> None:
    assert read(mail(body)).text == text


def read_html(html: str) -> Reply:
    return read(mail(html, Content_Type="text/html; charset=utf-8"))


def test_html_alone_is_read_as_text() -> None:
    html = (
        "<html><head><title>t</title><style>p{}</style></head><body><!-- x <p>hid</p> -->"
        "<p>We pay &pound;5 &amp; more<br>on Friday.</p><script>alert(1)</script>"
        '<div>On 2 Mar at 9:00 Cedar wrote:</div><blockquote type="cite"><p>Old</p></blockquote>'
    )

    answer = read_html(html)

    assert answer.text == "We pay £5 & more\non Friday."
    assert answer.whole.endswith("On 2 Mar at 9:00 Cedar wrote:\n\n>\n> Old\n>")


@pytest.mark.parametrize(("html", "text"), [
    ("<html><head><meta charset=utf-8><body><p>We dispute INV-7.</p></body></html>",
     "We dispute INV-7."),
    ("<head><title/></head><body>We dispute INV-7", "We dispute INV-7"),
    ("<style>We dispute INV-7", "We dispute INV-7"),
    ("<p>We <!-- dispute INV-7</p>", "We <!-- dispute INV-7"),
    ("<div>Hi,</div><blockquote style='margin-left:40px'>We dispute INV-7</blockquote>Mia",
     "Hi,\n\nWe dispute INV-7\nMia"),
    ("<p>We paid < 100 EUR for INV-7, because > half was broken</p>",
     "We paid < 100 EUR for INV-7, because > half was broken"),
    ("FYI<blockquote type=cite><div>Begin forwarded message:</div>We dispute INV-7</blockquote>",
     "FYI\n>\n> Begin forwarded message:\n> We dispute INV-7"),
])  # fmt: skip
def test_no_words_of_html_are_lost(html: str, text: str) -> None:
    assert read_html(html).text == text


def test_the_text_part_goes_before_html_and_what_is_attached_is_named() -> None:
    message = EmailMessage()
    message["From"] = "ann@maple.example"
    message.set_content("the text")
    message.add_alternative("<p>the html</p>", subtype="html")
    message.add_attachment("a,b", subtype="csv", filename="remittance.csv")
    message.add_attachment(b"x", maintype="image", subtype="jpeg", filename="pallet.jpg")
    message.add_attachment(b"x", maintype="image", subtype="png", filename="logo.png", cid="<l>")
    message.add_attachment(
        b"x", maintype="application", subtype="pkcs7-signature", filename="s.p7s"
    )

    assert read(message.as_bytes()).text == "the text\n\n[Attached: remittance.csv, pallet.jpg]"


def test_a_mail_of_an_attachment_alone_says_so() -> None:
    message = EmailMessage()
    message.set_content("")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Défaut 7.pdf")

    assert read(message.as_bytes()).text == "[Attached: Défaut 7.pdf]"


def test_text_behind_an_inline_file_is_read() -> None:
    """As Apple Mail writes it where a PDF was dropped into the text."""
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nSee the delivery note:\r\n\r\n"
        "--b\r\nContent-Type: application/pdf; name=d.pdf\r\n"
        "Content-Disposition: inline; filename=d.pdf\r\n\r\nabc\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nHalf is missing. We dispute INV-7.\r\n--b--"
    )
    answer = read(mail(body, Content_Type="multipart/mixed; boundary=b"))

    assert answer.text == (
        "See the delivery note:\n\nHalf is missing. We dispute INV-7.\n\n[Attached: d.pdf]"
    )


def test_a_mail_that_is_attached_is_read() -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "boss@maple.example", "INV-7"
    inner.set_content("We dispute INV-7, two pallets broken.")
    message = EmailMessage()
    message.set_content("Please see attached mail.")
    message.add_attachment(inner)

    assert read(message.as_bytes()).text == (
        "Please see attached mail.\n\n[Attached message]\nFrom: boss@maple.example\n"
        "Subject: INV-7\n\nWe dispute INV-7, two pallets broken."
    )


def test_what_is_cut_off_is_said() -> None:
    answer = read(mail("No. " * 10_000))

    assert len(answer.text) <= 20_000
    assert answer.text.endswith("[The message goes on; read the rest in the mailbox that it was"
                                " sent to.]")  # fmt: skip


@pytest.mark.parametrize(
    ("_case", "headers", "automatic"),
    [
        ("a person", {}, False),
        ("says no", {"Auto_Submitted": "no"}, False),
        ("replied", {"Auto_Submitted": "auto-replied; owner-email=x"}, True),
        ("notified", {"Auto_Submitted": "auto-notified"}, True),
        ("replied by a list", {"Auto_Submitted": "auto-replied", "List_Id": "<x.example>"}, True),
        ("an agent at a help desk", {"Auto_Submitted": "Auto-Generated"}, False),
        ("in bulk", {"Precedence": "bulk"}, False),
        ("by a list", {"List_Id": "<x.example>", "Precedence": "list"}, False),
        ("precedence", {"Precedence": "auto_reply"}, True),
        ("an older machine", {"X_AutoReply_From": "ann@maple.example"}, True),
        ("an older machine's reply", {"X_Autorespond": "Re: invoice"}, True),
        ("no return", {"Return_Path": "<>"}, True),
        ("the mailer", {"From": "MAILER-DAEMON@mx.example"}, True),
        ("no-reply", {"From": "Shop <no-reply@shop.example>"}, True),
    ],
)
def test_machines_are_told_from_people(
    _case: str, headers: dict[str, str], automatic: bool
) -> None:
    assert read(mail(**headers)).automatic is automatic


@pytest.mark.parametrize(("_case", "headers", "notice"), [
    ("a person", {}, False),
    ("by a list", {"List_Id": "<x.example>", "List_Unsubscribe": "<mailto:x@y.example>"}, False),
    ("a newsletter", {"List_Unsubscribe_Post": "List-Unsubscribe=One-Click"}, True),
    ("an agent at a help desk", {"Auto_Submitted": "auto-generated"}, False),
    ("a person at Exchange", {"X_Auto_Response_Suppress": "All"}, False),
    ("a receipt", {"Auto_Submitted": "auto-generated", "X_Auto_Response_Suppress": "All"}, True),
])  # fmt: skip
def test_notices_are_told_from_what_people_write(
    _case: str, headers: dict[str, str], notice: bool
) -> None:
    found = read(mail(**headers))
    assert (found.notice, found.automatic) == (notice, False)


@pytest.mark.parametrize("part", ["message/rfc822", "text/rfc822-headers"])
def test_a_bounce_names_the_message_that_it_returns(part: str) -> None:
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: {part}\r\n\r\nMessage-ID: <lh-9@cedar.example>\r\nTo: x\r\n\r\n"
        "--b--\r\n"
    )
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'

    bounce = read(mail(body, Content_Type=kind, In_Reply_To=""))

    assert bounce.automatic
    assert bounce.in_reply_to == ("<lh-9@cedar.example>",)
    assert bounce.text == "No such user."


def test_a_name_that_looks_like_an_address_is_not_the_sender() -> None:
    encoded = "=?utf-8?q?boss=40maple=2Eexample=2C?= <thief@evil.example>"

    assert read(mail(From=encoded)).sender == "thief@evil.example"


@pytest.mark.parametrize(
    ("_case", "raw", "text"),
    [
        ("unknown charset", mail("caf\u00e9", Content_Type="text/plain; charset=klingon"), "café"),
        ("wrong charset", mail("caf\u00e9", Content_Type="text/plain; charset=ascii"), "caf��"),
        ("broken base64", mail("!!!!", Content_Transfer_Encoding="base64"), ""),
        ("no head", b"\r\nhello", "hello"),
        ("nothing", b"", ""),
        ("a zero byte", mail("a\x00b"), "ab"),
    ],
)  # fmt: skip
def test_broken_mail_is_read_as_far_as_it_goes(_case: str, raw: bytes, text: str) -> None:
    assert read(raw).text == text


def test_a_broken_subject_is_one_line() -> None:
    subject = read(mail(Subject="=?utf-8?q?a=0D=0ABcc:_b?= =?klingon?b?////?= \ufffd")).subject

    assert subject.isprintable()
    assert subject.startswith("a Bcc: b")


def test_a_subject_that_cannot_be_decoded_is_kept_as_it_came() -> None:
    assert read(mail(Subject="=?utf-8?b?abcde?=")).subject == "=?utf-8?b?abcde?="


def test_mail_without_an_id_keeps_one_id() -> None:
    raw = mail(Message_ID="")

    assert read(raw).message_id == read(raw).message_id
    assert read(raw).message_id != read(raw + b"!").message_id


def nested(depth: int) -> bytes:
    parts = [
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth)
    ]
    return ("From: ann@maple.example\r\n" + "".join(parts) + "\r\nhello").encode()


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "raw",
    [
        nested(1_000),
        mail("x" * 30_000_000),
        mail("<" * 3_000_000, Content_Type="text/html"),
        mail("<!--" * 500_000, Content_Type="text/html"),
        mail("<style>" * 200_000, Content_Type="text/html"),
        mail("On x wrote:\n" * 100_000),
        mail("\n" * 1_000_000),
        mail("> " * 1_000_000),
        mail(Subject="=?utf-8?q?" * 50_000),
        mail(References="<a@b>" * 200_000),
        mail("--b\r\n\r\n" * 100_000, Content_Type='multipart/mixed; boundary="b"'),
    ],
    ids=range(11),
)
def test_endless_mail_costs_little(raw: bytes) -> None:
    answer = read(raw)
    assert len(answer.text) <= 20_000
    assert len(answer.in_reply_to) <= 100


@given(st.binary(max_size=2_000))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    read(raw)


@pytest.mark.parametrize("seed", range(200))
def test_no_damage_breaks_the_reader(seed: int) -> None:
    chance = random.Random(seed)
    kind = 'multipart/report; boundary="b"'
    raw = bytearray(
        mail("--b\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n--b--", Content_Type=kind)
    )
    for _ in range(chance.randint(1, 40)):
        raw[chance.randrange(len(raw))] = chance.randrange(256)

    assert isinstance(read(bytes(raw)), Reply)
