from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector import db, schema
from tests.processes.crew import Crew, open_crew
from tests.simulation.universe import START


@pytest.fixture(scope="session")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    """Everything up and running, on the morning of a working day; shared by all trials."""
    folder = tmp_path_factory.mktemp("processes")
    url = f"sqlite:///{folder / 'ledgerhand.db'}"
    engine = db.connect(url)
    schema.upgrade(engine)
    engine.dispose()
    with open_crew(folder, url) as crew:
        crew.town.world.clock.set(START)
        crew.start_all()
        yield crew
