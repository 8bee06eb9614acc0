"""The last resort: a machine without any broker."""

import json
import os
import subprocess
import sys
import urllib.request

import pytest

from tests import servers
from tests.servers import HOST, ROOT, free_port, wait_until

pytestmark = pytest.mark.fault
COMPONENT = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: lonely}
spec: {type: service, lifecycle: production, owner: group:default/shop}
"""


def test_jobs_and_schedule_run_inside_the_web_process(tmp_path):
    (tmp_path / "catalog-info.yaml").write_text(COMPONENT)
    places = {"locations": [{"type": "file", "target": str(tmp_path / "catalog-info.yaml")}]}
    (tmp_path / "waymark.yaml").write_text(json.dumps({"catalog": places}))
    port = free_port()
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environ = {
        **inherited,
        "VAR": str(tmp_path),
        "PORT": str(port),
        "SECRET_KEY": "only-for-tests-0123456789-0123456789",
        "WAYMARK_ENCRYPTION_KEYS": "4ftBZIWHa3TuXSpBkLlPJKqLhVwJ3pDl6GWiGrGQm7A=",
        "WAYMARK_CONFIG": str(tmp_path / "waymark.yaml"),
        "WAYMARK_ANONYMOUS_READ": "1",
        "WAYMARK_EMBEDDED_WORKER": "1",
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environ, check=True, timeout=120)
    command = [sys.executable, "-m", "gunicorn", "--config", "portal/gunicorn.py", "portal.wsgi"]
    web = servers.Program("web", command, folder=tmp_path, environment=environ)
    web.start()
    try:
        web.wait_for_port(port)

        def is_in_the_catalog() -> bool:
            address = f"http://{HOST}:{port}/api/catalog/entities?fields=metadata.name"
            with urllib.request.urlopen(address, timeout=10) as answer:
                return "lonely" in answer.read().decode()

        wait_until(is_in_the_catalog, "the scheduler asks and the worker reads", seconds=60)
    finally:
        web.terminate()
    assert "There is no broker" in web.text
    assert "Traceback" not in web.text
