"""The application that a WSGI server loads, on the parts that the configuration names."""

from __future__ import annotations

from connector.coming_up import importing

with importing():
    from connector import logs, wiring
    from ui_embed.app import create_app

logs.start(wiring.the_deps().config.log_level)
app = create_app(wiring.the_deps())
