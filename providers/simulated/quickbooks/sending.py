"""An invoice on its way to the customer: by e-mail, as a PDF, as a link to pay."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from providers.simulated.quickbooks.book import Book
from providers.simulated.quickbooks.entity import Entity
from providers.simulated.quickbooks.refusals import business, not_found, unsupported
from providers.simulated.store import Doc

HERE = ("127.0.0.1", "::1", "localhost")
SENT = ("Invoice", "CreditMemo", "Estimate", "SalesReceipt", "RefundReceipt", "Payment")


def send(book: Book, entity: Entity, id_: str, send_to: str) -> Doc:
    """Mark as sent, to the given or the known address. Raises Refusal."""
    if entity.name not in SENT:
        raise unsupported(f"send of {entity.name}")
    with book.transaction():
        doc = book.get(entity.name, id_)
        if doc is None:
            raise not_found()
        if send_to:
            doc["BillEmail"] = {"Address": send_to}
        if not doc.get("BillEmail", {}).get("Address"):
            raise business("There is no e-mail address to send this to.")
        doc["EmailStatus"] = "EmailSent"
        doc["DeliveryInfo"] = {"DeliveryType": "Email", "DeliveryTime": book.now()}
        return book.change(entity.name, doc, "emailed")


def pay_link(book: Book, doc: Doc, host: str) -> Doc:
    """InvoiceLink, for an invoice that can be paid online and has an address."""
    online = doc.get("AllowOnlineCreditCardPayment") or doc.get("AllowOnlineACHPayment")
    if not online or not doc.get("BillEmail", {}).get("Address"):
        return {}
    url = urlsplit(f"{host.rstrip('/')}/pay/{book.realm}/{doc['Id']}/{pay_key(book, doc)}")
    # The vendor's pages are at https; on this machine they are served without.
    scheme = url.scheme if url.hostname in HERE else "https"
    return {"InvoiceLink": url._replace(scheme=scheme).geturl()}


def pay_key(book: Book, doc: Doc) -> str:
    """What makes the address of a pay page hard to guess."""
    secret = f"{book.realm}/{doc['Id']}/{doc['MetaData']['CreateTime']}"
    return hashlib.sha256(secret.encode()).hexdigest()[:24]


def pdf(book: Book, entity: Entity, doc: Doc) -> bytes:
    """One page with what a customer needs to know. Raises Refusal."""
    if entity.name not in SENT:
        raise unsupported(f"pdf of {entity.name}")
    company = book.read("CompanyInfo", "1")["CompanyName"]
    lines = [
        str(company),
        f"{entity.name} {doc.get('DocNumber') or doc['Id']}",
        f"To: {doc.get('CustomerRef', {}).get('name', '')}",
        f"Date: {doc['TxnDate']}   Due: {doc.get('DueDate', '')}",
        f"Total: {doc['CurrencyRef']['value']} {doc['TotalAmt']}",
        f"Balance due: {doc.get('Balance', '')}",
    ]
    return _page(lines)


def _page(lines: list[str]) -> bytes:
    """A PDF 1.4 file of one A4 page in Helvetica."""
    shown = " T* ".join(f"({_escaped(line)}) Tj" for line in lines)
    stream = f"BT /F1 12 Tf 18 TL 60 780 Td {shown} ET".encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    ]
    file, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return file + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table, len(objects) + 1, len(file))
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
