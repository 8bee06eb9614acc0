"""N2, X1 and part 8 of the threats: what turns a stranger's text into a request, a program or a page's own words."""

import ast
import re

import pytest

from tests.security.source import ROOT, Module, modules, pages

NETWORK = ("requests", "urllib3", "httpx", "http.client", "urllib.request", "aiohttp", "ftplib", "smtplib")
# A socket is opened where an address was checked, and nowhere else.
SOCKETS = {"socket.socket", "socket.create_connection", "socket.getaddrinfo"}
MAY_USE_NETWORK = ("integrations/",)
# Its text has just been through nh3.
SANITISER = "integrations/markdown.py"
CODE_FROM_DATA = {"eval", "exec", "compile", "__import__"}
UNSAFE_YAML = {"load", "load_all", "full_load", "unsafe_load", "full_load_all", "unsafe_load_all"}
PICKLES = ("pickle", "cPickle", "dill", "marshal", "shelve", "jsonpickle")


def slips(found: list[tuple[str, int]]) -> list[str]:
    return [f"{name}:{line}" for name, line in found]


def test_n2_only_the_one_client_reaches_the_network():
    found = [
        (module.name, line)
        for module in modules()
        if not module.name.startswith(MAY_USE_NETWORK)
        for imported, line in module.imports()
        if imported in NETWORK or imported.startswith(tuple(f"{name}." for name in NETWORK))
    ]
    found += [
        (module.name, call.lineno)
        for module in modules()
        if not module.name.startswith(MAY_USE_NETWORK)
        for name, call in module.calls()
        if name in SOCKETS
    ]
    assert slips(found) == []


def test_n2_the_rule_sees_an_import_inside_a_function():
    module = Module("catalog/example.py", ast.parse("def read():\n    import requests\n    return requests"))
    assert ("requests", 2) in list(module.imports())


def test_no_text_becomes_code():
    found = [(m.name, call.lineno) for m in modules() for name, call in m.calls() if name in CODE_FROM_DATA]
    assert slips(found) == []


def test_no_program_is_started_by_a_portal():
    """W4 too: publishing goes through an API, and no git runs on what a repository holds."""
    started = ("subprocess", "os.system", "os.popen", "os.spawnv", "pty")
    found = [(m.name, line) for m in modules() for name, line in m.imports() if name in started]
    found += [(m.name, call.lineno) for m in modules() for name, call in m.calls() if name in started]
    assert slips(found) == []


def test_no_shell_reads_a_command():
    found = [
        (module.name, call.lineno)
        for module in modules("setup", "demo", "manage.py")
        for _, call in module.calls()
        for keyword in call.keywords
        if keyword.arg == "shell" and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is False)
    ]
    assert slips(found) == []


def test_yaml_is_read_by_our_own_loader():
    found = [
        (module.name, call.lineno)
        for module in modules()
        for name, call in module.calls()
        if name.startswith("yaml.") and name.removeprefix("yaml.") in UNSAFE_YAML | {"safe_load", "safe_load_all"}
    ]
    assert slips(found) == []


def test_nothing_is_unpickled():
    found = [(m.name, line) for m in modules() for name, line in m.imports() if name.partition(".")[0] in PICKLES]
    assert slips(found) == []


def test_no_archive_unpacks_itself():
    """Paths in an archive are a stranger's: members are read one by one and checked."""
    unpacking = {"extractall", "extract", "unpack_archive"}
    found = [
        (module.name, call.lineno)
        for module in modules()
        for name, call in module.calls()
        if name.rpartition(".")[2] in unpacking
    ]
    assert slips(found) == []


def test_x1_no_text_is_called_safe_but_by_the_sanitiser():
    called_safe = {"mark_safe", "SafeString", "SafeText"}
    found = [
        (module.name, call.lineno)
        for module in modules()
        if module.name != SANITISER
        for name, call in module.calls()
        if name.rpartition(".")[2] in called_safe
    ]
    assert slips(found) == []


def test_d1_no_query_takes_its_words_from_a_request():
    """A dictionary of the request that becomes keywords of `filter` lets its sender name any column."""
    asking = {"filter", "exclude", "get", "order_by", "extra", "update", "values", "annotate"}
    found = [
        (module.name, call.lineno)
        for module in modules()
        for name, call in module.calls()
        if name.rpartition(".")[2] in asking
        for argument in [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg is None)]
        if re.search(r"\brequest\.(?:GET|POST|body|META)\b(?!\.get|\[)", ast.unparse(argument))
    ]
    assert slips(found) == []


# What the content policy would refuse in the browser is refused here first.
FORBIDDEN_IN_PAGES = {
    "a text called safe": re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off"),
    "an inline style": re.compile(r"<[^>%{]*\sstyle\s*=|<style\b", re.I),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc=)[^>]*>", re.I),
    "a handler in an attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "code for htmx to evaluate": re.compile(r"\bhx-(?:on|vals='js|vars|headers='js)\b|hx-on:", re.I),
    "a file of another site": re.compile(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//", re.I),
}
# JSON for a script stands in an element that no browser runs.
DATA_ELEMENT = re.compile(r"<script\b[^>]*type=[\"'](?:application/json|text/plain)[\"'][^>]*>", re.I)


@pytest.mark.parametrize("rule", FORBIDDEN_IN_PAGES)
def test_x1_no_page_has_what_the_content_policy_refuses(rule):
    found = []
    for page in pages():
        text = DATA_ELEMENT.sub("", page.read_text(encoding="utf-8"))
        lines = [text[: match.start()].count("\n") + 1 for match in FORBIDDEN_IN_PAGES[rule].finditer(text)]
        found += [(page.relative_to(ROOT).as_posix(), line) for line in lines]
    assert slips(found) == []


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color:red">',
        "<script>alert(1)</script>",
        '<img src="https://pixel.example/x.png">',
        '<a onclick="go()">',
        "{{ title|safe }}",
        '<div hx-on:click="go()">',
    ],
)
def test_x1_the_rules_find_what_they_are_for(text):
    assert any(rule.search(text) for rule in FORBIDDEN_IN_PAGES.values())
