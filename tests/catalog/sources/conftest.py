from tests.forge.conftest import contract, forge

__all__ = ["contract", "forge"]
