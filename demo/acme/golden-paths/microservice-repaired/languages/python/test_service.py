import json
import threading
import unittest
import urllib.error
import urllib.request

import service


class ServiceTest(unittest.TestCase):
    def setUp(self) -> None:
        self.server = service.make(0)
        self.addCleanup(self.server.server_close)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.shutdown)

    def get(self, path: str) -> dict[str, str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.server.server_port}{path}") as answer:
            return json.load(answer)

    def test_it_says_what_it_is(self) -> None:
        self.assertEqual(self.get("/"), {"service": service.SERVICE})

    def test_it_is_healthy(self) -> None:
        self.assertEqual(self.get("/healthz"), {"status": "ok"})

    def test_anything_else_is_not_found(self) -> None:
        with self.assertRaises(urllib.error.HTTPError) as raised:
            self.get("/nothing")
        raised.exception.close()
        self.assertEqual(raised.exception.code, 404)


if __name__ == "__main__":
    unittest.main()
