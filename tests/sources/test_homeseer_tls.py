"""Over https a controller is asked only where its certificate says who it is: real handshakes on 127.0.0.1."""

import socket
import ssl
import subprocess
from pathlib import Path

import pytest
from fakes.homeseer import HomeSeer, house
from support_tls import Authority

from invgit.errors import ConfigError, SourceError
from invgit.sources.homeseer.client import Client
from invgit.sources.homeseer.settings import Controller

LOGIN = {"user": "ann", "password": "Canary-5"}


def version(url: str, **settings) -> str:
    with Client(Controller(url, **{"retries": 2, **LOGIN, **settings})) as client:
        return client.version()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """This machine answers to every name, as a line of its own in `hosts` would have it; those that were asked for."""
    asked: list[str] = []
    known = socket.getaddrinfo

    def here(host, *more, **others):
        asked.append(host)
        return known("127.0.0.1", *more, **others)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    return asked


def test_a_certificate_counts_where_its_authority_was_named(authority: Authority) -> None:
    with HomeSeer(house(3), **LOGIN, tls=authority.server()) as fake:
        assert version(fake.url, authorities=str(authority.pem)) == "4.2.22.4"


def test_nothing_is_sent_to_whom_nobody_vouches_for(authority: Authority, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with HomeSeer(house(3), **LOGIN, tls=authority.server()) as fake:
        for pem in (None, str(Authority(other).pem)):
            with pytest.raises(SourceError, match="certificate") as caught:
                version(fake.url, authorities=pem)
            assert "`ca`" in caught.value.help
            assert caught.value.exit_code == 3
        assert not fake.asked


def test_a_certificate_for_another_name_does_not_count(authority: Authority) -> None:
    with HomeSeer(house(3), **LOGIN, tls=authority.server("homeseer.lan")) as fake:
        with pytest.raises(SourceError, match="for another name"):
            version(fake.url, authorities=str(authority.pem))
        assert not fake.asked


def test_a_certificate_that_signed_itself_is_its_own_authority(tmp_path: Path) -> None:
    pem, key = tmp_path / "own.pem", tmp_path / "own.key"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=homeseer"
    alternative = "subjectAltName=IP:127.0.0.1"
    try:
        subprocess.run([*command.split(), "-addext", alternative, "-out", pem, "-keyout", key], check=True, stderr=-3)
    except FileNotFoundError:
        pytest.skip("no openssl")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    with HomeSeer(house(3), **LOGIN, tls=context) as fake:
        assert version(fake.url, authorities=str(pem)) == "4.2.22.4"
        with pytest.raises(SourceError, match="signed by nobody who is trusted"):
            version(fake.url)


@pytest.mark.parametrize(
    ("content", "what"), [(None, "cannot be read"), (b"", "no certificates"), (b"x\xff", "no cert")]
)
def test_a_file_without_certificates_is_told(content, what, tmp_path: Path) -> None:
    pem = tmp_path / "homeseer.pem"
    if content is not None:
        pem.write_bytes(content)
    with HomeSeer(house(3)) as fake, pytest.raises(ConfigError, match=what) as caught:
        version(fake.url.replace("http:", "https:"), authorities=str(pem))
    assert "homeseer.pem" in caught.value.message


def test_http_and_https_that_are_mixed_up_are_told(authority: Authority) -> None:
    with HomeSeer(house(3)) as fake, pytest.raises(SourceError, match="TLS failed"):
        version(fake.url.replace("http:", "https:"), retries=0)
    with HomeSeer(house(3), tls=authority.server()) as fake, pytest.raises(SourceError, match="cannot be asked"):
        version(fake.url.replace("https:", "http:"), retries=0)


def test_myhs_is_asked_with_everything_in_the_query(authority: Authority, names: list[str]) -> None:
    secret = "Umläut: 1%+&=#?/"
    with HomeSeer(house(3), "ann@example.com", secret, tls=authority.server("myhs.homeseer.com")) as fake:
        url = fake.url.replace("127.0.0.1", "MyHS.HomeSeer.com")
        settings = {"user": "ann@example.com", "password": secret, "license": "L-77", "authorities": str(authority.pem)}
        assert version(url, **settings) == "4.2.22.4"
        assert set(names) == {"myhs.homeseer.com"}
        path, headers = fake.asked[0]
        assert path.startswith("/json?request=hsversion&")
        assert "licenseid=L-77" in path
        assert "Authorization" not in headers


@pytest.mark.parametrize(
    ("host", "asked"),
    [("küche.example", "xn--kche-0ra.example"), ("HomeSeer.lan.", "homeseer.lan."), ("home_seer", "home_seer")],
)
def test_names_are_asked_as_the_network_knows_them(host: str, asked: str, names: list[str]) -> None:
    with HomeSeer(house(3), **LOGIN) as fake:
        url = fake.url.replace("127.0.0.1", host)
        assert version(url) == "4.2.22.4"
        fake.odd, fake.location = "redirect", f"{fake.url.replace('127.0.0.1', asked)}/json?request=hsversion"
        with pytest.raises(SourceError, match="again and again"):  # the same host, however it is spelt
            version(url)
    assert {each.decode() if isinstance(each, bytes) else each for each in names} == {asked}


def test_ipv6_is_asked() -> None:
    try:
        fake = HomeSeer(house(3), **LOGIN, host="::1")
    except OSError:
        pytest.skip("no IPv6 here")
    with fake:
        assert version(fake.url) == "4.2.22.4"
        fake.odd = "redirect"
        for fake.location in ("http://[::2]/", "http://xn--a.example/", "http://⒈.example/", "//a..b:99999/"):
            with pytest.raises(SourceError, match="another server"):
                version(fake.url)


@pytest.mark.parametrize("host", ["-ü-.example", "xn--a.example", "a..b", "ü" * 70, "⒈.example"])
def test_a_name_that_is_none_is_told(host: str) -> None:
    try:
        controller = Controller(f"http://{host}", retries=0)
    except ConfigError:
        return
    with Client(controller) as client, pytest.raises(SourceError, match="cannot be asked"):
        client.version()
