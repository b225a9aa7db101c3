"""Secrets at rest: they open in their own place only, under keys that can be changed."""

from __future__ import annotations

import base64

import pytest

from connector import config, vault
from connector.access import grants
from connector.clients import tenants
from connector.config import ConfigError
from connector.deps import Deps
from connector.vault import Vault, VaultError
from tests.connector.office import KEYS, connect

OLD, NEW = vault.new_key(), vault.new_key()


def keys(*entries: str) -> Vault:
    return Vault(config.load(_env_file=None, vault_keys=",".join(entries)).keys)


def test_a_sealed_text_opens_again_and_never_looks_the_same_twice() -> None:
    one, two = (keys(OLD).seal("söhne 🙂", place="grant:1") for _ in range(2))
    assert keys(OLD).open(one, place="grant:1") == "söhne 🙂"
    assert one != two


def test_a_value_that_was_moved_to_another_place_does_not_open() -> None:
    sealed = keys(OLD).seal("token", place="grant:1:access")
    with pytest.raises(VaultError, match="grant:2:access was altered or moved"):
        keys(OLD).open(sealed, place="grant:2:access")


@pytest.mark.parametrize("at", range(12))
def test_a_value_with_any_byte_altered_does_not_open(at: int) -> None:
    name, _, text = keys(OLD).seal("token", place="p").partition(":")
    raw = bytearray(base64.b64decode(text))
    raw[at * len(raw) // 12] ^= 1
    altered = f"{name}:{base64.b64encode(raw).decode()}"
    with pytest.raises(VaultError, match="altered or moved"):
        keys(OLD).open(altered, place="p")


@pytest.mark.parametrize("rubbish", ["", "k1", ":", "nobody:AAAA"])
def test_what_was_never_sealed_names_the_key_that_is_missing(rubbish: str) -> None:
    with pytest.raises(VaultError, match="LEDGERHAND_VAULT_KEYS"):
        keys(OLD).open(rubbish, place="p")


def test_what_is_cut_short_or_no_base64_does_not_open() -> None:
    name = OLD.partition(":")[0]
    for text in ("", "AAAA", "***", "ä"):
        with pytest.raises(VaultError):
            keys(OLD).open(f"{name}:{text}", place="p")


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(VaultError, match="make a key"):
        Vault({}).seal("token", place="p")


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    sealed = keys(OLD).seal("token", place="p")
    both = keys(NEW, OLD)
    assert both.open(sealed, place="p") == "token"
    assert not both.is_newest(sealed)
    assert both.is_newest(both.seal("token", place="p"))
    assert both.reference("realm", place="quickbooks") == keys(OLD).reference(
        "realm", place="quickbooks"
    )


def test_after_a_rotation_everything_opens_under_the_new_key(deps: Deps) -> None:
    connection_id = connect(deps)
    rotated = keys(NEW, KEYS)
    with deps.writing() as tx:
        assert grants.reseal(tx, rotated) + tenants.reseal(tx, rotated) == 2
        assert grants.reseal(tx, rotated) + tenants.reseal(tx, rotated) == 0
    with deps.reading() as tx:
        known = tenants.connection(tx, connection_id)
        tokens = grants.tokens_of(tx, keys(NEW), known.grant_id)
        assert known.company_id(keys(NEW)) == "company of Cedar Books"
        assert tenants.find_company(tx, rotated, "quickbooks", "company of Cedar Books") == known
    assert tokens is not None
    assert tokens.refresh_token == "refresh of Cedar Books"


@pytest.mark.parametrize("entry", [
    "AAAA", "k1:", "k1:AAAA", ":" + OLD.partition(":")[2], "k1:" + "A" * 44, "k1:ä",
], ids=["no name", "no key", "short", "no id", "not base64", "not ASCII"])  # fmt: skip
def test_a_key_that_is_none_is_refused_without_being_shown(entry: str) -> None:
    with pytest.raises(ConfigError, match="vault new-key") as refused:
        keys(entry)
    assert entry not in str(refused.value)


def test_the_database_file_holds_no_token_and_no_company_in_clear(deps: Deps) -> None:
    connect(deps)
    deps.engine.dispose()
    (file,) = deps.config.data_dir.glob("*.db")
    raw = b"".join(path.read_bytes() for path in deps.config.data_dir.glob(f"{file.name}*"))
    for secret in (b"access of Cedar", b"refresh of Cedar", b"company of Cedar"):
        assert secret not in raw
    assert b"Cedar Books" in raw, "the search itself finds what stands there"
