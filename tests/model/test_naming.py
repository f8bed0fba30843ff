"""What people type for an entity: whole addresses, paths, tails; never a guess between two."""

import pytest

from invgit.errors import UsageError
from invgit.model.entity import Address
from invgit.model.naming import matching, meant, tails

ADDRESSES = [
    Address("category", "network"),
    Address("organization", "o"),
    Address("site", "o/home"),
    Address("site", "p/home"),
    Address("network", "o/vpn"),
    Address("network", "o/home/vpn"),
    Address("device", "o/home/front-door"),
    Address("device", "o/cabin/front-door"),
    Address("device", "o/home/nas"),
    Address("zone", "o/home/nas"),
]


@pytest.mark.parametrize(
    ("word", "address"),
    [
        ("device:o/home/front-door", "device:o/home/front-door"),
        ("o/home/front-door", "device:o/home/front-door"),
        ("home/front-door", "device:o/home/front-door"),
        ("cabin/front-door", "device:o/cabin/front-door"),
        ("device:nas", "device:o/home/nas"),
        ("zone:home/nas", "zone:o/home/nas"),
        ("org:o", "organization:o"),
        ("o/home", "site:o/home"),
        ("o/vpn", "network:o/vpn"),
        ("home/vpn", "network:o/home/vpn"),
    ],
)
def test_any_tail_that_means_one_thing_will_do(word: str, address: str) -> None:
    assert str(meant(word, ADDRESSES)) == address


@pytest.mark.parametrize("word", ["front-door", "home", "nas", "vpn", "o/home/nas"])
def test_a_word_for_several_is_refused_with_all_of_them(word: str) -> None:
    with pytest.raises(UsageError) as refused:
        meant(word, ADDRESSES)
    assert "could be" in refused.value.message
    assert all(str(each) in refused.value.message for each in matching(word, ADDRESSES))


def test_of_very_many_the_first_are_listed() -> None:
    many = [Address("device", f"o/s{number:04}/nas") for number in range(500)]
    with pytest.raises(UsageError) as refused:
        meant("nas", many)
    assert refused.value.message.endswith("device:o/s0007/nas and 492 more")


@pytest.mark.parametrize(
    ("word", "help"),
    [
        ("front-dor", "did you mean `front-door`?"),
        ("home/front-dor", "did you mean `home/front-door`?"),
        ("ront-door", "did you mean `front-door`?"),
        ("zzz", "`invgit find zzz` looks everywhere"),
    ],
)
def test_a_word_for_nothing_is_refused_with_the_one_that_was_meant(word: str, help: str) -> None:
    with pytest.raises(UsageError) as refused:
        meant(word, ADDRESSES)
    assert (refused.value.message, refused.value.help) == (f"there is no entity `{word}`", help)


def test_a_tail_begins_at_a_slash() -> None:
    assert matching("door", ADDRESSES) == matching("ome/nas", ADDRESSES) == matching("", ADDRESSES) == []


def test_tails_come_shortest_first() -> None:
    assert list(tails("o/home/nas")) == ["nas", "home/nas", "o/home/nas"]
