"""Who sent a webhook: its signature over the raw body, held against every secret that the configuration has.

A host may have several secrets, so that one can take the place of another without a message being lost.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from integrations import hosts
from integrations.hosts import GitHubHost

SCHEME = "sha256="


def github_senders() -> list[GitHubHost]:
    """Return the GitHub hosts that may send webhooks: those with a secret."""
    return [host for host in hosts.all_github_hosts() if host.webhook_secrets]


def signed_by(body: bytes, signature: str, senders: Iterable[GitHubHost]) -> list[GitHubHost]:
    """Return those of `senders` one of whose secrets signed `body`; more than one when they share a secret.

    Args:
        signature: the header `X-Hub-Signature-256`, as it came.

    Source: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
    """
    # Bytes, as a text with other signs than ASCII cannot be compared in constant time. Every secret is tried, whether
    # or not one before it fits.
    given = signature.encode("utf-8", "surrogatepass")
    found = []
    for sender in senders:
        fits = [hmac.compare_digest(_signature(body, secret), given) for secret in sender.webhook_secrets]
        if any(fits):
            found.append(sender)
    return found


def _signature(body: bytes, secret: str) -> bytes:
    return SCHEME.encode() + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
