"""Addresses of git repositories, and reading files from them."""
