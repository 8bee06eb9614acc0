"""From a checkout to a portal that runs: what `make` calls.

`setup/python` finds an interpreter, `setup/tools.py` installs what the locks name, `setup/launch/` starts the portal.
All but `launch/` is the standard library alone: it runs before anything is installed.
"""
