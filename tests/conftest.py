"""What all tests share: a matplotlib without a window, quiet random seeds, and no test that alters the surroundings."""

from __future__ import annotations

import os
import runpy
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("MPLBACKEND", "Agg")
# Data sets that stand beside the checkout serve as the mirror; where there are none, tests that need them are skipped.
BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"
if BESIDE.is_dir():
    os.environ.setdefault("GREATFEAR_DATA", str(BESIDE))

# Two shared cores and kernels that compile on their first call: a time limit for a single example says nothing.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("house")


# Files that take longest, longest first: begun last, one of them would keep a single process busy at the end.
LONGEST = (
    "test_web_browser.py", "test_ensemble.py", "test_counterfactual.py", "test_recover_aliases.py", "test_simulate_bytes.py",
    "test_simulate_resume.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the longest files first; all others stay in their order."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONGEST)))


@pytest.fixture(autouse=True)
def _surroundings_stay() -> Iterator[None]:
    """Fail a test that leaves the working folder or the environment other than it found them."""
    folder, environment = os.getcwd(), dict(os.environ)
    yield
    # pytest itself notes the running test there, and libraries mark once that they are loaded
    passing = {"PYTEST_CURRENT_TEST", "KMP_INIT_AT_FORK", "KMP_DUPLICATE_LIB_OK", "_RJEM_MALLOC_CONF"}
    changed = {name for name in {*environment, *os.environ} - passing if environment.get(name) != os.environ.get(name)}
    assert os.getcwd() == folder, "the test changed the working folder"
    assert not changed, f"the test changed the environment: {sorted(changed)}"


# Every process that a test starts, and this one, makes no connection but to this computer.
GUARDED = Path(__file__).parent / "guarded"
NOTED = "GREATFEAR_TEST_CONNECTIONS"
is_guarded = NOTED in os.environ
# each process that runs tests has a file of its own: what one test did is not laid at the door of a test beside it
os.environ[NOTED] = tempfile.mkstemp(prefix="greatfear-connections-")[1]
if not is_guarded:
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(GUARDED), os.environ.get("PYTHONPATH")]))
    runpy.run_path(str(GUARDED / "sitecustomize.py"))


@pytest.fixture(autouse=True)
def _no_connection() -> Iterator[None]:
    """Fail a test if any process asked for an address outside this computer meanwhile, even if the error was caught."""
    yield
    file = Path(os.environ[NOTED])
    asked = file.read_text()
    file.write_text("")
    assert not asked, f"connections were made: {asked}"
