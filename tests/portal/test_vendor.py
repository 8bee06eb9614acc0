"""Third-party browser files: only those that pages use, each of them there, under `vendor/`."""

import pytest
from django.contrib.staticfiles import finders

from portal.vendor import VendorFinder


@pytest.fixture(scope="module")
def finder() -> VendorFinder:
    return VendorFinder()


def test_every_listed_file_is_installed(finder):
    assert finder.check() == []


def test_fonts_icons_and_tabler_are_read_from_the_stylesheets(finder):
    names = {name for name, _ in finder.list([])}
    assert "@tabler/core/dist/css/tabler.min.css" in names
    assert "@tabler/icons/icons/outline/rocket.svg" in names
    assert "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2" in names


def test_whole_packages_stay_out(finder):
    names = [name for name, _ in finder.list([])]
    assert len(names) < 400
    assert "@tabler/icons/icons/outline/abacus.svg" not in names


def test_listed_file_is_found_and_another_is_not():
    assert finders.find("vendor/@tabler/core/dist/css/tabler.min.css")
    assert finders.find("vendor/nunjucks/browser/nunjucks.min.js") is None
    assert finders.find("vendor/../package.json") is None
    assert finders.find("nunjucks/package.json") is None
