import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.forge.running import SECRET, running


class Receiver:
    """A server that keeps what is posted to it."""

    def __init__(self):
        self.deliveries = deliveries = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                deliveries.append((dict(self.headers), body))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/webhooks/github"

    @property
    def events(self):
        return [headers["X-GitHub-Event"] for headers, _ in self.deliveries]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.stop()


@pytest.fixture
def telling(tmp_path, contract, receiver):
    """A forge that tells the receiver everything."""
    with running(tmp_path / "git", contract=contract, webhook_url=receiver.url) as found:
        yield found


WORKFLOW = {"message": "Add", "content": "b246IHB1c2gKam9iczoge30K"}


def make_web(forge):
    forge.api("POST", "/orgs/acme/repos", {"name": "web", "auto_init": True})
    forge.api("PUT", "/repos/acme/web/contents/.github/workflows/build.yaml", WORKFLOW)
    forge.app.forge.webhooks.wait()


def test_a_change_is_told_in_the_order_of_what_happens(telling, receiver):
    make_web(telling)
    assert receiver.events == ["repository", "push", "workflow_run", "workflow_run", "workflow_run"]


def test_a_push_says_what_changed(telling, receiver):
    make_web(telling)
    push = json.loads(receiver.deliveries[1][1])
    assert (push["ref"], push["repository"]["full_name"]) == ("refs/heads/main", "acme/web")
    assert push["head_commit"]["added"] == [".github/workflows/build.yaml"]
    assert push["after"] == push["commits"][-1]["id"]
    assert push["before"] != push["after"]


def test_every_delivery_is_signed_and_has_an_id_of_its_own(telling, receiver):
    make_web(telling)
    for headers, body in receiver.deliveries:
        wanted = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        assert headers["X-Hub-Signature-256"] == wanted
    ids = [headers["X-GitHub-Delivery"] for headers, _ in receiver.deliveries]
    assert len(set(ids)) == len(ids)


def test_a_repositorys_own_hook_gets_the_events_that_it_wants(forge, receiver):
    make_web(forge)
    hook = {"config": {"url": receiver.url, "secret": "of-this-hook"}, "events": ["push"]}
    forge.api("POST", "/repos/acme/web/hooks", hook)
    forge.api("PUT", "/repos/acme/web/contents/a.txt", {"message": "Add", "content": "YQ=="})
    forge.app.forge.webhooks.wait()
    assert receiver.events == ["push"]
    headers, body = receiver.deliveries[0]
    assert headers["X-Hub-Signature-256"] == "sha256=" + hmac.new(b"of-this-hook", body, hashlib.sha256).hexdigest()


def test_a_receiver_that_is_away_holds_nothing_up(tmp_path, contract, receiver):
    receiver.stop()
    with running(tmp_path / "git", contract=contract, webhook_url=receiver.url) as forge:
        make_web(forge)
        assert forge.api("GET", "/repos/acme/web").status == 200
