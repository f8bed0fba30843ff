"""What the documents say is true: examples compile, lists are complete, no file speaks of what has no place here."""

import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support_embedded import REPOSITORY

from invgit import pipeline, read
from invgit.config import Settings
from invgit.model.spec import leaves, specs

NOW = datetime(2026, 11, 23, tzinfo=UTC)
KINDS = REPOSITORY / "docs/kinds"
FENCE = re.compile(r"```yaml\n# (inventory/\S+)\n(.*?)```", re.DOTALL)


def compiled(root: Path) -> pipeline.Compiled:
    return pipeline.compile_inventory(Settings(root), NOW)


def test_the_example_inventory_is_right_and_warns_of_nothing() -> None:
    found = compiled(REPOSITORY)
    assert found.diagnostics == ()
    assert len(found.inventory) > 200


def test_the_example_uses_every_field_of_every_kind() -> None:
    inventory = compiled(REPOSITORY).inventory
    unused = set()
    for spec in specs().values():
        for above, leaf in leaves(spec.declarable):
            path = ".".join([*(group.name for group in above), leaf.name])
            written = any(stands(entity.origin, above, leaf) for entity in inventory.of(spec.cls))
            if not written and not leaf.directive and "waive" not in path:
                unused.add(f"{spec.name}.{path}")
    assert not unused


def stands(origin, above, leaf) -> bool:
    """Whether a field is written in an entity, in a default for it, or in its device type."""
    from invgit.text.places import places

    sources = [(origin.source, origin.keys), (origin.source, ("defaults", origin.keys[0]))]
    if origin.inherits:
        sources.append((origin.inherits.source, origin.inherits.keys))
    for source, keys in sources:
        for path in places(source.text):
            if path[: len(keys)] == keys:
                rest = path[len(keys) :]
                if not above and rest == (leaf.name,):
                    return True
                short = above and above[0].short == leaf.name and len(rest) == 2
                if above and rest[:1] == (above[0].name,) and (rest[-1] == leaf.name or short):
                    return True
    return False


@pytest.mark.parametrize("kind", specs())
def test_the_page_of_a_kind_compiles_and_names_every_field(kind: str, tmp_path: Path) -> None:
    text = (KINDS / f"{kind}.md").read_text(encoding="utf-8")
    shutil.copytree(KINDS / "base", tmp_path, dirs_exist_ok=True)
    files = FENCE.findall(text)
    assert files, "a fence begins with the path of its file"
    for path, content in files:
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    assert [f"{each.place} {each.code} {each.message}" for each in compiled(tmp_path).diagnostics] == []
    written = "\n".join(content for _, content in files)
    missing = [field.name for field in specs()[kind].declarable if not re.search(rf"\b{field.name}:", written)]
    assert not missing


def test_every_kind_has_its_page() -> None:
    assert {path.stem for path in KINDS.glob("*.md")} == set(specs())


def test_every_field_and_kind_says_what_it_is() -> None:
    for spec in specs().values():
        assert spec.help
        for above, leaf in leaves(spec.fields):
            assert all(group.help for group in above)
            assert leaf.help.endswith((".", "`.", "…")) or leaf.help[-1].isalnum(), f"{spec.name}.{leaf.name}"


def test_links_in_the_documents_lead_somewhere() -> None:
    for path in [REPOSITORY / "README.md", *REPOSITORY.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_the_readme_shows_the_exit_codes_there_are() -> None:
    from invgit import errors
    from invgit.cli import main
    from invgit.cli.planned import CHANGES_PENDING

    codes = {each.exit_code for each in vars(errors).values() if isinstance(each, type) and hasattr(each, "exit_code")}
    known = codes | {0, 1, CHANGES_PENDING, main.OUR_BUG, main.INTERRUPTED}
    listed = re.findall(r"^\| (\d+) \|", (REPOSITORY / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {int(code) for code in listed} == known


def test_no_file_holds_a_path_of_somebodys_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    ).stdout
    for name in filter(None, listed.split("\0")):
        path = REPOSITORY / name
        if path.is_file():
            assert not re.search(rb"(?<![\w.-])/(?:home|Users|work)/[a-z]+/", path.read_bytes()), name


def test_rules_have_one_code_each() -> None:
    codes = [rule.code for rule in pipeline.rules()]
    assert len(codes) == len(set(codes))
    assert read.READ_RULES
