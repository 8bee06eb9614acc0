"""C1: whoever reaches the broker must not reach a Python prompt."""

import pickle

import pytest
from kombu.exceptions import ContentDisallowed
from kombu.serialization import loads

from portal.celery import app

PICKLES = ["application/x-python-serialize", "application/x-pickle"]


@pytest.mark.parametrize("content_type", PICKLES)
def test_a_pickled_message_is_refused(content_type):
    body = pickle.dumps({"id": 1})
    with pytest.raises(ContentDisallowed):
        loads(body, content_type, "binary", accept=app.conf.accept_content)


def test_only_json_is_taken_and_no_result_is_kept():
    assert list(app.conf.accept_content) == ["json"]
    assert app.conf.task_serializer == "json"
    assert app.conf.task_ignore_result is True
    assert app.conf.result_backend is None
