"""The scripts for Windows: right as far as that can be told without a Windows."""

import re

import pytest
from support_embedded import REPOSITORY
from support_powershell import faults

SCRIPTS = sorted([*REPOSITORY.glob("scripts/*.ps1"), *REPOSITORY.glob(".ci/*.ps1")])
REGISTER = (REPOSITORY / "scripts/Register-InvgitTasks.ps1").read_text(encoding="utf-8")
RUN = (REPOSITORY / "scripts/Invoke-InvgitTask.ps1").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_right_for_5_1_and_for_7(path) -> None:
    text = path.read_text(encoding="utf-8")
    assert faults(text) == []
    assert "#Requires -Version 5.1" in text
    assert "Set-StrictMode -Version 3.0\n$ErrorActionPreference = 'Stop'\n" in text
    assert [number for number, line in enumerate(text.splitlines(), 1) if len(line) > 120] == []
    assert text.count("\n") <= 300


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_that_no_windows_has_run_says_so(path) -> None:
    assert "NEVER EXECUTED" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("if ($Status) {", "if ($Status {", "syntax"),
        ("    return\n}\nif ($Unregister)", "    return\nif ($Unregister)", ""),
        ("register ${task}: use", "register $task: use", "$task: is no variable; write ${task}:"),
        ("try { $one", "try { Get-Date } ; { $one", ""),
        (" catch { $one.Value }", "", "try without catch or finally"),
        ("return $found[0].Source", "return $found ?? 1", "?? is for PowerShell 7 only"),
        ("return $found[0].Source", "return $found ? 1 : 2", "? is for PowerShell 7 only"),
        ("$words += ' --pr'", "Get-Date && Get-Date", "&& or || is for PowerShell 7 only"),
        ("-RandomDelay", "-RandomDelays", "New-ScheduledTaskTrigger has no -randomdelays"),
        ("StartWhenAvailable  ", "StartWhenAvailabel  ", "New-ScheduledTaskSettingsSet has no -startwhenavailabel"),
        ("-Force @account", "-Forced @account", "Register-ScheduledTask has no -forced"),
        ("Password = $Cred", "Passwort = $Cred", "Register-ScheduledTask has no -passwort"),
        ("Get-Acl -LiteralPath", "Get-Alc -LiteralPath", "nobody knows Get-Alc"),
        ("$strangers = @(", "5 = @(", "assigned to what is no variable"),
        ("Begin with", "Begin \u2013 with", "not ASCII: 5.1 reads a file without a mark as ANSI"),
        ("return $LASTEXITCODE -eq 0", "return $LASTEXITCODE -eq", ""),
        ('\n"@\n', '\n "@\n', ""),
        ("foreach ($pair in @(", "foreach ($pair in @((", ""),
    ],
)
def test_a_mistake_in_a_script_is_found(before: str, after: str, told: str) -> None:
    """Each of them once stands for its kind: what the grammar sees, and what it lets through."""
    assert before in REGISTER
    found = faults(REGISTER.replace(before, after))
    assert found
    assert not told or any(each.endswith(f": {told}") for each in found), found


def test_good_ways_to_write_are_no_mistakes() -> None:
    assert (
        faults('$a = "${b}: $($c.D): `$e: f"\r\ntry { Get-Date } finally { Get-Date }\r\n$x.Y = @{ Z = 1 }\r\n') == []
    )


def test_the_task_overlaps_with_nothing_comes_late_and_ends() -> None:
    for said in (
        "MultipleInstances          = 'IgnoreNew'",
        "StartWhenAvailable         = $true",
        "ExecutionTimeLimit         = New-TimeSpan -Minutes $LimitMinutes",
        "-RunLevel Limited",
        "-Once -At (Get-Date).Date -RepetitionInterval $every",
    ):
        assert said in REGISTER
    assert not re.search(r"RepetitionDuration|Bypass|RunLevel Highest|MaxValue", REGISTER)


def test_nothing_is_pushed_unless_somebody_says_so_and_never_by_s4u() -> None:
    assert "sync   = @('sync', 'homeseer')" in REGISTER
    assert "if ($Pr -and $Which -eq 'sync') { $words += ' --pr' }" in REGISTER
    assert "if ($Pr -and $LogonType -eq 'S4U') { throw" in REGISTER
    assert "--pr" not in RUN
    assert "--accept" not in REGISTER


def test_the_runner_takes_what_the_task_gives() -> None:
    given = re.findall(r"@\('(-\w+)', \$\w+\)", REGISTER)
    taken = re.findall(r"\[Parameter\(Mandatory = \$true\)\] \[string\] \$(\w+)", RUN)
    assert [each.removeprefix("-") for each in given] == taken


def test_the_meanings_are_those_of_invgits_exit_codes() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    codes = set(re.findall(r"^\| (\d+) \|", readme, re.MULTILINE))
    told = set(re.findall(r"^    '(\d+)' +=", REGISTER, re.MULTILINE))
    assert {code for code in told if int(code) < 256} <= codes
    assert codes - told == {"4", "6"}, "no task asks for changes alone, or carries out a saved plan"
