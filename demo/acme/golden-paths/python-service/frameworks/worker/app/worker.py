"""${{ values.name }}: takes messages from a queue, one at a time, and does what they ask."""

import json
import logging
import os
import signal
from typing import Any, Protocol

from prometheus_client import Counter, start_http_server

from app import logs

log = logging.getLogger(__name__)
MESSAGES = Counter("messages_total", "Messages by result", ["service", "result"])
SERVICE = "${{ values.name }}"


class Queue(Protocol):
    """A queue that keeps a message until it is done."""

    def take(self) -> bytes | None: ...
    def done(self, message: bytes) -> None: ...


class RedisQueue:
    """A list of Redis. What is taken lies in a second list, so that a crash loses nothing."""

    def __init__(self, client: Any, key: str) -> None:
        self._client = client
        self._key = key
        self._taken = f"{key}:taken"
        while client.lmove(self._taken, key, "LEFT", "RIGHT"):
            log.info("A message of an earlier run is done again")

    def take(self) -> bytes | None:
        message: bytes | None = self._client.blmove(self._key, self._taken, 1, "RIGHT", "LEFT")
        return message

    def done(self, message: bytes) -> None:
        self._client.lrem(self._taken, 1, message)


class Worker:
    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self.stopping = False

    def run(self) -> None:
        """Work until told to stop; the message in hand is finished first."""
        while not self.stopping:
            message = self._queue.take()
            if message is not None:
                self.work_on(message)

    def work_on(self, message: bytes) -> None:
        try:
            handle(json.loads(message))
        except Exception:
            log.exception("A message failed")
            MESSAGES.labels(SERVICE, "failed").inc()
        else:
            MESSAGES.labels(SERVICE, "done").inc()
        self._queue.done(message)


def handle(message: dict[str, Any]) -> None:
    """Do what a message asks."""
    log.info("Received %s", sorted(message))


def main() -> None:
    import redis

    logs.configure()
    start_http_server(9000)
    client = redis.Redis.from_url(os.environ["QUEUE_URL"])
    worker = Worker(RedisQueue(client, os.environ.get("QUEUE", SERVICE)))

    def stop(*_: object) -> None:
        worker.stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.run()


if __name__ == "__main__":
    main()
