import pytest

from integrations import hosts
from integrations.errors import EgressDenied


@pytest.fixture
def hosted(settings):
    """Let the configuration name these hosts."""

    def name(*entries, allow=()):
        settings.WAYMARK = {
            **settings.WAYMARK,
            "integrations": {"github": list(entries)},
            "egress": {"allow": list(allow)},
        }

    return name


def test_github_com_has_its_own_addresses_and_wants_a_second_between_writes(hosted):
    hosted({"host": "github.com", "token": "t0ken"})
    found = hosts.github_host("GitHub.com")
    assert (found.api, found.web, found.write_interval) == ("https://api.github.com", "https://github.com", 1.0)


def test_an_enterprise_host_has_its_api_below_it(hosted):
    hosted({"host": "ghe.acme.example", "token": "t0ken"})
    found = hosts.github_host("ghe.acme.example")
    assert (found.api, found.write_interval) == ("https://ghe.acme.example/api/v3", 0.0)


def test_addresses_are_used_as_they_are_written(hosted):
    hosted({"host": "127.0.0.1:8010", "api": "http://127.0.0.1:8010/api/v3/", "web": "http://127.0.0.1:8010/"})
    found = hosts.github_host("127.0.0.1:8010")
    assert (found.api, found.web) == ("http://127.0.0.1:8010/api/v3", "http://127.0.0.1:8010")


def test_public_repositories_of_github_com_are_read_without_a_credential_where_egress_allows_it(hosted):
    hosted(allow=["github.com"])
    assert hosts.github_host("github.com").token == ""
    hosted()
    with pytest.raises(EgressDenied):
        hosts.github_host("github.com")


@pytest.mark.parametrize(
    "host", ["evil.example", "github.com.evil.example", "", "127.0.0.1", "127.0.0.1:80", "github.com:443"]
)
def test_any_other_host_is_refused(hosted, host):
    hosted({"host": "github.com"}, {"host": "127.0.0.1:8010"})
    with pytest.raises(EgressDenied, match=r"integrations\.github"):
        hosts.github_host(host)


def test_a_host_does_not_show_its_secrets(hosted):
    hosted(
        {"host": "github.com", "token": "t0ken", "webhook_secrets": ["h00k"], "app": {"id": 1, "private_key": "k3y"}}
    )
    shown = repr(hosts.github_host("github.com"))
    assert not [secret for secret in ("t0ken", "h00k", "k3y") if secret in shown]
