"""Everything that runs in the demonstration: ledgers, product, and the bookkeeper who installs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from connector.demo import clerks
from connector.demo.installing import Visitor
from connector.demo.product import Product, free_port, settings
from connector.demo.trade import Bill, Business
from connector.demo.world import AUDITOR, LEDGERS, OURS, TOOL, Place, Stage
from connector.rules.modes import Capability
from connector.rules.policy import Policy


class Scene:
    """`connections` are ours by company id."""

    def __init__(self, folder: Path, begins: datetime) -> None:
        self._folder = folder
        self.stage = Stage(folder / "ledgers")
        self.stage.simulation.world.clock.set(begins)
        self.connections: dict[str, int] = {}
        self.base_url = f"http://127.0.0.1:{free_port()}"
        self._product: Product | None = None

    @property
    def product(self) -> Product:
        assert self._product is not None, "the scene was started"
        return self._product

    def start(self) -> None:
        """Start ledgers and product. Raises PortTaken, NotRunning or RedisUnavailable."""
        stage, host = self.stage, self.stage.host
        host.start()
        self.ours = [stage.register(OURS, name, base_url=self.base_url) for name in LEDGERS]
        self.tools = [stage.register(TOOL, name) for name in LEDGERS]
        self.auditors = [stage.register(AUDITOR, name) for name in LEDGERS]
        given = settings(
            self._folder / "product", base_url=self.base_url, smtp=host.smtp,
            clock_file=host.clock_file, apps=self.ours,
            addresses={name: host.address(name) for name in (*LEDGERS, "twilio")},
        )  # fmt: skip
        self._product = Product(given)
        stage.simulation.mail.hook(f"{self.base_url}/webhooks/mail", given["mail_hook_secret"])
        stage.simulation.telephone.open_account(
            account=given["twilio_account_sid"], token=given["twilio_auth_token"],
            texts_url=f"{self.base_url}/webhooks/telephone/texts",
        )  # fmt: skip
        self.product.start()

    def stop(self) -> None:
        if self._product:
            self._product.stop()
        self.stage.host.stop()

    def join(
        self, business: Business, bills: Sequence[Bill], capabilities: Sequence[Capability], *,
        rules: Callable[[Place], Policy],
    ) -> tuple[Place, int]:  # fmt: skip
        """A company opens with these bills in its book, and the bookkeeper installs us there;
        returns the place and our connection's id. Raises Lost.

        The bookkeeper signs in with the same vendor every time, and so is one person to us.
        """
        stage = self.stage
        place = stage.found(business)
        today = stage.simulation.world.clock.now().date()
        clerks.enter(place.clerk, business.buyers, bills, today=today)
        ledger = business.ledger
        visitor = Visitor(self.product.deps, self.stage.keepers)
        visitor.sign_in(stage.places[0].business.ledger)
        connection_id = visitor.connect(place)
        if all(known.business.ledger != ledger for known in stage.places[:-1]):
            app = next(app for app in self.ours if app.ledger == ledger)
            stage.announce(app, self.base_url)
        visitor.switch_on(connection_id, capabilities, rules(place))
        self.connections[place.company_id] = connection_id
        return place, connection_id
