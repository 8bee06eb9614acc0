import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import config, environment


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "waymark.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_without_a_file_every_setting_has_its_default():
    found = config.load(None)
    assert found["organization"] == {"name": "My company", "base_domain": "example.com", "time_zone": "UTC"}
    assert found["catalog"]["rules"] == [{"allow": ["Component", "API", "Location"]}]
    assert found["scaffolder"]["limits"]["run_minutes"] == 30


def test_a_default_that_is_changed_does_not_change_the_schema():
    config.load(None)["integrations"]["github"].append("x")
    assert config.load(None)["integrations"]["github"] == []


def test_variables_and_files_are_filled_in(written, tmp_path):
    secret = tmp_path / "key.pem"
    secret.write_text("from a file\n", encoding="utf-8")
    path = written(
        "integrations:\n"
        "  github:\n"
        "    - host: github.com\n"
        "      token: ${GH_TOKEN}\n"
        f"      app: {{id: 1, private_key: '${{file:{secret}}}'}}\n"
        "organization: {name: 'a $${literal}'}\n"
    )
    found = config.load(path, environ={"GH_TOKEN": "from the environment"})
    (host,) = found["integrations"]["github"]
    assert (host["token"], host["app"]["private_key"]) == ("from the environment", "from a file")
    assert found["organization"]["name"] == "a ${literal}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("catalog: {readonly: perhaps}\n", "1:11: catalog.readonly: "),
        ("organisation: {}\n", "1:1: the file: "),
        ("scaffolder:\n  limits:\n    run_minutes: 0\n", "3:5: scaffolder.limits.run_minutes: "),
        ("integrations:\n  github:\n    - api: https://ghe.example\n", "3:7: integrations.github.0: "),
        ("- a list\n", "1:1: the file: "),
        ("a: 1\na: 2\n", '2:1: The key "a" stands here twice.'),
        ("a: : b\n", "1:4: The YAML is broken"),
    ],
)
def test_a_mistake_names_file_line_and_the_keys_path(written, text, said):
    path = written(text)
    with pytest.raises(ImproperlyConfigured) as refused:
        config.load(path)
    assert f"{path}:{said}" in str(refused.value)


def test_every_mistake_is_told_at_once(written):
    path = written("catalog: {readonly: 1}\norganization: {name: ''}\n")
    with pytest.raises(ImproperlyConfigured) as refused:
        config.load(path)
    assert len(str(refused.value).splitlines()) == 2


def test_a_variable_that_is_not_set_is_named_with_its_key(written):
    path = written("integrations: {github: [{host: github.com, token: '${GH_TOKEN}'}]}\n")
    with pytest.raises(ImproperlyConfigured, match=r"integrations\.github\[0\]\.token: .* GH_TOKEN is not set"):
        config.load(path, environ={})


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ImproperlyConfigured, match=r"WAYMARK_CONFIG names .*none\.yaml, which cannot be read"):
        config.load(tmp_path / "none.yaml")


def test_a_value_of_the_environment_can_come_from_a_file(tmp_path):
    path = tmp_path / "secret"
    path.write_text("kept\n", encoding="utf-8")
    assert environment.text("NAME", environ={"NAME_FILE": str(path), "NAME": "open"}) == "kept"


def test_a_missing_value_says_what_to_do():
    with pytest.raises(ImproperlyConfigured, match=r"NAME is not set\. Set it to a word\."):
        environment.required("NAME", "Set it to a word.", environ={})


def test_a_flag_is_yes_or_no():
    assert environment.flag("NAME", environ={"NAME": "Yes"})
    assert not environment.flag("NAME", environ={"NAME": "0"})
    with pytest.raises(ImproperlyConfigured, match="expected 1 or 0"):
        environment.flag("NAME", environ={"NAME": "perhaps"})


@pytest.mark.parametrize(
    ("command", "needs_nothing"),
    [
        (["manage.py", "validate", "x.yaml"], True),
        (["manage.py"], True),
        (["manage.py", "--help"], True),
        (["manage.py", "migrate"], False),
        (["gunicorn"], False),
    ],
)
def test_only_commands_that_need_no_portal_start_without_secrets(command, needs_nothing):
    assert environment.is_offline(command) is needs_nothing
