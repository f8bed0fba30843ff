"""Whatever comes as an answer is understood, or an error with words: nothing else ever happens."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invgit.errors import SourceError
from invgit.sources.homeseer import answers
from invgit.sources.homeseer.body import decoded, document, masked
from invgit.sources.homeseer.collapse import collapse

KEYS = st.sampled_from(
    "ref name location location2 value status device_type_string last_change relationship hide_from_view interface_name"
    " associated_devices device_type Device_API Device_Type Device_SubType ControlPairs ControlValue ControlUse Label"
    " Devices Version Response location1 hsVersion isLocation1First useLocation2 location1Label".split()
)
SCALAR = st.none() | st.booleans() | st.integers(-3, 5) | st.integers() | st.floats() | st.text(max_size=8)
DATES = st.builds("/Date({}{})/".format, st.integers(), st.sampled_from(["", "+0100", "-0500", "+1", "Z"]))
VALUE = st.recursive(
    SCALAR | DATES | st.sampled_from(["Error: no", "error", "4.2", "\ud800", "\0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)
DEVICE = st.fixed_dictionaries({"ref": st.integers(1, 6), "name": st.text(max_size=3)}).flatmap(
    lambda right: st.dictionaries(KEYS, VALUE, max_size=3).map(lambda more: {**right, **more})
)
READERS = (answers.status, answers.controls, answers.locations, answers.session, answers.version)


def understood(body: bytes) -> None:
    with suppress(SourceError):
        text, _ = decoded(body)
        found = document("getstatus", text, ["a long secret"])
        masked(found, ["a long secret"])
        for read in READERS:
            with suppress(SourceError):
                made = read(found)
                if isinstance(made, answers.Status):
                    collapse(made.records)


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_an_answer_or_an_error(body: bytes) -> None:
    understood(body)


@given(st.dictionaries(KEYS, VALUE, max_size=5) | st.builds(lambda devices: {"Devices": devices}, st.lists(DEVICE)))
def test_any_json_is_an_answer_or_an_error(found) -> None:
    understood(json.dumps(found).encode())


@given(st.lists(DEVICE, min_size=1))
def test_what_is_understood_has_each_ref_once(devices) -> None:
    with suppress(SourceError):
        refs = [each.ref for each in answers.status({"Devices": devices}).records]
        assert sorted(set(refs)) == sorted(refs) == sorted(each["ref"] for each in devices)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, "1" * 5000, '{"a":' + "1" * 5000 + "}", "\x00", "nul"]
)
def test_what_breaks_parsers_is_told(text: str) -> None:
    with pytest.raises(SourceError, match="no JSON, or was cut off"):
        document("getstatus", text)


def test_older_and_partial_answers_are_understood() -> None:
    assert answers.session({"hsVersion": "3.0.0.548"}).first_is_location1 is None
    assert answers.session({"isLocation1First": "yes", "location1Label": 7}) == answers.Session()
    assert answers.locations({"location1": ["Hall"]}) == answers.Locations(("Hall",), ())
    assert answers.controls({"Name": "HomeSeer Devices", "Version": "1.1", "Devices": []}) == ()
    (control,) = answers.controls({"ref": 7, "ControlPairs": [{"Label": "On", "ControlValue": 255, "ControlUse": 1}]})
    assert control == answers.Control(7, "On", 255.0, 1)
    assert answers.controls({"Devices": [{"ref": 7, "ControlPairs": None}]}) == ()
