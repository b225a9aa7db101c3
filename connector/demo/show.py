"""The demonstration from the first process to the last word."""

from __future__ import annotations

import json
import shutil
import signal
import tempfile
import time
from argparse import Namespace
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path

from connector import jobs, logs
from connector.clients import tenants
from connector.demo import information
from connector.demo.browser import Lost
from connector.demo.passing import Life, Passage
from connector.demo.plan import Plan, plan_of
from connector.demo.product import NotRunning
from connector.demo.report import Figures, figures
from connector.demo.scene import Scene
from connector.demo.table import Board
from connector.demo.verdict import Verdict, verdicts
from connector.learning.book_files import BadBook
from providers.errors import TryLater

RECONCILE_SECONDS = 1.0
"""While it serves, the demonstration looks for forgotten work itself, so that money which only a
poll finds is applied within ten seconds."""


class Stopped(RuntimeError):
    """The demonstration cannot go on; the text says why, and what to do where that is known."""


def run(given: Namespace) -> None:
    """Everything, until the days have passed (`exit`) or Ctrl-C. Raises Stopped."""
    logs.start("error")
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        plan = plan_of(given.book, given.days)
    except BadBook as bad:
        raise Stopped(str(bad)) from None
    folder = Path(given.folder or tempfile.mkdtemp(prefix="ledgerhand-demo-")).absolute()
    if given.folder and folder.exists() and any(folder.iterdir()):
        raise Stopped(f"{folder} is not empty; name a new folder, or none at all")
    is_kept = bool(given.folder)
    scene = Scene(folder, plan.begins)
    try:
        with Board() as board:
            _play(scene, plan, board, given)
        if not given.exit:
            _serve(scene)
    except (Lost, NotRunning, TryLater) as lost:
        is_kept = True
        raise Stopped(f"the demonstration stopped: {lost}; its files are in {folder}") from None
    finally:
        _end(scene, None if is_kept else folder)


def _end(scene: Scene, folder: Path | None) -> None:
    """Stop everything, whoever is impatient; a folder that nobody asked for is removed."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    scene.stop()
    if folder:
        shutil.rmtree(folder, ignore_errors=True)


def _play(scene: Scene, plan: Plan, board: Board, given: Namespace) -> None:
    began = time.monotonic()
    board.say("Starting the simulated ledgers, the pages and the workers.")
    scene.start()
    board.say(f"Pages: {scene.base_url}")
    passage = Passage(scene.stage.simulation, scene.product)
    lives = plan.lives(scene)
    passage.settle()
    for day in sorted({day for life in lives for day in life.days()})[: given.days or None]:
        _pass_day(scene, passage, board, lives=lives, day=day, moments=plan.moments(day))
    found = verdicts(scene, passage)
    if given.report:
        _write_report(Path(given.report), found, round(time.monotonic() - began, 1))
    told = information.gathered(
        scene.stage, page_url=scene.base_url,
        variables=scene.product.variables_file, ours=scene.ours, tools=scene.tools,
        connections=scene.connections,
    )  # fmt: skip
    if given.info:
        information.write(Path(given.info), told)
    board.end([verdict.figures for verdict in found])
    board.say("\n".join(verdict.sentence for verdict in found))
    if not given.exit:
        board.say(information.text(told))


def _pass_day(
    scene: Scene, passage: Passage, board: Board, *, lives: Sequence[Life], day: date,
    moments: Sequence[datetime],
) -> None:  # fmt: skip
    is_awaited = any(life.is_awaited(day) for life in lives)
    for moment in moments:
        passage.hop(moment)
        for life in lives:
            life.live(scene.stage.simulation.world.clock.now())
        if is_awaited:
            passage.settle()
        board.show(moment, partial(_figures, scene), is_last=moment == moments[-1])


def _serve(scene: Scene) -> None:
    """Until interrupted. The clock goes on by itself, in real time."""
    while True:
        scene.product.start_missing()
        jobs.reconcile(scene.product.deps)
        time.sleep(RECONCILE_SECONDS)


def _figures(scene: Scene) -> list[Figures]:
    with scene.product.deps.reading() as tx:
        return [figures(tx, connection) for connection in tenants.connections(tx)]


def _write_report(file: Path, found: Sequence[Verdict], seconds: float) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    companies = [verdict.shown() for verdict in found]
    file.write_text(json.dumps({"seconds": seconds, "companies": companies}, indent=2))


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
