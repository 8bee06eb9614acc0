"""The broker's client, mended: a worker outlives a Redis that goes away.

kombu's transport forgets its client when the connection is lost. What is still to be acknowledged then fails with an
AttributeError, which no handler expects, and the whole worker ends. Here it fails as a lost connection does.
Source: https://github.com/celery/kombu/issues/582 and its kin.
"""

from typing import Any

from kombu.transport import redis
from redis.exceptions import ConnectionError as ConnectionLost


class Channel(redis.Channel):
    """A channel that says what is the matter once its connection is gone."""

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        if self.connection is None or self.connection.client is None:
            raise ConnectionLost("The connection to the broker was lost.")
        found: dict[str, Any] = super()._connparams(asynchronous)  # type: ignore[no-untyped-call]
        return found


class Transport(redis.Transport):
    """Redis, as `CELERY_BROKER_TRANSPORT` names it."""

    Channel = Channel
