"""An inventory with very many faults: what is told stays short enough to be read, and nothing is lost in JSON."""

import time

import pytest
from support_cases import OWNERS, compile_files, compile_text, shown

from invgit.cli.views import diagnostics as view


def test_what_is_told_of_very_many_faults_can_be_read() -> None:
    warnings = "devices:\n" + "".join(
        f"  d{at}: {{name: D, type: x, warranty_expiry: 2020-01-01}}\n" for at in range(150)
    )
    errors = "devices:\n" + "".join(f"  e{at}: {{name: E, type: x, mac: y}}\n" for at in range(150))
    result = compile_files({**OWNERS, "home/house/a.yaml": warnings, "home/house/b.yaml": errors})
    text = shown(result)
    assert text.count("error[bad-mac]") == view.SHOWN  # the warnings stand before them, and do not hide them
    assert "… and 200 more in 2 files: 150 × warranty-ended, 50 × bad-mac\n  help: mend some" in text
    assert text.endswith("\n150 errors, 150 warnings in 302 entities\n")
    assert len(view.document(result.diagnostics, 0)["diagnostics"]) == 300


def test_a_hundred_faults_are_all_told() -> None:
    devices = "devices:\n" + "".join(f"  d{at}: {{name: D, type: x, mac: y}}\n" for at in range(view.SHOWN))
    text = shown(compile_text(devices))
    assert text.count("error[bad-mac]") == view.SHOWN
    assert "more in" not in text


@pytest.mark.no_cover  # it is timed
def test_thirty_thousand_faults_take_seconds() -> None:
    device = "  d{file}-{at}: {{name: D, type: x, mac: y, ip: z, colour{at}: red}}\n"
    files = {
        f"home/house/{file}.yaml": "devices:\n" + "".join(device.format(file=file, at=at) for at in range(2_000))
        for file in range(5)
    }
    began = time.process_time()
    result = compile_files({**OWNERS, **files})
    text = shown(result)
    assert time.process_time() - began < 60  # seconds; it takes two, a quadratic one would take an hour
    assert len(result.diagnostics) == 30_000
    assert len(text) < 50_000
