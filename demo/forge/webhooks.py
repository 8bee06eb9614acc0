"""Signed webhooks, sent one after the other by a thread of their own."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import logging
import queue
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

log = logging.getLogger(__name__)
TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class Delivery:
    """One message to one receiver."""

    url: str
    secret: str
    event: str
    payload: Mapping[str, Any]
    id: str

    def send(self) -> int:
        """Post it and return the status.

        Raises:
            OSError: nobody took it. GitHub does not try again either.
        """
        parts = urlsplit(self.url)
        body = json.dumps(self.payload).encode()
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=TIMEOUT_SECONDS)
        try:
            path = f"{parts.path or '/'}?{parts.query}".rstrip("?")
            connection.request("POST", path, body, self._headers(body))
            return connection.getresponse().status
        finally:
            connection.close()

    def _headers(self, body: bytes) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/forge",
            "X-GitHub-Delivery": self.id,
            "X-GitHub-Event": self.event,
        }
        if self.secret:
            signed = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
            headers["X-Hub-Signature-256"] = f"sha256={signed}"
        return headers


class Webhooks:
    """The receivers that the forge was started with, and the queue to them and to the repositories' own hooks."""

    def __init__(self, *, url: str = "", secret: str = "") -> None:
        self._url = url
        self._secret = secret
        self._queue: queue.Queue[Delivery] = queue.Queue()
        threading.Thread(target=self._run, name="webhooks", daemon=True).start()

    def send(self, event: str, payload: Mapping[str, Any], hooks: list[dict[str, Any]]) -> None:
        """Queue an event for everybody who wants it."""
        receivers = [(self._url, self._secret)] if self._url else []
        for hook in hooks:
            if hook["active"] and ({event, "*"} & set(hook["events"])):
                receivers.append((hook["config"]["url"], hook["config"].get("secret", "")))
        for url, secret in receivers:
            self._queue.put(Delivery(url, secret, event, payload, str(uuid.uuid4())))

    def wait(self) -> None:
        """Return when all that is queued has been sent."""
        self._queue.join()

    def _run(self) -> None:
        while True:
            delivery = self._queue.get()
            try:
                delivery.send()
            except (OSError, http.client.HTTPException) as error:
                log.warning("The webhook %s to %s was not taken: %s", delivery.event, delivery.url, error)
            finally:
                self._queue.task_done()
