"""Raw files of hosts that aren't GitHub, with the token of the configuration."""

import copy
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from integrations.errors import EgressDenied, NotFound
from integrations.git import reader

pytestmark = pytest.mark.django_db
ITEMS = (
    "/api/acme/Shop/_apis/git/repositories/checkout/items?path=/a/b.yaml&api-version=6.0"
    "&versionDescriptor.version=main&versionDescriptor.versionType=branch"
)


class Handler(BaseHTTPRequestHandler):
    asked: list[tuple[str, dict[str, str]]]

    def do_GET(self) -> None:
        self.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        is_known = self.headers.get("If-None-Match") == '"1"'
        self.send_response(304 if is_known else 404 if "missing" in self.path else 200)
        self.send_header("ETag", '"1"')
        body = b"" if is_known else b"kind: Component\n"
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def api() -> Iterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """An API that gives every file; yields its address and what it was asked."""

    class Own(Handler):
        asked: list[tuple[str, dict[str, str]]] = []

    server = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/api", Own.asked
    server.shutdown()
    server.server_close()


@pytest.fixture
def configure(settings, api):
    def apply(key, host):
        changed = copy.deepcopy(settings.WAYMARK)
        changed["integrations"][key] = [{"host": host, "api": api[0], "token": "secret"}]
        settings.WAYMARK = changed

    return apply


@pytest.mark.parametrize(
    ("key", "url", "path", "header"),
    [
        (
            "gitlab",
            "https://gitlab.acme.example/shop/web/checkout/-/blob/main/a/b.yaml",
            "/api/projects/shop%2Fweb%2Fcheckout/repository/files/a%2Fb.yaml/raw?ref=main",
            ("private-token", "secret"),
        ),
        (
            "gitea",
            "https://gitea.acme.example/shop/checkout/src/branch/main/a/b.yaml",
            "/api/repos/shop/checkout/raw/a/b.yaml?ref=main",
            ("authorization", "token secret"),
        ),
        (
            "bitbucketServer",
            "https://git.acme.example/projects/SHOP/repos/checkout/browse/a/b.yaml?at=main",
            "/api/projects/SHOP/repos/checkout/raw/a/b.yaml?at=main",
            ("authorization", "Bearer secret"),
        ),
        (
            "bitbucketCloud",
            "https://bitbucket.org/shop/checkout/src/main/a/b.yaml",
            "/api/repositories/shop/checkout/src/main/a/b.yaml",
            ("authorization", "Bearer secret"),
        ),
        (
            "azure",
            "https://dev.azure.com/acme/Shop/_git/checkout?path=/a/b.yaml&version=GBmain",
            ITEMS,
            ("authorization", "Basic OnNlY3JldA=="),
        ),
    ],
)
def test_a_host_of_the_configuration_is_asked_as_it_wants(configure, api, key, url, path, header):
    configure(key, url.split("/")[2])
    found = reader.read_file(url)
    assert found is not None
    assert (found.text, found.etag) == ("kind: Component\n", '"1"')
    asked, headers = api[1][0]
    assert asked == path
    assert headers[header[0]] == header[1]


def test_a_file_that_is_as_it_was_is_not_sent_again(configure):
    configure("gitlab", "gitlab.acme.example")
    url = "https://gitlab.acme.example/shop/checkout/-/blob/main/a.yaml"
    assert reader.read_file(url, etag='"1"') is None


def test_a_file_that_is_not_there_is_not_found(configure):
    configure("gitlab", "gitlab.acme.example")
    with pytest.raises(NotFound):
        reader.read_file("https://gitlab.acme.example/shop/checkout/-/blob/main/missing.yaml")


def test_a_host_that_nobody_named_meets_the_gate_and_no_token_leaves(configure, api):
    configure("gitlab", "gitlab.acme.example")
    for host in ("evil.example", "gitlab.acme.example.evil.example", "127.0.0.1"):
        with pytest.raises(EgressDenied):
            reader.read_file(f"https://{host}/shop/checkout/-/blob/main/a.yaml")
    assert api[1] == []
