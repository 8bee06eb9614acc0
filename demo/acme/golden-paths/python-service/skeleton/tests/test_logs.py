import json
import logging

from app.logs import JsonFormatter


def test_a_log_line_is_one_json_object():
    record = logging.LogRecord("shop", logging.INFO, __file__, 1, "%s orders", (3,), None)
    line = json.loads(JsonFormatter().format(record))
    assert (line["level"], line["message"]) == ("INFO", "3 orders")
