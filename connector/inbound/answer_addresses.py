"""At which addresses clients get the answers to what is sent for them."""

from __future__ import annotations

from collections.abc import Collection

from connector.config import Config
from connector.db import Tx
from connector.mail.customer_mail import answers_to
from connector.recipients.domains import Sender
from connector.rules.policy import BRANDS
from dunning.customer.persons import plain
from dunning.rules.brand import Brand
from dunning.rules.own_template import KEPT


def clients_at(
    tx: Tx, config: Config, client_ids: Collection[int], recipients: Collection[str]
) -> set[int]:
    """Those of these clients who get their answers at one of the addresses: the sender of their
    messages, and where their rules have answers sent to. It is one query, whatever their number."""
    to, brands = set(map(plain, recipients)), {}
    for row in tx.execute(BRANDS):
        brands[row.client_id] = Brand.model_validate(row.brand or {}, context=KEPT)
    return {id_ for id_ in client_ids if to & _addresses(brands.get(id_, Brand()), config)}


def _addresses(brand: Brand, config: Config) -> set[str]:
    sender = Sender(brand.sender_address or config.mail_from)
    return {plain(sender.address), plain(answers_to(brand, sender))}
