"""Whether a line of a CSV is booked, by the word in its column of states."""

from __future__ import annotations

from providers.bank.header_words import folded
from providers.bank.refusal import BadStatement

BOOKED = """
booked, posted, cleared, complete, completed, settled, success, successful, succeeded, executed,
sent, received, credited, debited, paid, accepted, processed, reconciled, gebucht, verbucht,
ausgefuhrt, abgeschlossen, comptabilise, execute, gutgeschrieben,
effectue, termine, regle, contabilizado, contabilizada, completado, completada, realizado,
realizada, ejecutado, ejecutada, liquidado, geboekt, verwerkt, voltooid, uitgevoerd
"""
NOT_BOOKED = """
pending, authorised, authorized, authorisation, authorization, uncleared, unposted, not posted,
processing, in progress, in process, scheduled, on hold, created, reverted, declined, failed,
cancelled, canceled, rejected, denied, refused, void, voided, expired, vorgemerkt, ausstehend,
geplant, in bearbeitung, storniert, abgelehnt, abgebrochen, fehlgeschlagen, zuruckgewiesen,
en attente, a venir, en cours, prevu, annule, refuse, rejete, echoue, pendiente, en proceso,
en curso, retenido, retenida, cancelado, cancelada, anulado, anulada, rechazado, rechazada,
denegado, denegada, fallido, fallida, revertido, revertida, gereserveerd, in behandeling,
openstaand, gepland, geannuleerd, geweigerd, mislukt, afgewezen, teruggedraaid
"""
BEFORE = ("umsatz ", "transaction ", "payment ", "operation ", "buchung ")
"""Words before the one that counts, such as in "Umsatz vorgemerkt"."""


def is_booked(text: str, where: str) -> bool:
    """False for what is announced, fell through or was reverted; an empty cell says nothing.

    Raises BadStatement for a word that is not known.
    """
    if not text:
        return True
    word = _word(text)
    if word in _NOT_BOOKED:
        return False
    if word and word not in _BOOKED:
        raise BadStatement(
            f"{where}: the state {text.strip()[:40]!r} says neither that it is booked nor that it"
            " is not; take the line out, or say with status= that the column means something else"
        )
    return True


def is_state(text: str) -> bool:
    return _word(text) in _BOOKED | _NOT_BOOKED


def _word(text: str) -> str:
    word = folded(text)
    for before in BEFORE:
        word = word.removeprefix(before)
    return word


def _words(text: str) -> frozenset[str]:
    return frozenset(" ".join(word.split()) for word in text.split(","))


_BOOKED, _NOT_BOOKED = _words(BOOKED), _words(NOT_BOOKED)
