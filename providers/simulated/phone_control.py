"""The control API of the telephone: what was received, and what the people at the other end do."""

from __future__ import annotations

from typing import Any

from providers.simulated.asked import BadRequest, Body, list_of, text_of
from providers.simulated.simulation import Simulation
from providers.simulated.twilio.exchange import ANSWERS, TEXTS, Unknown

DIALLED = ("completed", "busy", "no-answer", "failed")


def show_phone(simulation: Simulation, _body: Body, _query: Any) -> Any:
    """Every text and call, oldest first."""
    return {"texts": simulation.telephone.texts(), "calls": simulation.telephone.calls()}


def open_account(simulation: Simulation, body: Body, _query: Any) -> Any:
    """{"account", "token", "texts_url"}: who may send, and where answers are posted."""
    return simulation.telephone.open_account(
        account=text_of(body, "account"), token=text_of(body, "token"),
        texts_url=text_of(body, "texts_url", ""),
    )  # fmt: skip


def set_person(simulation: Simulation, body: Body, _query: Any) -> Any:
    """{"number", "texts", "answers", "keys", "dial"}: what somebody does from now on."""
    habits = {
        "texts": _one_of(body, "texts", TEXTS, TEXTS[0]),
        "answers": _one_of(body, "answers", ("", *ANSWERS), ""),
        "dial": _one_of(body, "dial", DIALLED, DIALLED[0]), "keys": _keys(body),
    }  # fmt: skip
    return simulation.telephone.person(text_of(body, "number"), **habits)


def answer_call(simulation: Simulation, body: Body, _query: Any) -> Any:
    """{"sid", "answers", "keys", "dial"}: take a call that rings. An empty key is silence; whoever
    has no key left hangs up."""
    sid = text_of(body, "sid")
    try:
        return simulation.telephone.answer(
            sid, by=_one_of(body, "answers", ANSWERS, ANSWERS[0]), keys=_keys(body),
            dial=_one_of(body, "dial", DIALLED, DIALLED[0]),
        )  # fmt: skip
    except Unknown:
        raise BadRequest(
            f"no call {sid} rings",
            where="sid",
            how="take one that is queued from GET /control/phone",
        ) from None


def write_text(simulation: Simulation, body: Body, _query: Any) -> Any:
    """{"number", "text", "to"}: a customer writes a text, to whoever wrote last without `to`."""
    number = text_of(body, "number")
    try:
        written = simulation.telephone.write(
            number, text_of(body, "text"), to=text_of(body, "to", "")
        )
    except Unknown:
        raise BadRequest(
            f"nobody has written to {number}", where="number", how='say whom with "to": "+1..."'
        ) from None
    simulation.pump()
    return written


def _keys(body: Body) -> list[str]:
    keys = list_of(body, "keys") if "keys" in body else []
    if not all(isinstance(key, str) for key in keys):
        raise BadRequest("a key is no text", where="keys", how='send "keys": ["1", "3"]')
    return keys


def _one_of(body: Body, name: str, known: tuple[str, ...], default: str) -> str:
    value = text_of(body, name, default)
    if value not in known:
        raise BadRequest(
            f"{name!r} is {value!r}", where=name, how=f"one of {', '.join(filter(None, known))}"
        )
    return value
