"""One PostgreSQL for a whole test run, a fresh database for each test, and an environment that says nothing.

INVGIT_NO_SKIPS=1     a skip is a failure
INVGIT_TEST_DSN=…     a server to test against instead of the embedded one: a role that may create databases and roles
INVGIT_SEED=…         what is left to chance is the same in every run: the number is the dice of kills and faults
CI=1                  more examples of every law, the same in every run
--slow                the proofs that take minutes, too

`--hypothesis-profile deep` looks at 2,000 examples of every law; `--hypothesis-show-statistics` counts them.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from support_database import Cluster, Database, embedded_cluster, named_cluster
from support_house import HOUSE
from support_project import Project

# These look at processes, accounts and signals as Linux has them, or make links and pipes that Windows has not
collect_ignore_glob = (
    [] if sys.platform == "linux" else ["state/test_embedded*", "state/test_other*", "apply/test_[cfp]*"]
)
if sys.platform == "win32":
    collect_ignore_glob += ["read/test_files*", "edit/test_together*", "edit/test_cut_off*"]

_KEPT = {"INVGIT_NO_SKIPS", "INVGIT_TEST_DSN", "INVGIT_TEST_CI", "INVGIT_SEED"}
_GONE = {"CI", "SOURCE_DATE_EPOCH", "NO_COLOR", "FORCE_COLOR"}

if os.environ.get("CI", "").lower() not in {"", "0", "false"}:
    os.environ["INVGIT_TEST_CI"] = "1"  # the processes of pytest-xdist start with what is left of the environment
for name in list(os.environ):
    if (name in _GONE or name.startswith(("PG", "INVGIT_"))) and name not in _KEPT:
        del os.environ[name]

_ANY_SPEED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}
_UNSHRUNK = [phase for phase in Phase if phase not in {Phase.shrink, Phase.explain}]
_SAME = "INVGIT_SEED" in os.environ
settings.register_profile(
    "few", max_examples=25, derandomize=_SAME, phases=_UNSHRUNK, report_multiple_bugs=False, **_ANY_SPEED
)
settings.register_profile("ci", max_examples=100, derandomize=True, print_blob=True, **_ANY_SPEED)
settings.register_profile("deep", max_examples=2000, print_blob=True, **_ANY_SPEED)
settings.load_profile("ci" if "INVGIT_TEST_CI" in os.environ else "few")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the proofs that take minutes, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Slow tests are left out, not skipped: a skip says that something is missing here, root's rights for example."""
    for item in items:
        if (wanted := item.get_closest_marker("root")) and (lacking := _lacks(**wanted.kwargs)):
            item.add_marker(pytest.mark.skip(reason=lacking))
    if not config.getoption("--slow"):
        slow = [item for item in items if item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


@cache
def _lacks(*, mounts: bool = False) -> str:
    """What this process lacks to be the root that a test needs; nothing where it is."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "needs root"
    if mounts and subprocess.run(["unshare", "--mount", "true"], check=False).returncode:
        return "needs root that may mount and make namespaces"
    return ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    return _never_skipped(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    report = yield
    return _never_skipped(report)


def _never_skipped(report):
    """With INVGIT_NO_SKIPS what was skipped has failed; what is expected to fail is no skip."""
    if os.environ.get("INVGIT_NO_SKIPS") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although INVGIT_NO_SKIPS is set: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The server of this run (of this process of pytest-xdist); gone when the run is over."""
    dsn = os.environ.get("INVGIT_TEST_DSN")
    with named_cluster(dsn) if dsn else embedded_cluster() as found:
        yield found


@pytest.fixture
def database(cluster: Cluster) -> Iterator[Database]:
    """A database with the current schema and nothing in it."""
    with cluster.database() as made:
        yield made


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[Database]:
    """A database in which nobody has made anything yet."""
    with cluster.database(migrated=False) as made:
        yield made


@pytest.fixture
def project(database: Database, tmp_path: Path) -> Project:
    """A folder with an `invgit.yaml` that names the test's database; its commands come from who may apply, or look."""
    return Project(tmp_path / "project", database.applier, database.reader)


@pytest.fixture
def owned(database: Database, tmp_path: Path) -> Project:
    """The same, as the owner of the database."""
    return Project(tmp_path / "owned", database.dsn)


@pytest.fixture
def house(tmp_path: Path) -> Project:
    """A project with something of every kind, whose database nobody needs."""
    made = Project(tmp_path / "project", "")
    made.write(HOUSE)
    return made
