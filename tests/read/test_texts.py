"""Texts better not kept as files of a repository: conflicts, pointers, invisible characters, keys, sheer size."""

import time

import pytest
from support_cases import codes, compile_text, found, shown

from invgit.check import RULES as CHECKS

NAS = "devices:\n  nas: {name: NAS, type: nas}\n"


def test_a_merge_conflict() -> None:
    text = "zones:\n<<<<<<< HEAD\n  a: {name: A}\n||||||| base\n=======\n  b: {name: B}\n>>>>>>> other\n"
    assert found(compile_text(text)) == ["things.yaml:2:1 merge-conflict"]
    assert (
        found(compile_text("zones:\n  a:\n    name: A\n    metadata:\n      x: |\n        <<<<<<< this is text\n"))
        == []
    )


def test_a_pointer_of_git_lfs() -> None:
    result = compile_text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n")
    assert found(result) == ["things.yaml:1:1 lfs-pointer"]
    assert "git lfs pull" in shown(result)


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\x00", "U+0000"),
        ("\x1b", "U+001B"),
        ("\x7f", "U+007F"),
        ("\x9b", "U+009B"),
        ("\u202e", "right-to-left override"),
        ("\u200b", "zero width space"),
        ("\ufeff", "U+FEFF"),
        ("\u2028", "line separator"),
        ("\x85", "U+0085"),
    ],
)
def test_characters_that_nobody_sees(character: str, name: str) -> None:
    result = compile_text(f"zones:\n  a: {{name: 🛋{character}}}\n")
    assert found(result) == ["things.yaml:2:14 bad-character"]
    assert name in shown(result)
    assert character not in shown(result)


def test_characters_that_languages_need() -> None:
    assert found(compile_text("zones:\n  a: {name: नमस्ते \u200d\u200c عربي 👩\u200d👩\u200d👧 \u00ad}\n")) == []


@pytest.mark.parametrize("word", ["", "RSA ", "OPENSSH ", "ENCRYPTED "])
def test_a_private_key(word: str) -> None:
    sign = "-----{} " + word + "PRIVATE KEY-----"
    key = f"{sign.format('BEGIN')}\n        c2VjcmV0\n        {sign.format('END')}"
    result = compile_text(f"zones:\n  a:\n    name: A\n    metadata:\n      x: |\n        {key}\n")
    assert found(result) == ["things.yaml:6:9 secret"]
    assert "c2Vj" not in shown(result)
    assert "BEGIN" not in shown(result)
    assert codes(compile_text(f"# {sign.format('BEGIN')}\nzones: {{}}\n")) == {"secret"}


@pytest.mark.parametrize(
    "key",
    ["password", "wifi_password", "Passwd", "psk", "wifi-psk", "wpa psk", "preSharedKey", "pre_shared_key", "secret",
     "secrets", "client_secret", "token", "access_token", "accessToken", "api_key", "apikey", "apiKey", "API-KEY",
     "private_key", "access_key", "credentials", "passphrase", "password_hash", "db_password_value"],
)  # fmt: skip
def test_keys_that_name_a_secret(key: str) -> None:
    for value in ("hunter2", "'hunter2'", "[a, hunter2]", "|\n        hunter2"):
        result = compile_text(f"zones:\n  a:\n    name: A\n    metadata:\n      {key}: {value}\n")
        assert codes(result) == {"secret"}, value
        assert "hunter2" not in shown(result)


@pytest.mark.parametrize(
    "text",
    ["has_password: true", "password:", "token: null", "password_policy: strong", "tokens_seen: 5", "secretary: Ada",
     "keyboard: de", "key: C major", "api: v2", "passive: yes", "see: https://example.com:8080/@me",
     "git: ssh://git@host/x", "public_key: ssh-ed25519"],
)  # fmt: skip
def test_what_only_looks_like_a_secret(text: str) -> None:
    assert found(compile_text(f"zones:\n  a:\n    name: A\n    metadata:\n      {text}\n")) == []


@pytest.mark.parametrize("end", ["", "'x", "]", "\n   x: [", ': "'])
def test_no_secret_is_shown_from_a_broken_file(end: str) -> None:
    for text in ("wifi: {psk: hunter2, x: y}", "wifi:\n    api_key: hunter2", "# https://me:hunter2@host/\n  a: b"):
        assert "hunter2" not in shown(compile_text(f"networks:\n  {text}{end}\n"))


LARGE = {
    "unknown fields": "devices:\n  nas:\n    name: NAS\n    type: nas\n"
    + "".join(f"    f{at}: x\n" for at in range(10_000)),
    "unknown fields in one line": "devices: {nas: {name: NAS, type: nas, "
    + ", ".join(f"f{at}: x" for at in range(10_000))
    + "}}",
    "bad tags": "devices:\n  nas: {name: NAS, type: nas, tags: [" + "A, " * 30_000 + "]}\n",
    "references": NAS + "connections:\n" + "".join(f"  c{at}: {{from: nas, to: d{at}}}\n" for at in range(10_000)),
    "unknown kinds": "".join(f"k{at}: x\n" for at in range(10_000)),
    "bad slugs": "zones:\n" + "".join(f"  Z{at}: {{name: Z}}\n" for at in range(15_000)),
    "secrets": "zones:\n  a:\n    name: A\n    metadata:\n"
    + "".join(f"      token_{at}_token: x\n" for at in range(15_000)),
    "secrets in one line": "zones: {a: {name: A, metadata: {"
    + ", ".join(f"x{at}-token: y" for at in range(15_000))
    + "}}}",
    "broken, with spaces": "a: [\n" + " " * 900_000 + "token",
    "links": "# " + "a://b:" * 150_000,
    "letters before a link": "# " + "a" * 900_000 + "://",
    "waivers": "zones:\n  a: {name: A, waive: {" + ", ".join(f"w{at}: x" for at in range(15_000)) + "}}\n",
    "a chain of zones": "zones:\n" + "".join(f"  z{at}: {{name: Z, parent: z{at + 1}}}\n" for at in range(10_000)),
    "the same address": "networks: {lan: {name: LAN, cidr: 10.0.0.0/8}}\ndevices:\n"
    + "".join(f"  d{at}: {{name: D, type: x, network: lan, ip: 10.0.0.1, mac: 001122334455}}\n" for at in range(6_000)),
    "the same network": "networks:\n" + "".join(f"  n{at}: {{name: N, cidr: 10.0.0.0/8}}\n" for at in range(10_000)),
}


@pytest.mark.no_cover  # it is timed
@pytest.mark.parametrize("name", LARGE)
def test_many_faults_do_not_take_long(name: str) -> None:
    began = time.process_time()
    result = compile_text(LARGE[name])
    assert time.process_time() - began < 30  # seconds; what is quadratic takes minutes
    assert result.diagnostics or "link" in name


def test_rules_of_the_database_cannot_be_waived() -> None:
    assert {check.rule.code for check in CHECKS if not check.waivable} == {
        "duplicate-ip",
        "duplicate-vlan",
        "duplicate-category",
        "duplicate-connection",
    }


def test_a_number_too_large_is_found_in_free_form_fields() -> None:
    result = compile_text(
        "devices:\n  nas:\n    name: NAS\n    type: nas\n"
        "    metadata: {fine: 1e300, bad: 1e400, list: [1, {deep: -1e999}], text: '1e400'}\n"
    )
    assert found(result) == ["things.yaml:5:34 bad-number", "things.yaml:5:58 bad-number"]
