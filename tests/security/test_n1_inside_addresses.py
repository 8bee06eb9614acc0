"""N1: no address that a stranger writes reaches the inside, or holds a worker up."""

import gzip
import os
import time
import tracemalloc
import zlib
from functools import cache

import pytest

from integrations import http, transport
from integrations.egress import Gate, is_public
from integrations.errors import EgressDenied, IntegrationError, Unavailable
from tests.security.strangers import certificate_for, says, serving

PUBLIC = "140.82.121.3"
OUTSIDE = "files.example"


def gate(*addresses, allow=(OUTSIDE,), **more):
    """Return a gate whose name server gives these addresses."""
    return Gate(allow=frozenset(allow), resolve=lambda host: list(addresses), **more)


def test_an_allowed_name_at_a_public_address_passes():
    target = gate(PUBLIC).target(f"https://{OUTSIDE}/a/b.yaml?x=1")
    assert (target.host, target.port, target.path, target.ip) == (OUTSIDE, 443, "/a/b.yaml?x=1", PUBLIC)


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example/",
        "HTTPS://files.example/",
        "ftp://files.example/",
        "file:///etc/passwd",
        "//files.example/",
        "https:files.example",
        "https:///files.example",
        "https://",
        "",
        " https://files.example/",
        "https://files.example/\n",
        "https://files.example/a b",
        "https://files.example/\x00",
        "https://files.example/#fragment",
        "https://files.example#@evil.example/",
        "https://user@files.example/",
        "https://user:password@files.example/",
        "https://files.example@evil.example/",
        "https://evil.example\\@files.example/",
        "https://files.example\\.evil.example/",
        "https://files.example%2eevil.example/",
        "https://files.example:22/",
        "https://files.example:4430/",
        "https://files.example:/",
        "https://files.example:443:80/",
        "https://files.example./",
        "https://files。example/",
        "https://fıles.example/",
        "https://ｆiles.example/",
        "https://evil.example/",
        "https://files.example.evil.example/",
        "https://evil-files.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://127。0。0。1/",
        "https://①②⑦.0.0.1/",
        "https://١٢٧.0.0.1/",
        "https://localhost/",
    ],
)
def test_an_address_that_is_not_plain_or_not_allowed_is_refused(url):
    with pytest.raises(EgressDenied):
        gate(PUBLIC).target(url)


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.1", "127.0.1", "0"]
)
def test_an_address_in_numbers_is_refused_even_by_a_careless_allow_list(host):
    with pytest.raises((EgressDenied, Unavailable)):
        Gate(allow=frozenset({host})).target(f"https://{host}/")


@pytest.mark.parametrize(
    "ip",
    [
        "0.0.0.0",  # noqa: S104 — it is refused
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:140.82.121.3",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:8c52:7903::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "not an address",
        "",
        "127.0.0.1 ",
    ],
)
def test_an_address_that_is_not_of_the_open_internet_is_refused(ip):
    assert not is_public(ip)
    with pytest.raises(EgressDenied):
        gate(ip).target(f"https://{OUTSIDE}/")


@pytest.mark.parametrize(
    "ip", [PUBLIC, "1.1.1.1", "172.15.255.255", "172.32.0.1", "2606:50c0:8000::153", "2a00:1450::1"]
)
def test_an_address_of_the_open_internet_passes(ip):
    assert is_public(ip)
    assert gate(ip).target(f"https://{OUTSIDE}/").ip == ip


def test_one_inside_address_among_public_ones_is_enough_to_refuse():
    with pytest.raises(EgressDenied):
        gate(PUBLIC, "10.0.0.1").target(f"https://{OUTSIDE}/")


def test_a_name_without_any_address_is_refused():
    with pytest.raises(EgressDenied):
        gate().target(f"https://{OUTSIDE}/")


# -- on the wire ------------------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path):
    return certificate_for(OUTSIDE, tmp_path)


def opened(stranger, resolve=lambda host: ["127.0.0.1"]):
    """Return a gate that takes this machine for the open internet, on the stranger's port."""
    return Gate(allow=frozenset({OUTSIDE}), port=stranger.port, resolve=resolve, public=lambda ip: ip == "127.0.0.1")


def fetch(stranger, certificate, **more):
    return http.fetch(f"https://{OUTSIDE}:{stranger.port}/a.yaml", gate=opened(stranger, **more), ca=str(certificate))


def test_a_file_of_an_allowed_host_is_read(certificate):
    with serving(says(b"kind: Component", ETag='"1"'), certificate=certificate) as stranger:
        found = fetch(stranger, certificate)
    assert (found.status, found.body, found.etag) == (200, b"kind: Component", '"1"')
    assert stranger.headers[0]["Host"] == OUTSIDE


def test_a_name_that_changes_its_address_gains_nothing(certificate):
    addresses = iter([["127.0.0.1"], ["10.0.0.1"]])
    looked_up = []

    def resolve(host):
        looked_up.append(host)
        return next(addresses)

    with serving(says(b"fine"), certificate=certificate) as stranger:
        assert fetch(stranger, certificate, resolve=resolve).body == b"fine"
        with pytest.raises(EgressDenied):
            http.fetch(f"https://{OUTSIDE}:{stranger.port}/", gate=opened(stranger, resolve), ca=str(certificate))
    assert looked_up == [OUTSIDE, OUTSIDE]
    assert stranger.asked == ["GET /a.yaml"]


