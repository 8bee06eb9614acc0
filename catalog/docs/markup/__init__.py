"""Markdown of docs as HTML: the dialect of mkdocs with the extensions that most sites use."""
