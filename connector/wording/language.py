"""The installation's language model, asked for one client: counted, and never waited for long."""

from __future__ import annotations

from connector.clients import meter
from connector.config import Config
from connector.deps import Deps
from providers.errors import LedgerError
from providers.language.client import LanguageModel, Model


def is_there(config: Config) -> bool:
    """Whether the installation has a model at all."""
    return bool(config.language_url and config.language_model)


def ask(deps: Deps, connection_id: int, instructions: str, text: str) -> tuple[str, str]:
    """What the model says to a text, and why nothing if it did not; one of the two is empty. Its
    calls are counted and shown, and take nothing from the ledger's budget."""
    config = deps.config
    model = Model(config.language_url, config.language_model, config.language_key)
    spend = meter.counter(deps, connection_id)
    try:
        with deps.http(spend, read_seconds=config.language_seconds) as http:
            return LanguageModel(http, model).answer(instructions, text), ""
    except LedgerError as error:
        return "", str(error) or "no answer"
