"""The secrets of a run: encrypted while it lives, given to step inputs only, deleted at its end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from scaffolder.models import Task, TaskSecret

# A shorter one stands in ordinary words, and masking it would tear the log apart.
SHORTEST = 4
# How each Fernet token begins; a gzipped archive never does.
SEAL = b"gAAAA"


class SecretRefused(ValueError):
    """A secret that cannot be kept from showing; `.name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The secret {name} has fewer than {SHORTEST} characters, so it cannot be kept out of the log."
        )
        self.name = name


class SecretsLost(Exception):
    """The secrets of a run cannot be decrypted with the keys of this installation."""


def check(secrets: Mapping[str, str]) -> None:
    """Return when all of them can be kept.

    Raises:
        SecretRefused: one is too short to be masked.
    """
    for name, value in secrets.items():
        if len(value) < SHORTEST:
            raise SecretRefused(name)


def keep(task: Task, secrets: Mapping[str, str]) -> None:
    """Store `secrets` for `task`, instead of those that it had.

    Raises:
        SecretRefused: one is too short to be masked.
    """
    check(secrets)
    forget(task.pk)
    if secrets:
        TaskSecret.objects.create(task=task, ciphertext=_keys().encrypt(json.dumps(dict(secrets)).encode()))


def reveal(task_id: UUID) -> dict[str, str]:
    """Return the secrets of a run; none when they were never given or are deleted.

    Raises:
        SecretsLost: no key of the installation opens them.
    """
    ciphertext = TaskSecret.objects.filter(task_id=task_id).values_list("ciphertext", flat=True).first()
    if ciphertext is None:
        return {}
    try:
        secrets: dict[str, str] = json.loads(_keys().decrypt(bytes(ciphertext)))
    except InvalidToken as error:
        raise SecretsLost(
            "The secrets of this run cannot be decrypted: WAYMARK_ENCRYPTION_KEYS no longer holds their key. "
            "Start over and give them again."
        ) from error
    return secrets


def forget(task_id: UUID) -> None:
    TaskSecret.objects.filter(task_id=task_id).delete()


def masked_values(secrets: Mapping[str, str]) -> list[str]:
    """Return what must not show in the log of a run with `secrets`."""
    return [value for value in (*secrets.values(), *of_environment().values()) if len(value) >= SHORTEST]


def of_environment() -> dict[str, str]:
    """Return the secrets that `waymark.yaml` gives to every run (T11)."""
    secrets: dict[str, str] = settings.WAYMARK["scaffolder"]["defaultEnvironment"]["secrets"]
    return secrets


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


def seal_bytes(data: bytes) -> bytes:
    """Return `data` encrypted with the keys of the installation."""
    return _keys().encrypt(data)


def open_bytes(data: bytes) -> bytes:
    """Return what `seal_bytes` was given, or `data` itself when it was never sealed.

    Raises:
        SecretsLost: no key of the installation opens it.
    """
    if not data.startswith(SEAL):
        return data
    try:
        return _keys().decrypt(data)
    except InvalidToken as error:
        raise SecretsLost(
            "The files of this run cannot be decrypted: WAYMARK_ENCRYPTION_KEYS no longer holds their key. Start over."
        ) from error