def test_the_certificate_must_be_the_names(tmp_path):
    other = certificate_for("other.example", tmp_path)
    with serving(says(b"secret"), certificate=other) as stranger, pytest.raises(Unavailable):
        fetch(stranger, other)
    assert stranger.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(certificate, status):
    with (
        serving(says(b"inside")) as inside,
        serving(says(b"", status=status, Location=inside.url), certificate=certificate) as stranger,
        pytest.raises(EgressDenied, match="another address"),
    ):
        fetch(stranger, certificate)
    assert inside.asked == []


@cache
def bomb():
    """Return 200 kB that become 200 MB."""
    packer = zlib.compressobj(wbits=31)
    return b"".join([*(packer.compress(b"\0" * 1024 * 1024) for _ in range(200)), packer.flush()])


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip"])
def test_a_small_file_that_becomes_a_large_one_is_let_go(certificate, encoding):
    packed = bomb() if encoding == "gzip" else gzip.compress(bomb())
    with serving(says(packed, Content_Encoding=encoding), certificate=certificate) as stranger:
        tracemalloc.start()
        with pytest.raises(IntegrationError, match="more than 5 MB"):
            fetch(stranger, certificate)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 100_000_000


def test_a_file_that_is_too_large_as_it_is_is_let_go(certificate):
    with (
        serving(says(os.urandom(6 * 1024 * 1024)), certificate=certificate) as stranger,
        pytest.raises(IntegrationError, match="more than 5 MB"),
    ):
        fetch(stranger, certificate)


def trickle(handler):
    """Send a byte now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b".")
        time.sleep(0.05)


def silence(handler):
    """Say nothing for a long while."""
    time.sleep(3)


def test_a_trickle_is_cut_off(certificate, monkeypatch):
    monkeypatch.setattr(transport, "LONGEST_ANSWER_SECONDS", 0.5)
    began = time.monotonic()
    with serving(trickle, certificate=certificate) as stranger, pytest.raises(Unavailable, match="to answer"):
        fetch(stranger, certificate)
    assert time.monotonic() - began < 4


def test_silence_is_cut_off(certificate, monkeypatch):
    monkeypatch.setattr(http, "TIMEOUTS", (0.5, 0.5))
    with serving(silence, certificate=certificate) as stranger, pytest.raises(Unavailable, match="in time"):
        fetch(stranger, certificate)


def test_proxies_and_credentials_of_the_environment_are_not_used(certificate, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {OUTSIDE} login ada password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(says(b"trap")) as trap, serving(says(b"fine"), certificate=certificate) as stranger:
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, trap.url)
        assert fetch(stranger, certificate).body == b"fine"
    assert trap.asked == []
    assert "Authorization" not in stranger.headers[0]


def test_cookies_are_not_kept(db):
    with serving(says(b"{}", Set_Cookie="a=b")) as stranger:
        client = http.HttpClient(stranger.url)
        client.get("/one")
        client.get("/two")
    assert "Cookie" not in stranger.headers[1]


# -- hosts of the configuration: used as written, and left by nothing that they answer ---------------------------------


class Token:
    def headers(self):
        return {"Authorization": "Bearer of-the-host"}

    def renew(self):
        return False


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("place", ["{url}/api/stolen", "{url}", "//{host}/api/stolen", "http://user@{host}/api"])
def test_a_redirect_takes_no_token_to_another_place(db, status, place):
    with serving(says(b"{}")) as other:
        location = place.format(url=other.url, host=other.url.removeprefix("http://"))
        with serving(says(b"", status=status, Location=location)) as host:
            client = http.HttpClient(f"{host.url}/api", credential=Token())
            with pytest.raises(EgressDenied):
                client.get("/repos")
    assert other.asked == []


def test_a_redirect_within_the_host_is_followed(db):
    def answer(handler):
        moved = handler.path == "/api/old"
        reply = says(b"", status=301, Location="/api/new") if moved else says(b'{"at": "new"}')
        reply(handler)

    with serving(answer) as host:
        assert http.HttpClient(f"{host.url}/api", credential=Token()).get("/old").json() == {"at": "new"}


def test_a_redirect_out_of_the_base_path_is_not_followed(db):
    with serving(says(b"", status=302, Location="/admin")) as host:
        client = http.HttpClient(f"{host.url}/api", credential=Token())
        with pytest.raises(EgressDenied):
            client.get("/repos")
    assert host.asked == ["GET /api/repos"]


def test_a_redirected_write_is_not_sent_again(db):
    with serving(says(b"", status=307, Location="/api/new")) as host, pytest.raises(IntegrationError):
        http.HttpClient(f"{host.url}/api", credential=Token()).post("/repos", {"name": "web"})
    assert host.asked == ["POST /api/repos"]


def test_the_next_page_is_not_looked_for_elsewhere(db):
    with (
        serving(says(b"[]")) as other,
        serving(says(b"[]", Link=f'<{other.url}/api/2>; rel="next"')) as host,
        pytest.raises(EgressDenied),
    ):
        list(http.HttpClient(f"{host.url}/api", credential=Token()).pages("/repos"))
    assert other.asked == []
