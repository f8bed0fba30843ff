"""A `renamed_from` whose origin no longer exists anywhere: told by who asks the database, and it stops nothing."""

import pytest
from support_project import Project

OWNERS = {"o/organization.yaml": "organization: {name: O}"}
BEFORE = OWNERS | {"o/s/site.yaml": "site: {name: S}\nzones:\n  office: {name: Office}\n"}
AFTER = OWNERS | {"o/s/site.yaml": "site: {name: S}\nzones:\n  study: {name: Office, renamed_from: office}\n"}


def test_a_rename_that_is_still_to_come_is_no_warning(project: Project) -> None:
    project.write(BEFORE)
    project.apply()
    project.write(AFTER)
    assert "renamed-from-nothing" not in project.run("plan").err


def test_a_rename_that_is_done_is_a_line_too_many(project: Project) -> None:
    project.write(BEFORE)
    project.apply()
    project.write(AFTER)
    project.apply()
    result = project.run("plan")
    assert result.code == 0
    assert result.out.startswith("Nothing to do")
    assert result.err.startswith(
        "warning[renamed-from-nothing]: there is no zone:o/s/office in the database to be renamed\n"
        "  --> inventory/o/s/site.yaml:3:39\n"
    )
    assert "help: delete the line: the rename is done\n" in result.err


@pytest.mark.parametrize("command", [("plan",), ("plan", "--format", "json"), ("apply", "--yes")])
def test_a_rename_of_what_never_was_asks_how_it_was_spelled(project: Project, command: tuple[str, ...]) -> None:
    project.write(AFTER)
    result = project.run(*command)
    assert result.code == 0
    assert "warning[renamed-from-nothing]" not in result.out
    assert "help: is it spelled as it was? If so, delete the line\n" in result.err
    assert "renamed-from-nothing" not in project.run("-q", *command).err


def test_files_alone_do_not_know(project: Project) -> None:
    project.write(AFTER)
    assert project.run("validate").out == "0 errors, 0 warnings in 3 entities\n"
    explained = project.run("explain", "renamed-from-nothing")
    assert "`plan` and" in explained.out
