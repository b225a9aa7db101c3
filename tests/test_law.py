"""The house's own laws, read from the syntax of every file; each law is shown to catch a breach."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("connector", "providers", "webhooks", "matching", "dunning", "ui_embed")
FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 60
CLOCKS = re.compile(r"(datetime|date)\.(now|utcnow|today)|time\.time(_ns)?|(local|gm)time")
CLOCK_PLACES = ("connector/deps.py", "providers/simulated/", "tests/", "benchmarks/")
PRINT_PLACES = ("connector/cli", "connector/commands/", "tests/", "benchmarks/")
FLOATS = {
    "providers/simulated/asked.py": "seconds and chances of the control API",
    "providers/simulated/quickbooks/wire.py": "JSON numbers, from amounts already exact",
    "providers/simulated/xero/founding.py": "percentages of tax rates",
    "providers/simulated/xero/wire.py": "JSON numbers, from amounts already exact",
}
TEXTS = {".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".lock", ".html", ".css", ".js", ".xml"}
ELSEWHERE = ("/work" + "/", "shared" + "/")
REGISTRIES = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.",
    "ghcr" + ".io",
    "quay" + ".io",
)


@dataclass(frozen=True)
class Module:
    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def name(self) -> str:
        return self.path.removesuffix(".py").replace("/", ".")

    def within(self, places: tuple[str, ...]) -> bool:
        return self.path.startswith(places)


@cache
def modules() -> tuple[Module, ...]:
    places = (*FOLDERS, "tests", "benchmarks")
    paths = sorted(path for place in places for path in (ROOT / place).rglob("*.py"))
    paths = [path for path in paths if "versions" not in path.parts]  # Alembic writes these
    return tuple(Module(str(path.relative_to(ROOT)), path.read_text()) for path in paths)


def calls(module: Module, *words: str) -> Iterator[tuple[str, int]]:
    """What is called and in which line. Only a module in whose text one of these words stands is
    walked: what is asked for has one in its name."""
    if not any(word in module.text for word in words):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def too_long(module: Module) -> Iterator[str]:
    lines = len(module.text.splitlines())
    if lines > FILE_LINES_MAX:
        yield f"{module.path} has {lines} lines; split it by duty"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES_MAX:
                yield f"{module.path}:{node.lineno} {node.name} has {length} lines"


def clock_elsewhere(module: Module) -> Iterator[str]:
    if module.within(CLOCK_PLACES):
        return
    for called, line in calls(module, "now", "today", "time"):
        if CLOCKS.search(called):
            yield f"{module.path}:{line} reads the clock ({called}); take it as an argument"


def float_near_money(module: Module) -> Iterator[str]:
    if module.path in FLOATS or module.within(("tests/", "benchmarks/")):
        return
    for called, line in calls(module, "float"):
        if called == "float":
            yield f"{module.path}:{line} makes a float; amounts are Decimal"


def print_elsewhere(module: Module) -> Iterator[str]:
    if module.within(PRINT_PLACES):
        return
    for called, line in calls(module, "print", "stdout"):
        if called in {"print", "pprint", "sys.stdout.write"}:
            yield f"{module.path}:{line} prints; only the command line speaks"


def without_duty(module: Module) -> Iterator[str]:
    if module.within(("tests/",)) or ast.get_docstring(module.tree):
        return
    yield f"{module.path} does not open with a sentence that says its duty"


def tables_of(module: Module) -> dict[str, str]:
    """The tables that a module owns: the name of the object and the name in the database."""
    owned = {}
    for node in module.tree.body:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if not isinstance(value, ast.Call) or not value.args:
            continue
        first = value.args[0]
        if re.fullmatch(r"(\w+\.)?([Tt]able)", ast.unparse(value.func)) and isinstance(
            first, ast.Constant
        ):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target  # type: ignore[union-attr]
            owned[ast.unparse(target)] = str(first.value)
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute):
            of = ast.unparse(node.value).removesuffix(".c")
            if of in owned:
                owned[ast.unparse(node.targets[0])] = owned[of]
    return owned


@cache
def owners() -> dict[str, dict[str, str]]:
    """By module, the tables that it owns."""
    return {
        module.name: owned
        for module in modules()
        if module.within(("connector/",)) and (owned := tables_of(module))
    }


def imported(module: Module) -> dict[str, tuple[str, str, int]]:
    """By the name used in the module: where it comes from, what it is there, and the line."""
    known: dict[str, tuple[str, str, int]] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            known |= {name.asname or name.name: (name.name, "", node.lineno) for name in node.names}
        if isinstance(node, ast.ImportFrom):
            known |= {
                name.asname or name.name: (node.module or "", name.name, node.lineno)
                for name in node.names
            }
    return known


def foreign_table(
    module: Module, owned_by: Callable[[], dict[str, dict[str, str]]] = owners
) -> Iterator[str]:
    if not module.within(FOLDERS) or module.within(("connector/migrations/",)):
        return
    named = imported(module)
    for source, name, line in named.values():
        if name in owned_by().get(source, {}) and source != module.name:
            yield f"{module.path}:{line} takes {name} from {source}"
    tables = set().union(*owned_by().values())
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in tables:
            source = ".".join(filter(None, named.get(ast.unparse(node.value), ("", "", 0))[:2]))
            if node.attr in owned_by().get(source, {}) and source != module.name:
                yield f"{module.path}:{node.lineno} reaches for {source}.{node.attr}"


def foreign_sql(
    module: Module, owned_by: Callable[[], dict[str, dict[str, str]]] = owners
) -> Iterator[str]:
    """Written SQL that names a table of another module."""
    if not module.within(FOLDERS) or module.within(("connector/migrations/",)):
        return
    for node in ast.walk(module.tree):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        called, first = ast.unparse(node.func), node.args[0]
        if called.rpartition(".")[2] not in {"text", "exec_driver_sql"}:
            continue
        for owner, tables in owned_by().items():
            for name in set(tables.values()):
                named = rf"\b(from|into|update|join)\s+{name}\b"
                if owner != module.name and re.search(named, ast.unparse(first), re.IGNORECASE):
                    yield f"{module.path}:{node.lineno} has SQL for {name}, which {owner} owns"


def second_door(module: Module) -> Iterator[str]:
    allowed = ("connector/sending/outbox.py", "providers/writers.py", "tests/")
    if module.within(allowed):
        return
    for node in ast.walk(module.tree):
        named = isinstance(node, ast.ImportFrom) and (
            node.module == "providers.writers"
            or (node.module == "providers" and "writers" in {name.name for name in node.names})
        )
        plain = isinstance(node, ast.Import) and "providers.writers" in {n.name for n in node.names}
        if named or plain:
            yield f"{module.path} opens a ledger for writing; only the outbox may"


LAWS = (
    too_long, clock_elsewhere, float_near_money, print_elsewhere, without_duty, foreign_table,
    foreign_sql, second_door,
)  # fmt: skip


@pytest.mark.parametrize("law", LAWS)
def test_every_module_keeps_the_law(law: Callable[[Module], Iterator[str]]) -> None:
    assert [breach for module in modules() for breach in law(module)] == []


def test_there_are_modules_and_tables_to_judge() -> None:
    assert len(modules()) > 50
    assert len(owners()) > 5


OWNED = {"connector.mirroring.inbox": {"inbox_table": "inbox", "i": "inbox"}}
BREACHES = (
    (too_long, "providers/a.py", "a = 1\n" * 301),
    (too_long, "providers/a.py", "def a():\n" + "    b = 1\n" * 60),
    (clock_elsewhere, "connector/a.py", "a = datetime.now(UTC)"),
    (clock_elsewhere, "dunning/a.py", "a = datetime.date.today()"),
    (clock_elsewhere, "connector/a.py", "a = time.time()"),
    (float_near_money, "matching/a.py", "a = float('1.10')"),
    (print_elsewhere, "webhooks/a.py", "print(1)"),
    (without_duty, "webhooks/a.py", "a = 1"),
    (second_door, "connector/jobs.py", "from providers.writers import WRITERS"),
    (second_door, "webhooks/a.py", "from providers import writers"),
    (second_door, "ui_embed/a.py", "import providers.writers"),
)


@pytest.mark.parametrize(("law", "path", "text"), BREACHES)
def test_a_law_catches_its_breach(
    law: Callable[[Module], Iterator[str]], path: str, text: str
) -> None:
    assert list(law(Module(path, text)))


@pytest.mark.parametrize(
    "text",
    [
        "from connector.mirroring.inbox import inbox_table",
        "from connector.mirroring.inbox import i",
        "from connector.mirroring import inbox\ninbox.inbox_table",
        "import connector.mirroring.inbox\nconnector.mirroring.inbox.inbox_table",
        "from connector.mirroring import inbox as box\na = box.i.account",
    ],
)
def test_taking_a_table_from_its_owner_is_caught(text: str) -> None:
    assert list(foreign_table(Module("connector/a.py", text), lambda: OWNED))
    assert not list(foreign_table(Module("connector/mirroring/inbox.py", text), lambda: OWNED))


def test_sql_for_a_table_of_another_module_is_caught() -> None:
    text = 'tx.execute(sa.text("SELECT 1 FROM inbox"))'
    assert list(foreign_sql(Module("connector/a.py", text), lambda: OWNED))
    assert not list(foreign_sql(Module("connector/mirroring/inbox.py", text), lambda: OWNED))


def texts() -> Iterator[tuple[str, str]]:
    """Every text of the project: its code, pages, scripts and settings."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = [part for part in parts if part.startswith(".") and part not in {".ci", ".github"}]
        if hidden or "node_modules" in parts or not path.is_file():
            continue
        if path.suffix in TEXTS or path.suffix == "":
            yield "/".join(parts), path.read_text(errors="replace")


def test_the_project_speaks_of_itself_only() -> None:
    found = [
        f"{path} names {word}"
        for path, text in texts()
        for word in (*ELSEWHERE, *REGISTRIES)
        if word in text and not (path == ".ci/run" and word in ELSEWHERE)
    ]
    assert found == []
