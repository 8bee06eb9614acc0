from app.worker import Worker


class Messages:
    """A queue in memory that stops its worker when it is empty."""

    worker: Worker

    def __init__(self, *waiting: bytes) -> None:
        self.waiting = list(waiting)
        self.finished: list[bytes] = []

    def take(self) -> bytes | None:
        if not self.waiting:
            self.worker.stopping = True
            return None
        return self.waiting.pop(0)

    def done(self, message: bytes) -> None:
        self.finished.append(message)


def test_each_message_is_done_and_a_broken_one_does_not_stop_the_worker():
    messages = Messages(b'{"order": 1}', b"not json", b'{"order": 2}')
    messages.worker = Worker(messages)
    messages.worker.run()
    assert messages.finished == [b'{"order": 1}', b"not json", b'{"order": 2}']
