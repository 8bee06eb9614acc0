"""Starts a portal on this machine with all that it needs, and stops all of it together.

`python -m setup.launch` reads PORT, VAR and DEMO from the environment. In order: `options` (what was asked),
`lock` (one portal for each folder), `environment` (secrets and addresses), `preparing` (tables, static files, demo),
`processes` (Procfile), `greeting` (the address, once it answers).
"""
