"""The actions of the most used package of others: files, data and a pause."""

import io
import json
import zipfile

import pytest
import yaml

from scaffolder import registry
from scaffolder.files.paths import PathRefused
from scaffolder.files.workspace import WorkspaceError
from scaffolder.step import StepFailed, StepWaits

pytestmark = pytest.mark.django_db


def test_a_text_is_written_and_replaces_what_was_there(bench):
    assert bench.run("roadiehq:utils:fs:write", path="docs/a.md", content="Grüße\n") == {"path": "docs/a.md"}
    bench.run("roadiehq:utils:fs:write", path="docs/a.md", content="b")
    assert bench.files() == {"docs/a.md": "b"}


def test_a_text_is_added_to_a_file_or_makes_one(bench):
    bench.workspace.write_bytes("run.sh", b"#!/bin/sh\n", "100755")
    bench.run("roadiehq:utils:fs:append", path="run.sh", content="exit 0\n")
    bench.run("roadiehq:utils:fs:append", path="new.txt", content="x")
    assert bench.files() == {"new.txt": "x", "run.sh": "#!/bin/sh\nexit 0\n"}
    assert bench.workspace.read("run.sh").mode == "100755"


@pytest.mark.parametrize("action", ["write", "append"])
@pytest.mark.parametrize("path", ["../x", "/etc/x"])
def test_no_file_outside_is_written(bench, action, path):
    with pytest.raises(WorkspaceError):
        bench.run(f"roadiehq:utils:fs:{action}", path=path, content="x")


@pytest.mark.parametrize(
    ("parser", "text", "content"),
    [
        (None, "a: 1", "a: 1"),
        ("json", '{"a": [1, null]}', {"a": [1, None]}),
        ("yaml", "a: no\nb: 012", {"a": "no", "b": 12}),
        ("multiyaml", "a: 1\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
        ("multiyaml", "", []),
    ],
)
def test_a_file_is_read_as_text_or_as_data(bench, parser, text, content):
    bench.put({"file": text})
    given = {"parser": parser} if parser else {}
    assert bench.run("roadiehq:utils:fs:parse", path="file", **given) == {"content": content}


@pytest.mark.parametrize(
    ("parser", "text", "message"),
    [
        ("json", "{", "file is not JSON"),
        ("json", "[" * 100_000, "file is n"),
        ("yaml", "a: 1\nb: [1", r"file, line \d: "),
        ("yaml", "a: 1\n---\nb: 2", "second document"),
        ("multiyaml", "a: &a [1]\nb: *c", "file, line 2"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_line(bench, parser, text, message):
    bench.put({"file": text})
    with pytest.raises(StepFailed, match=message):
        bench.run("roadiehq:utils:fs:parse", path="file", parser=parser)


def test_a_file_that_is_no_text_is_told(bench):
    bench.workspace.write_bytes("file", b"\xff\xfe")
    with pytest.raises(StepFailed, match="not a text in UTF-8"):
        bench.run("roadiehq:utils:fs:parse", path="file")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"data": {"a": [1, 2.0, 0.5], "b": "ü"}}, '{"a":[1,2,0.5],"b":"ü"}'),
        ({"data": {"a": {"b": 1}}, "space": "  "}, '{\n  "a": {\n    "b": 1\n  }\n}'),
        ({"data": {"a": 1, "b": {"a": 2, "c": 3}}, "replacer": ["b", "a"]}, '{"b":{"a":2},"a":1}'),
        ({"data": []}, "[]"),
        ({"data": None}, "null"),
    ],
)
def test_data_become_json_as_javascript_writes_it(bench, given, text):
    assert bench.run("roadiehq:utils:serialize:json", **given) == {"serialized": text}


def test_data_become_yaml(bench):
    same = {"image": "x"}
    data = {"name": "checkout", "ports": [8080, 9090], "off": "no", "ü": None, "one": same, "two": same}
    text = bench.run("roadiehq:utils:serialize:yaml", data=data)["serialized"]
    assert text == (
        "name: checkout\nports:\n  - 8080\n  - 9090\n'off': 'no'\nü: null\none:\n  image: x\ntwo:\n  image: x\n"
    )
    assert yaml.safe_load(text) == data
    assert bench.run("roadiehq:utils:serialize:yaml", data="word")["serialized"] == "word\n"


def test_long_lines_are_folded_where_they_are_asked_to_be(bench):
    data = {"text": "word " * 40}
    folded = bench.run("roadiehq:utils:serialize:yaml", data=data)["serialized"]
    whole = bench.run("roadiehq:utils:serialize:yaml", data=data, options={"lineWidth": -1, "indent": 4})["serialized"]
    assert (folded.count("\n") > 2, whole.count("\n")) == (True, 1)


def test_a_pause_is_that_of_debug_wait(bench):
    with pytest.raises(StepWaits, match=r"Waiting for (60|59) s\."):
        bench.run("roadiehq:utils:sleep", amount=60)
    with pytest.raises(StepFailed, match="longer than the 10 minutes"):
        bench.run("roadiehq:utils:sleep", amount=601)


def test_each_step_of_a_chain_takes_what_the_one_before_gives(bench):
    """Write, read, change, write: what the action before gives is a text or data that the next one takes."""
    text = bench.run("roadiehq:utils:serialize:json", data={"replicas": 2})["serialized"]
    path = bench.run("roadiehq:utils:fs:write", path="values.json", content=text)["path"]
    data = bench.run("roadiehq:utils:fs:parse", path=path, parser="json")["content"]
    assert json.loads(bench.files()["values.json"]) == data == {"replicas": 2}


