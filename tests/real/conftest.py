"""Tests that talk to a real server or program of another project."""

from tests.forge.conftest import contract

__all__ = ["contract"]
