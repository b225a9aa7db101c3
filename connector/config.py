"""What an installation is told from outside: environment variables or a `.env` file."""

from __future__ import annotations

import base64
import json
from functools import cached_property
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from providers.tokens import Vendor

KEY_BYTES = 32


class ConfigError(ValueError):
    """The configuration cannot be used; the text names the variable and how to mend it."""


class Config(BaseSettings):
    """Every variable starts with ``LEDGERHAND_``. Times are seconds."""

    model_config = SettingsConfigDict(env_prefix="LEDGERHAND_", env_file=".env", extra="ignore")

    data_dir: Path = Path(".ledgerhand")
    database_url: str = ""
    redis_url: str = ""
    base_url: str = "http://127.0.0.1:8000"
    production: bool = False
    secret_key: str = ""
    vault_keys: str = Field(
        default="", description="`id:base64` pairs of 32-byte keys, newest first, comma separated"
    )

    quickbooks_client_id: str = ""
    quickbooks_client_secret: str = ""
    quickbooks_webhook_key: str = ""
    quickbooks_bases: str = "{}"
    xero_client_id: str = ""
    xero_client_secret: str = ""
    xero_webhook_key: str = ""
    xero_bases: str = "{}"

    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_username: str = ""
    smtp_password: str = ""
    smtp_starttls: bool = False
    mail_from: str = "ar@localhost"
    mail_hook_secret: str = ""

    clock_file: Path | None = None
    poll_seconds: int = Field(default=60, ge=2)
    sweep_seconds: int = Field(default=900, ge=5)
    log_level: str = "info"
    metrics_token: str = ""

    @model_validator(mode="after")
    def _fit_for_production(self) -> Self:
        if not self.production:
            return self
        if self.clock_file:
            raise ValueError("clock_file: a clock that can be moved has no place in production")
        missing = [n for n in ("secret_key", "vault_keys") if not getattr(self, n)]
        if missing:
            raise ValueError(f"{missing[0]}: must be set in production")
        if not self.base_url.startswith("https://"):
            raise ValueError("base_url: must start with https:// in production")
        return self

    @cached_property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{(self.data_dir / 'ledgerhand.db').absolute()}"

    @cached_property
    def keys(self) -> dict[str, bytes]:
        """The vault's keys by id, the newest first."""
        keys: dict[str, bytes] = {}
        for pair in filter(None, (part.strip() for part in self.vault_keys.split(","))):
            name, _, text = pair.partition(":")
            try:
                key = base64.b64decode(text, validate=True)
            except ValueError:
                key = b""
            if not name or len(key) != KEY_BYTES:
                raise ConfigError(
                    "LEDGERHAND_VAULT_KEYS: each entry is `id:` and the base64 of 32 bytes;"
                    " make one with `ledgerhand vault new-key`"
                )
            keys[name] = key
        return keys

    def vendor(self, ledger: str) -> Vendor:
        """Our registration with `ledger`: quickbooks or xero."""
        return Vendor(
            client_id=getattr(self, f"{ledger}_client_id"),
            client_secret=getattr(self, f"{ledger}_client_secret"),
            webhook_key=getattr(self, f"{ledger}_webhook_key"),
            bases=json.loads(getattr(self, f"{ledger}_bases")),
        )


def load(**overrides: object) -> Config:
    """Read the configuration. Raises ConfigError naming the variable and the mend."""
    try:
        return Config(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        where = f"LEDGERHAND_{name}: " if name else ""
        text = first["msg"].removeprefix("Value error, ")
        raise ConfigError(f"{where}{text}") from None