def test_a_template_that_gives_data_for_a_text_is_told():
    (mistake,) = registry.get("roadiehq:utils:fs:write").mistakes({"path": "a", "content": {"a": 1}})
    assert "content" in mistake


# -- Replace -----------------------------------------------------------------------------------------------------------


def replaced(bench, text, **given):
    bench.put({"a.txt": text})
    bench.run("roadiehq:utils:fs:replace", files=[{"file": "a.txt", **given}])
    return bench.files()["a.txt"]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"find": "a.c", "replaceWith": "x"}, "x abc"),
        ({"find": "a.c", "replaceWith": "x", "matchRegex": True}, "x x"),
        ({"find": "(b)(c)", "replaceWith": "$2$1", "matchRegex": True}, "a.c acb"),
        ({"find": r"\s+", "replaceWith": "\n", "matchRegex": True}, "a.c\nabc"),
        ({"find": "nothing", "replaceWith": "x"}, "a.c abc"),
        ({"find": "(?<=a)b", "replaceWith": "${{ 1 }}", "matchRegex": True}, "a.c a${{ 1 }}c"),
    ],
)
def test_texts_and_patterns_are_replaced(bench, given, text):
    assert replaced(bench, "a.c abc", **given) == text


def test_a_slash_in_a_pattern_is_a_slash(bench):
    assert replaced(bench, "a/b", find="a/b", replaceWith="c", matchRegex=True) == "c"
    assert replaced(bench, "a/b", find=r"a\/b", replaceWith="c", matchRegex=True) == "c"


@pytest.mark.parametrize("find", ["(", "a/g, x) }} ${{ 7 * 7", "[", "(?<n>a)(?<n>b)"])
def test_what_is_no_pattern_is_told_and_runs_nothing(bench, find):
    with pytest.raises(StepFailed, match="cannot be used on a\\.txt"):
        replaced(bench, "49", find=find, replaceWith="x", matchRegex=True)


def test_a_pattern_that_takes_for_ever_is_stopped(bench):
    with pytest.raises(StepFailed, match="cannot be used"):
        replaced(bench, "a" * 40 + "!", find="^(a+)+$", replaceWith="x", matchRegex=True)


# -- Archives ----------------------------------------------------------------------------------------------------------


def packed(bench, path):
    bench.run("roadiehq:utils:zip", path=path, outputPath="out/all.zip")
    with zipfile.ZipFile(io.BytesIO(bench.workspace.read_bytes("out/all.zip"))) as archive:
        return {entry.filename: archive.read(entry).decode() for entry in archive.infolist()}


def test_a_folder_a_file_and_all_of_it(bench):
    bench.put({"a/b.txt": "b", "a/c/d.txt": "d", "e.txt": "e"})
    assert packed(bench, "a") == {"b.txt": "b", "c/d.txt": "d"}
    assert packed(bench, "a/b.txt") == {"b.txt": "b"}
    assert packed(bench, ".") == {"a/b.txt": "b", "a/c/d.txt": "d", "e.txt": "e"}
    first = bench.workspace.read_bytes("out/all.zip")
    packed(bench, ".")
    assert bench.workspace.read_bytes("out/all.zip") == first


def test_nothing_and_outside_are_not_packed(bench):
    with pytest.raises(StepFailed, match="nothing to pack"):
        bench.run("roadiehq:utils:zip", path=".", outputPath="a.zip")
    bench.put({"a": "a"})
    for given in ({"path": "../x", "outputPath": "a.zip"}, {"path": "a", "outputPath": "../a.zip"}):
        with pytest.raises(PathRefused):
            bench.run("roadiehq:utils:zip", **given)


# -- Merging -----------------------------------------------------------------------------------------------------------


def test_data_are_merged_into_json_and_yaml(bench):
    bench.put({"a.json": '{"a": {"b": 1, "c": [1, 2, 3]}, "d": 1}', "a.yaml": "a:\n  b: 1\n"})
    bench.run("roadiehq:utils:merge", path="a.json", content={"a": {"c": [9], "e": 2}, "d": {"f": 1}})
    assert json.loads(bench.files()["a.json"]) == {"a": {"b": 1, "c": [9, 2, 3], "e": 2}, "d": {"f": 1}}
    bench.run("roadiehq:utils:json:merge", path="a.json", content='{"a": {"c": [7]}}', mergeArrays=True)
    assert json.loads(bench.files()["a.json"])["a"]["c"] == [9, 2, 3, 7]
    bench.run("roadiehq:utils:yaml:merge", path="a.yaml", content="a: {c: [x]}")
    assert bench.files()["a.yaml"] == "a:\n  b: 1\n  c:\n    - x\n"


def test_a_file_that_is_not_there_is_made(bench):
    bench.run("roadiehq:utils:merge", path="new.yml", content={"a": 1})
    assert bench.files() == {"new.yml": "a: 1\n"}


@pytest.mark.parametrize(
    ("path", "text", "content"),
    [
        ("a.txt", "a", {"a": 1}),
        ("a.json", "[1]", {"a": 1}),
        ("a.json", "{", {"a": 1}),
        ("a.yaml", "a: [", {"a": 1}),
        ("a.yaml", "a: 1", "- 1"),
    ],
)
def test_what_cannot_be_merged_is_told_and_the_file_stays(bench, path, text, content):
    bench.put({path: text})
    with pytest.raises(StepFailed):
        bench.run("roadiehq:utils:merge", path=path, content=content)
    assert bench.files() == {path: text}
