"""The log of a run: dense, masked, cut, and nobody's without the lease."""

import pytest

from integrations.redaction import Redactor
from scaffolder import journal
from scaffolder.journal import Journal, LeaseLost, Level, Line
from scaffolder.models import Task, TaskEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def task():
    from django.utils import timezone

    return Task.objects.create(
        template_ref="template:default/path",
        actor_ref="system:waymark",
        state=Task.State.PROCESSING,
        lease_until=timezone.now(),
        fence=3,
    )


def messages(task):
    return list(TaskEvent.objects.filter(task=task).order_by("seq").values_list("seq", "message"))


def test_lines_are_numbered_without_gaps_whoever_writes(task):
    ours = Journal(task.pk, fence=3, redactor=Redactor([]))
    ours.write(Line("one"))
    journal.append(task.pk, [Line("two"), Line("three")])
    ours.write(Line("four"))
    assert messages(task) == [(1, "one"), (2, "two"), (3, "three"), (4, "four")]


def test_lines_that_come_together_are_written_together(task):
    ours = Journal(task.pk, fence=3, redactor=Redactor([]))
    ours.write(Line("start"))
    for number in range(50):
        ours.say(Line(f"line {number}"))
    before = len(messages(task))
    ours.write(Line("end"))
    assert (before, len(messages(task))) == (1, 52)


@pytest.mark.parametrize("change", [{"fence": 4}, {"state": "open"}, {"state": "completed"}])
def test_without_the_lease_nothing_is_written(task, change):
    Task.objects.update(**change)
    with pytest.raises(LeaseLost):
        journal.append(task.pk, [Line("late")], fence=3, title="changed")
    assert messages(task) == []
    assert Task.objects.get().title == ""


def test_what_no_database_takes_is_made_fit(task):
    journal.append(task.pk, [Line("a\x00b\ud800"), Line("x" * 70_000)])
    (_, first), (_, second) = messages(task)
    assert first == "a\N{REPLACEMENT CHARACTER}b?"
    assert second == "x" * journal.LONGEST_LINE + " … (cut)"


def test_a_worker_that_takes_over_does_not_say_again_what_was_said(task):
    Journal(task.pk, fence=3, redactor=Redactor(["secret"])).write(
        Line("a secret", "step"), Line("twice", "step"), Line("other", "another")
    )
    ours = Journal(task.pk, fence=3, redactor=Redactor(["secret"]))
    ours.replay("step", since=1)
    ours.write(Line("a secret", "step"), Line("twice", "step"), Line("twice", "step"), Line("other", "step"))
    assert [message for _, message in messages(task)] == ["a •••", "twice", "other", "twice", "other"]


def test_levels_are_kept(task):
    journal.append(task.pk, [Line("bad", "step", Level.ERROR)])
    assert TaskEvent.objects.get().level == "error"
