from fastapi.testclient import TestClient

from app.main import app

client = TestClient(app)


def test_it_says_what_it_is():
    assert client.get("/").json() == {"service": "${{ values.name }}"}


def test_it_is_healthy():
    assert client.get("/healthz").json() == {"status": "ok"}
