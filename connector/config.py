"""What an installation is told from outside: environment variables or a `.env` file."""

from __future__ import annotations

import base64
import json
import re
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from dunning.message.links import safe_link
from providers.email.domain import is_domain
from providers.tokens import Vendor
from providers.twilio.numbers import E164

KEY_BYTES = 32
DATABASES = ("sqlite", "postgresql")
REDIS_SCHEMES = ("redis", "rediss", "unix")
LEASE_SECONDS_MIN = 40
"""Longer than one call to the outside can take: 5 s to connect and 30 s to read."""
DNS_PORT = 53
PORT_MAX = 65_535


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
    smtp_port: int = Field(default=25, ge=0, le=PORT_MAX)
    smtp_username: str = ""
    smtp_password: str = ""
    smtp_starttls: bool = False
    mail_from: str = "ar@localhost"
    mail_hook_secret: str = ""
    mail_spf_include: str = Field(
        default="", description="the name that the mail server's operator wants in SPF, or its IP"
    )
    mail_dkim_selector: str = ""
    mail_auth_server: str = Field(
        default="",
        description="the name that our receiving server gives itself in Authentication-Results;"
        " leave it out where that gives none, as Microsoft 365",
    )
    dns_server: str = Field(default="", description="an IP address, with `:port` unless it is 53")

    twilio_account_sid: str = ""
    twilio_auth_token: str = Field(default="", repr=False)
    twilio_number: str = Field(
        default="", description="who texts and calls, in E.164; a client's own goes first"
    )
    twilio_base: str = ""

    bank_folder: Path | None = Field(
        default=None, description="bank files are taken from here, from a folder for each client"
    )
    remittance_mailbox: str = Field(
        default="",
        description="an address whose mail is posted to /webhooks/mail; each client's"
        " own is made of it with a plus",
    )
    stripe_key: str = Field(default="", description="a restricted key; the client's own goes first")
    paypal_key: str = Field(default="", description="client id and secret with a colon between")
    processor_bases: str = "{}"

    language_url: str = Field(
        default="", description="a chat endpoint, without /chat/completions; empty for none"
    )
    language_model: str = ""
    language_key: str = ""
    language_seconds: int = Field(default=15, ge=1, le=30)

    clock_file: Path | None = None
    poll_seconds: int = Field(default=60, ge=2)
    sweep_seconds: int = Field(default=900, ge=5)
    lease_seconds: int = Field(default=45, ge=2)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    metrics_token: str = ""

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, url: str) -> str:
        if url and urlsplit(url).scheme.partition("+")[0] not in DATABASES:
            raise ValueError("write sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME")
        return url

    @field_validator("redis_url")
    @classmethod
    def _check_redis(cls, url: str) -> str:
        if url and urlsplit(url).scheme not in REDIS_SCHEMES:
            raise ValueError("write redis://HOST:PORT/NUMBER, rediss://... or unix://PATH")
        return url

    @field_validator("base_url")
    @classmethod
    def _check_base_url(cls, url: str) -> str:
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
            raise ValueError("write where the pages answer, such as https://ar.example.com")
        return url.rstrip("/")

    @field_validator("quickbooks_bases", "xero_bases")
    @classmethod
    def _check_bases(cls, text: str) -> str:
        try:
            bases = json.loads(text)
        except ValueError:
            bases = None
        if not isinstance(bases, dict) or not all(isinstance(url, str) for url in bases.values()):
            raise ValueError(
                'write a JSON object of addresses by name, such as {"api": "http://..."}'
            )
        return text

    @field_validator("mail_spf_include")
    @classmethod
    def _check_include(cls, name: str) -> str:
        name = name.strip().lower().rstrip(".")
        if name and not is_domain(name) and not _is_address(name):
            raise ValueError("write the name alone, such as spf.example.com, or one IP address")
        return name

    @field_validator("mail_dkim_selector")
    @classmethod
    def _check_selector(cls, name: str) -> str:
        if name and not is_domain(name.lower()):
            raise ValueError("write what stands before ._domainkey, such as mail2026")
        return name.lower()

    @field_validator("twilio_number")
    @classmethod
    def _check_number(cls, number: str) -> str:
        if number and not E164.fullmatch(number):
            raise ValueError("write the number in E.164, such as +14155552671")
        return number

    @field_validator("language_url")
    @classmethod
    def _check_language_url(cls, url: str) -> str:
        if url and not safe_link(url):
            raise ValueError("write where the model answers, such as https://models.example/v1")
        return url

    @field_validator("dns_server")
    @classmethod
    def _check_dns_server(cls, text: str) -> str:
        if text and _place(text) is None:
            raise ValueError("write an IP address, such as 127.0.0.1, 127.0.0.1:5353 or [::1]:53")
        return text

    @model_validator(mode="after")
    def _fit_for_production(self) -> Self:
        if not self.production:
            return self
        if self.lease_seconds < LEASE_SECONDS_MIN:
            raise ValueError(
                f"lease_seconds: a lease must outlast a call; at least {LEASE_SECONDS_MIN}"
            )
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

    @property
    def public_url(self) -> str:
        """Where customers reach us from their mails; empty where they cannot, for want of https or
        of a name that others know."""
        url = urlsplit(self.base_url)
        host = url.hostname or ""
        known = "." in host and not _is_address(host)
        return self.base_url if url.scheme == "https" and known else ""

    @cached_property
    def nameserver(self) -> tuple[str, int] | None:
        """Who is asked about DNS: (IP address, port), or None for the system's own."""
        return _place(self.dns_server) if self.dns_server else None

    def vendor(self, ledger: str) -> Vendor:
        """Our registration with `ledger`: quickbooks or xero."""
        return Vendor(
            client_id=getattr(self, f"{ledger}_client_id"),
            client_secret=getattr(self, f"{ledger}_client_secret"),
            webhook_key=getattr(self, f"{ledger}_webhook_key"),
            bases=json.loads(getattr(self, f"{ledger}_bases")),
        )


def make_folder(config: Config) -> None:
    """Make the data folder if it is not there. Raises ConfigError."""
    try:
        config.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"LEDGERHAND_DATA_DIR: {error.strerror}: {config.data_dir};"
            " name a folder that can be written to"
        ) from None


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _place(text: str) -> tuple[str, int] | None:
    """An IP address and a port; None if it is not one."""
    parts = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::(\d{1,5}))?", text)
    host, port = (parts[1] or parts[2], int(parts[3] or DNS_PORT)) if parts else (text, DNS_PORT)
    return (host, port) if _is_address(host) and 0 < port <= PORT_MAX else None


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
