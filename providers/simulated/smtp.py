"""The mail server of the simulated world: takes every message, or fails as mail servers fail."""

from __future__ import annotations

import asyncio
from typing import Any

from aiosmtpd.controller import Controller

from providers.simulated.mail import Mail
from providers.simulated.world import World

MESSAGE_BYTES_MAX = 30_000_000
REFUSALS = {
    "429": "450 4.7.1 Too many messages, try again later",
    "500": "554 5.3.0 Transaction failed",
    "503": "451 4.3.0 Try again later",
    "html": "550 5.1.1 No such mailbox",
}


class Taker:
    """Faults strike the kind ``mail.message.send``. Where an HTTP answer would be late or broken,
    the message is kept and the connection ends without the 250."""

    def __init__(self, world: World, mail: Mail) -> None:
        self._world = world
        self._mail = mail

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        fault = self._world.faults.draw("mail.message.send")
        if fault and fault.fault in REFUSALS:
            return REFUSALS[fault.fault]
        await asyncio.to_thread(
            self._mail.take,
            envelope.original_content,
            sender=envelope.mail_from or "",
            recipients=envelope.rcpt_tos,
        )
        if fault is None:
            return "250 2.0.0 Kept"
        if "timeout" in fault.fault or fault.fault == "late_commit":
            await asyncio.sleep(fault.seconds)
        server.transport.abort()
        return "421 4.3.0 Closing"


class MailServer:
    """SMTP on one loopback port, without encryption and without sign-in."""

    def __init__(self, world: World, mail: Mail, *, host: str, port: int) -> None:
        self.port = port
        self._controller = Controller(
            Taker(world, mail), hostname=host, port=port, data_size_limit=MESSAGE_BYTES_MAX,
            server_hostname="mail.simulated.invalid",
        )  # fmt: skip

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()
