#!/usr/bin/env python
"""Waymark's command line."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.management import execute_from_command_line
    from django.db import InterfaceError, OperationalError

    try:
        execute_from_command_line(sys.argv)
    except (OperationalError, InterfaceError) as error:
        if "--traceback" in sys.argv:
            raise
        # What follows the first line are guesses of the driver.
        sys.exit(f"The database cannot be used: {str(error).splitlines()[0]}")
