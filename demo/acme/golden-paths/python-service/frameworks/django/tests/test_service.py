def test_it_says_what_it_is(client):
    assert client.get("/").json() == {"service": "${{ values.name }}"}


def test_it_is_healthy(client):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_requests_are_counted(client):
    client.get("/")
    assert 'http_requests_total{method="GET",service="${{ values.name }}",status="200"}' in client.get("/metrics").content.decode()
