"""The shape of the house: arrows point down, libraries stay in their rooms, nothing grows too large."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "invgit"
MODULES = sorted(PACKAGE.rglob("*.py"))

LAYERS = {
    7: {"__main__"},
    6: {"cli", "serve"},
    5: {"pipeline"},
    4: {"config"},
    3: {"apply", "render", "propose"},
    2: {"read", "check", "plan", "state", "edit", "export", "sources", "notify"},
    1: {"model"},
    0: {"text", "git", "diagnostics", "errors", "http", "locks", "paths", "tls", "__init__"},
}
LAYER_OF = {name: layer for layer, names in LAYERS.items() for name in names}
# siblings of one layer that may know each other: apply carries out plans on state; layer 0 is everybody's
ALLOWED_IN = {"apply": {"model", "plan", "state"}, "render": {"model", "plan"}, "propose": {"model", "edit", "sources"}}
# the deepest layer of config is the settings that a stage declares for itself
CONFIG_KNOWS = {"state.settings", "sources.settings", "notify.settings", "propose.settings"}

FENCES = {
    "aiooui": ("sources/",),
    "yaml": ("text/",),
    "pydantic": ("config/",),
    "pydantic_core": ("model/", "config/"),
    "psycopg": ("state/",),
    "click": ("cli/",),
    "rich": ("cli/",),
    "jinja2": ("render/", "export/"),
    "httpx": ("http.py",),
    "deepdiff": ("plan/",),
    "defusedxml": ("sources/",),
    "jsonschema": ("model/schema.py",),
    "subprocess": ("git/", "state/", "sources/", "propose/forge.py"),
    "platformdirs": ("state/",),
}
WALL_CLOCK = re.compile(r"\b(?:datetime\.now|datetime\.utcnow|date\.today|time\.time)\(")
# matched wrongly before Python 3.11.5 (python/cpython#106052), which Debian 12 has
POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{\d*,?\d*\})\+|\(\?>")
INTROSPECTION = re.compile(r"get_type_hints|get_annotations|FieldInfo")

MAX_FILE, MAX_TEST_FILE, MAX_FUNCTION = 300, 400, 60


def room(path: Path) -> str:
    """The first part of a module's path: the box of the picture it belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def inside(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every imported module, by its full name: lazy ones and those for types alone too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = ["invgit", *path.relative_to(PACKAGE).with_suffix("").parts][: -node.level]
                base = ".".join([*parts, base]).rstrip(".")
            yield base, node.lineno
            yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)


def ours(path: Path) -> set[str]:
    """Modules of ours that a module imports, without the package's name."""
    known = {".".join(each.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__") for each in MODULES}
    found = {name.removeprefix("invgit.") for name, _ in imports(path) if name.startswith("invgit.")}
    return {name for name in found if name in known}


def test_every_module_has_its_layer() -> None:
    assert {room(path) for path in MODULES} <= LAYER_OF.keys()


@pytest.mark.parametrize("path", MODULES, ids=inside)
def test_imports_point_down(path: Path) -> None:
    here = room(path)
    for name in ours(path):
        there = name.split(".")[0]
        if there == here or LAYER_OF[there] == 0:
            continue
        if here == "config":
            assert name in CONFIG_KNOWS | {"state"} or there == "model", f"{inside(path)} knows {name}"
        elif here in ALLOWED_IN:
            assert there in ALLOWED_IN[here], f"{inside(path)} knows {name}"
        elif LAYER_OF[here] == 2:
            assert there == "model", f"{inside(path)} knows {name}, a stage beside it"
        else:
            assert LAYER_OF[there] < LAYER_OF[here], f"{inside(path)} knows {name}, above it"


def test_no_import_goes_in_a_circle() -> None:
    graph = {}
    for path in MODULES:
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        # a package and what is in it are one: importing a module imports its packages
        graph[name] = {each for each in ours(path) if each != name and not name.startswith(f"{each}.")}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join([*trail[trail.index(name) :], name])
        if name not in done:
            for each in sorted(graph.get(name, ())):
                visit(each, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("path", MODULES, ids=inside)
def test_each_library_stays_in_its_room(path: Path) -> None:
    for name, line in imports(path):
        rooms = FENCES.get(name.split(".")[0])
        assert rooms is None or inside(path).startswith(rooms), f"{inside(path)}:{line} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=inside)
def test_only_the_pipeline_reads_the_clock_and_only_spec_looks_into_classes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if inside(path) != "pipeline/compiled.py" and "guard" not in path.parts:
        assert not WALL_CLOCK.search(text)
    if inside(path) != "model/spec.py":
        assert not INTROSPECTION.search(text)


@pytest.mark.parametrize("path", MODULES, ids=inside)
def test_no_group_is_matched_possessively(path: Path) -> None:
    assert not POSSESSIVE_GROUP.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=inside)
def test_only_the_command_line_prints_or_exits(path: Path) -> None:
    if room(path) == "cli" or "guard" in path.parts:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in {"print", "sys.exit", "exit"}, f"{inside(path)}:{node.lineno}"


SCRIPTS = [each for each in (ROOT / "scripts").iterdir() if each.suffix in {"", ".py"}]
EVERYTHING = sorted([*MODULES, *(ROOT / "tests").rglob("*.py"), *SCRIPTS])


@pytest.mark.parametrize(
    "path", [each for each in EVERYTHING if each.is_file()], ids=lambda each: str(each.relative_to(ROOT))
)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    limit = MAX_TEST_FILE if "tests" in path.parts else MAX_FILE
    assert text.count("\n") <= limit, f"{path.name} has {text.count(chr(10))} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MAX_FUNCTION, f"{path.name}:{node.lineno} {node.name} has {length} lines"


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc"])
def test_nothing_is_called_after_having_no_name(name: str) -> None:
    assert not list(PACKAGE.rglob(f"{name}.py"))


def test_suppressions_have_a_reason_and_are_few() -> None:
    found = []
    for path in MODULES:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"# (?:noqa|type: ignore)", line):
                found.append(f"{inside(path)}:{number}")
                assert re.search(r"# (?:noqa: [A-Z0-9, ]+ -|type: ignore\[[a-z-]+\] #) ", line), found[-1]
    assert len(found) <= 40, found


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("test_*.py")), ids=lambda path: path.name)
def test_who_needs_a_lab_is_marked_so(path: Path) -> None:
    """By this mark `.ci/run` finds what its ordinary user cannot run."""
    text = path.read_text(encoding="utf-8")
    assert "from support_lab import" not in text or "pytest.mark.root(mounts=True)" in text
