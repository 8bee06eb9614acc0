"""The portal under test: what its environment says, then its settings as they are."""

import os
import tempfile
from pathlib import Path

SETTINGS = {
    "SECRET_KEY": "only-for-tests-0123456789-0123456789-0123456789",
    "WAYMARK_ENCRYPTION_KEYS": "4ftBZIWHa3TuXSpBkLlPJKqLhVwJ3pDl6GWiGrGQm7A=",
    "WAYMARK_BASE_URL": "http://testserver",
    "WAYMARK_ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
}
# What a portal on this machine uses must not reach the tests.
FOREIGN = ("WAYMARK_CONFIG", "WAYMARK_DEMO", "WAYMARK_ANONYMOUS_READ", "WAYMARK_PROXIES", "REDIS_URL")

for name in FOREIGN:
    os.environ.pop(name, None)
os.environ.update(SETTINGS)
# Each worker of a parallel run has its own; nothing that the tests write stays in the checkout.
os.environ["VAR"] = tempfile.mkdtemp(prefix="waymark-tests-")
# Without collected files WhiteNoise warns, and a warning is an error here.
(Path(os.environ["VAR"]) / "static").mkdir()

from portal.settings import *  # noqa: E402, F403

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405
    # A file as in production: SQLite in memory locks whole tables at once and waits for nobody.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(os.environ["VAR"]) / "test.sqlite3")}  # noqa: F405

# To hash a password as in production takes half a second, for a hundred people of the tests.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
