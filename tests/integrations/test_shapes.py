"""Addresses of files at hosts that aren't GitHub: what they name, and the addresses beside them."""

import pytest

from integrations.git import shapes
from integrations.git.shapes import ShapeError

COMMIT = "0123456789abcdef0123456789abcdef01234567"
GITLAB = "https://gitlab.com/acme/shop/checkout/-/blob/main/services/catalog-info.yaml"
CLOUD = "https://bitbucket.org/acme/checkout/src/main/services/catalog-info.yaml"
SERVER = "https://git.acme.example/projects/SHOP/repos/checkout/browse/services/catalog-info.yaml?at=refs/heads/main"
GITEA = "https://codeberg.org/acme/checkout/src/branch/main/services/catalog-info.yaml"
AZURE = "https://dev.azure.com/acme/Shop/_git/checkout?path=/services/catalog-info.yaml&version=GBmain"
ITEMS = "https://dev.azure.com/acme/Shop/_apis/git/repositories/checkout/items?path=/services/catalog-info.yaml"


@pytest.mark.parametrize(
    ("url", "style", "root", "ref", "path"),
    [
        (GITLAB, "gitlab", "https://gitlab.com/acme/shop/checkout", "main", "services/catalog-info.yaml"),
        (GITLAB.replace("/blob/", "/raw/"), "gitlab", "https://gitlab.com/acme/shop/checkout", "main", None),
        (CLOUD, "bitbucket-cloud", "https://bitbucket.org/acme/checkout", "main", None),
        (CLOUD.replace("/src/", "/raw/"), "bitbucket-cloud", "https://bitbucket.org/acme/checkout", "main", None),
        (
            SERVER,
            "bitbucket-server",
            "https://git.acme.example/projects/SHOP/repos/checkout",
            "refs/heads/main",
            None,
        ),
        (GITEA, "gitea", "https://codeberg.org/acme/checkout", "main", None),
        (GITEA.replace("/src/", "/raw/"), "gitea", "https://codeberg.org/acme/checkout", "main", None),
        (AZURE, "azure", "https://dev.azure.com/acme/Shop/_git/checkout", "main", None),
    ],
)
def test_an_address_tells_repository_ref_and_path(url, style, root, ref, path):
    found = shapes.parse(url)
    assert found is not None
    assert (found.style, found.root, found.ref) == (style, root, ref)
    assert found.path == (path or "services/catalog-info.yaml")


@pytest.mark.parametrize(
    ("url", "view", "edit", "raw", "folder"),
    [
        (
            GITLAB.replace("/blob/", "/raw/"),
            GITLAB,
            "https://gitlab.com/acme/shop/checkout/-/edit/main/services/catalog-info.yaml",
            "https://gitlab.com/acme/shop/checkout/-/raw/main/services/catalog-info.yaml",
            "https://gitlab.com/acme/shop/checkout/-/tree/main/services",
        ),
        (
            CLOUD,
            CLOUD,
            f"{CLOUD}?mode=edit&spa=0&at=main",
            "https://bitbucket.org/acme/checkout/raw/main/services/catalog-info.yaml",
            "https://bitbucket.org/acme/checkout/src/main/services",
        ),
        (
            SERVER,
            SERVER,
            SERVER.replace("?at=", "?mode=edit&spa=0&at="),
            SERVER.replace("/browse/", "/raw/"),
            "https://git.acme.example/projects/SHOP/repos/checkout/browse/services?at=refs/heads/main",
        ),
        (
            GITEA,
            GITEA,
            "https://codeberg.org/acme/checkout/_edit/main/services/catalog-info.yaml",
            "https://codeberg.org/acme/checkout/raw/branch/main/services/catalog-info.yaml",
            "https://codeberg.org/acme/checkout/src/branch/main/services",
        ),
        (
            AZURE,
            AZURE,
            AZURE,
            f"{ITEMS}&api-version=6.0&versionDescriptor.version=main&versionDescriptor.versionType=branch",
            "https://dev.azure.com/acme/Shop/_git/checkout?path=/services&version=GBmain",
        ),
    ],
)
def test_the_pages_that_show_and_edit_it_and_the_address_of_its_bytes(url, view, edit, raw, folder):
    found = shapes.parse(url)
    assert found is not None
    assert (found.view, found.edit, found.raw, found.folder.view) == (view, edit, raw, folder)


@pytest.mark.parametrize("url", [GITLAB, CLOUD, SERVER, GITEA, AZURE])
@pytest.mark.parametrize(
    ("relative", "path"),
    [("./a.yaml", "services/a.yaml"), ("../a.yaml", "a.yaml"), ("/a.yaml", "a.yaml"), ("deep/a.yaml", None)],
)
def test_relative_targets_stay_in_the_repository_and_its_ref(url, relative, path):
    base = shapes.parse(url)
    assert base is not None
    joined = base.join(relative)
    assert joined.path == (path or "services/deep/a.yaml")
    assert shapes.parse(joined.view) == joined


@pytest.mark.parametrize("url", [GITLAB, CLOUD, SERVER, GITEA, AZURE])
def test_a_target_that_leads_out_of_the_repository_is_refused(url):
    base = shapes.parse(url)
    assert base is not None
    with pytest.raises(ShapeError):
        base.join("../../a.yaml")


def test_a_commit_and_a_tag_are_told_apart_from_a_branch():
    kinds = [
        GITLAB.replace("/main/", f"/{COMMIT}/"),
        GITEA.replace("/branch/main/", "/tag/v1/"),
        AZURE.replace("GBmain", f"GC{COMMIT}"),
        CLOUD,
    ]
    assert [found.ref_kind for url in kinds if (found := shapes.parse(url))] == ["commit", "tag", "commit", "branch"]


def test_azure_may_leave_out_project_and_version():
    found = shapes.parse("https://dev.azure.com/acme/_git/shop?path=%2Fcatalog-info.yaml")
    assert found is not None
    assert found.raw == (
        "https://dev.azure.com/acme/shop/_apis/git/repositories/shop/items?path=/catalog-info.yaml&api-version=6.0"
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/acme/web/blob/main/a.yaml",
        "https://github.com/acme/web/blob/main/-/blob/main/a.yaml",
        "https://ghe.acme.example/acme/web/blob/main/-/raw/x/a.yaml",
        "https://example.com/a.yaml",
        "https://gitlab.com/acme/-/blob/main/a.yaml",
        "https://gitlab.com/acme/shop/-/blob/main/../../../a.yaml",
        "https://gitlab.com/acme/shop/-/blob/main/%2e%2e/a.yaml",
        "https://user@gitlab.com/acme/shop/-/blob/main/a.yaml",
        "https://gitlab.com\\@evil.example/acme/shop/-/blob/main/a.yaml",
        "https://dev.azure.com/acme/Shop/_git/checkout?path=/../a.yaml",
        "ftp://gitlab.com/acme/shop/-/blob/main/a.yaml",
        "https://[::1/acme/shop/-/blob/main/a.yaml",
    ],
)
def test_an_address_of_another_shape_is_none_of_these(url):
    assert shapes.parse(url) is None
