"""A host in trouble, a file that is none: nothing is lost, nothing hangs, and each is told on its place."""

import copy
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import actors
from catalog import ingest, locations
from catalog.locations import LocationUnreadable
from catalog.models import CatalogRevision, Entity, Location
from catalog.storage import reading
from integrations.models import HostBudget
from tests.catalog.sources import rogue as rogues
from tests.catalog.sources.given import refs

pytestmark = pytest.mark.django_db
PATIENCE = 0.7


@pytest.fixture
def rogue(settings, monkeypatch):
    settings.HTTP = {**settings.HTTP, "backoff": 0.01, "tries": 2}
    monkeypatch.setattr(ingest, "READING_SECONDS", PATIENCE)
    monkeypatch.setattr(reading, "MOST_SECONDS", PATIENCE)
    with rogues.serving() as found:
        changed = copy.deepcopy(settings.WAYMARK)
        changed["integrations"]["github"] = [found.entry]
        settings.WAYMARK = changed
        yield found


@pytest.fixture
def location(rogue):
    """A place that was read once, before the trouble begins."""
    made = Location.objects.create(type="url", target=rogue.target, origin="registered")
    assert ingest.refresh(made.pk).added == 1
    return made


TROUBLE = {
    "vanished": "There is no file at",
    "forbidden": "does not allow",
    "limited": "asks for a pause of 900 s",
    "spent": "asks for a pause of",
    "many": "asks for a pause of 900 s",
    "fault": "has a fault (500)",
    "half": "cannot be reached, or broke off its answer",
    "nonsense": "named no commit",
    "odd": "not in the shape",
    "inside": "leads to another place",
    "huge": "sent more than 5 MB",
    "drip": "than the portal waits",
    "dripping_headers": "than the portal waits",
    "silent": "than the portal waits",
}


@pytest.mark.parametrize("mode", TROUBLE)
def test_what_was_read_stays_and_the_place_tells_why_and_when_it_is_tried_again(rogue, location, mode):
    rogue.mode = mode
    before, began, revision = timezone.now(), time.monotonic(), CatalogRevision.current()
    report = ingest.refresh(location.pk)
    assert time.monotonic() - began < PATIENCE + 3
    location.refresh_from_db()
    assert (report.removed, report.unchanged, report.is_clean) == (0, 1, False)
    assert refs() == ["component:default/checkout"]
    assert TROUBLE[mode] in location.error
    assert location.failing_since >= before > location.read_at
    assert location.next_refresh_at > before
    if mode != "vanished":  # which marks its entities as orphans
        assert CatalogRevision.current() == revision


@pytest.mark.parametrize("mode", [mode for mode in TROUBLE if mode not in ("limited", "spent", "many")])
def test_it_is_over_when_the_host_is_well_again(rogue, location, mode):
    rogue.mode = mode
    ingest.refresh(location.pk)
    location.refresh_from_db()
    since = location.failing_since
    ingest.refresh(location.pk)
    location.refresh_from_db()
    assert location.failing_since == since
    rogue.mode = "good"
    assert ingest.refresh(location.pk).is_clean
    location.refresh_from_db()
    assert (location.error, location.failing_since) == ("", None)
    assert not Entity.objects.filter(is_orphan=True).exists()


@pytest.mark.parametrize("mode", ["limited", "many"])
def test_f12_a_pause_that_a_host_asks_for_is_kept(rogue, location, mode):
    rogue.mode = mode
    ingest.refresh(location.pk)
    location.refresh_from_db()
    wait = location.next_refresh_at - timezone.now()
    assert timedelta(seconds=880) < wait < timedelta(seconds=1100)
    calls = rogue.calls
    ingest.refresh(location.pk)
    assert rogue.calls == calls
    HostBudget.objects.all().delete()


def test_a_file_of_fifty_megabytes_loses_nothing(rogue, location, monkeypatch):
    monkeypatch.setattr(ingest, "READING_SECONDS", 30.0)
    rogue.text, rogue.commit = b"a: " + b"x" * 50_000_000, "f" * 40
    report = ingest.refresh(location.pk)
    location.refresh_from_db()
    assert "sent more than 5 MB" in location.error
    assert report.removed == 0


def test_a_file_that_is_no_text_loses_nothing(rogue, location):
    rogue.text, rogue.commit = b"\xff\xfe", "f" * 40
    report = ingest.refresh(location.pk)
    assert [problem.message for problem in report.problems] == [
        "The file is not a text in UTF-8 (byte 0). Save it as UTF-8."
    ]
    assert refs() == ["component:default/checkout"]


@pytest.mark.parametrize("mode", ["drip", "dripping_headers", "silent"])
def test_nobody_waits_long_for_a_preview(rogue, mode):
    rogue.mode = mode
    began = time.monotonic()
    with pytest.raises(LocationUnreadable):
        locations.preview(target=rogue.target, actor=actors.system())
    assert time.monotonic() - began < PATIENCE + 3


def test_a_preview_of_a_place_that_leads_to_slow_ones_ends_in_time(rogue, monkeypatch):
    rogue.text = (
        b"apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\nspec:\n  targets:\n"
        + b"".join(b"    - ./s%d.yaml\n" % number for number in range(100))
    )

    def slow(self):
        time.sleep(0.3)
        self._send(200, self._answer())

    monkeypatch.setattr(rogues.Handler, "_good", slow)
    began = time.monotonic()
    found = locations.preview(target=rogue.target, actor=actors.system())
    assert time.monotonic() - began < PATIENCE + 4
    assert found[0].ref == "location:default/all"


def test_with_processing_off_nothing_is_read_again_by_itself(rogue, settings):
    settings.WAYMARK = {**settings.WAYMARK, "catalog": {**settings.WAYMARK["catalog"], "processingInterval": False}}
    made = Location.objects.create(type="url", target=rogue.target, origin="registered", next_refresh_at=timezone.now())
    assert Location.objects.claim_due(timezone.now(), until=timezone.now()) == [made.pk]
    ingest.refresh(made.pk)
    made.refresh_from_db()
    assert (made.next_refresh_at, made.error) == (None, "")
    assert refs() == ["component:default/checkout"]
