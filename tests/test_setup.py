"""What is installed is what is locked, and the locks name no host."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
TOOLS = {"ledgerhand", "pip", "uv", "wheel"}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(file: str) -> dict[str, str]:
    lines = (ROOT / file).read_text().splitlines()
    found = [re.match(r"([\w.-]+)==([^ ;]+)", line) for line in lines]
    return {plain(pin[1]): pin[2] for pin in found if pin}


def test_everything_installed_is_pinned_to_what_it_is() -> None:
    pinned = pins("constraints.txt")
    installed = {plain(one.name): one.version for one in metadata.distributions()}
    strays = {name: version for name, version in installed.items() if name not in TOOLS}
    assert {name: pinned.get(name) for name in strays} == strays


def test_both_lock_files_hold_the_same_versions() -> None:
    assert pins("requirements.lock") == pins("constraints.txt")


def test_every_locked_version_has_its_hashes() -> None:
    text = (ROOT / "requirements.lock").read_text()
    for name, block in re.findall(r"^([\w.-]+)==[^\n]*((?:\n    [^\n]*)*)", text, re.MULTILINE):
        assert "--hash=sha256:" in block, name


def test_the_locks_name_no_host() -> None:
    for file in ("requirements.lock", "constraints.txt"):
        assert "://" not in (ROOT / file).read_text()


def test_every_dependency_of_the_project_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [
        *project["project"]["dependencies"],
        *[one for extra in project["project"]["optional-dependencies"].values() for one in extra],
        *project["dependency-groups"]["dev"],
    ]
    names = {plain(re.split(r"[\[<>=!~ ;]", one)[0]) for one in wanted}
    assert names <= pins("constraints.txt").keys()


def test_the_composed_redis_keeps_its_bells_and_both_services_stay_on_this_machine() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert "--appendonly yes" in " ".join(services["redis"]["command"])
    for service in services.values():
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])
