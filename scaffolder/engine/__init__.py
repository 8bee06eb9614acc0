"""Runs of golden paths, from the request to the end, whatever happens in between."""
