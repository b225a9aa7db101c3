"""Subjects: what servers write is a machine's, what may be about goods is a person's."""

from __future__ import annotations

import re
from email.header import Header
from pathlib import Path

import pytest

from tests.providers.email.test_parse import mail, read

FIXTURES = Path(__file__).parents[2] / "fixtures" / "mail"
BOUNCES = (
    "exchange", "exchange_plain", "exim", "gmail", "postfix_delayed", "postfix_hard", "qmail",
)  # fmt: skip
MACHINES = """
Automatic reply: Reminder: invoice INV-1 - Cedar
Automatic reply
AUTOMATIC REPLY: Re: invoice
Auto-Reply: invoice INV-1
Autoreply: invoice INV-1
Out of Office: invoice INV-1
Out of the office: invoice INV-1
Out of Office AutoReply: invoice INV-1
away from my mail
Abwesenheitsnotiz: Rechnung INV-1
Abwesenheitsnotiz
Abwesenheitsnachricht: Rechnung INV-1
Automatische Antwort: Rechnung INV-1
Réponse automatique : facture INV-1
Réponse automatique\u00a0: facture INV-1
Réponse automatique: facture INV-1
Réponse automatique d'absence du bureau : facture INV-1
Reponse automatique : facture INV-1
Respuesta automática: factura INV-1
Respuesta automática por ausencia de la oficina: factura INV-1
Respuesta automatica: factura INV-1
Fuera de la oficina: factura INV-1
Fuera de oficina: factura INV-1
Automatisch antwoord: factuur INV-1
Afwezig: factuur INV-1
Afwezigheidsbericht: factuur INV-1
Mail delivery failed: returning message to sender
Delivery Status Notification (Failure)
Delivery Status Notification (Delay)
Returned mail: see transcript for details
Undelivered Mail Returned to Sender
failure notice
""".strip().split("\n")
PERSONS = """
Undelivered goods, INV-1
Undelivered mail order, invoice INV-1
Undeliverable goods of INV-1
Undeliverable: two pallets of INV-1
Undeliverables on order 77
Delivery status of our order 77
Delivery status: INV-1 came half
Delivery status notification for order 77: half is missing
Delivery status notification (order 77)
Mail delivery failed: the parcel of INV-1 came back to you
Returned mail: your catalogues, INV-1
Failure notice: pump of INV-1
Out of office chairs, wrong item delivered
Out of Office 365 licences, INV-1 bills too many
Out of the office furniture two desks are broken
Away from my mailbox the driver left the parcel
Auto reply cards of INV-1 are misprinted
Automatic reply function of INV-1 does not work
Autoreplyer licence, INV-1 disputed
Re: Automatic reply: invoice INV-1
Abwesenheitsvertretung: Rechnung 12 bestritten
Abwesenheitsplaner defekt, Rechnung 12
Abwesenheitsnotizen der Software falsch, Rechnung 12
Automatische Antwortfunktion fehlt, Rechnung 12
Automatische Türen defekt, Rechnung 12
Absence du bureau : facture 12 contestée
Absence du bureau commandé, facture 12
Réponse automatique en panne, facture 12
Respuesta automática defectuosa, factura 12
Fuera de la oficina dejaron el pedido de la factura 12
Automatisch antwoordapparaat defect, factuur 12
Afwezig bij levering, factuur 12 betwist
Afwezigheidsregistratie werkt niet, factuur 12 betwist
""".strip().split("\n")


@pytest.mark.parametrize("subject", MACHINES)
def test_what_servers_write_is_a_machine_s(subject: str) -> None:
    encoded = Header(subject, "utf-8").encode(linesep="\r\n")
    assert read(mail(Subject=encoded)).automatic
    if subject.isascii():
        assert read(mail(Subject=subject)).automatic


@pytest.mark.parametrize("subject", PERSONS)
def test_what_may_be_about_goods_is_a_person_s(subject: str) -> None:
    assert not read(mail(Subject=Header(subject, "utf-8").encode(linesep="\r\n"))).automatic


@pytest.mark.parametrize("name", BOUNCES)
def test_a_bounce_is_known_by_its_head_whatever_its_subject(name: str) -> None:
    raw = (FIXTURES / f"{name}.eml").read_bytes()
    assert read(raw).automatic
    renamed = re.sub(rb"(?m)^Subject: .*", b"Subject: Unzustellbar: Rechnung INV-1", raw, count=1)
    assert renamed != raw
    assert read(renamed).automatic
