"""Docs for tests, as a reading leaves them, without a repository."""

from datetime import datetime

from django.utils import timezone

from catalog.docs import addresses, navigation, searching
from catalog.docs.markup import rendering
from catalog.models import DocsFinding, DocsPage, DocsSite, Entity
from catalog.models.docs import packed


def make_docs(
    ref: str, pages: dict[str, str], *, findings: int = 0, changed_at: datetime | None = None, error: str = ""
) -> DocsSite:
    """Keep docs of an entity, given as {path: Markdown}."""
    now = timezone.now()
    site = DocsSite.objects.create(
        ref=ref,
        place="url:https://git.example/shop/x/tree/main",
        commit="0" * 40,
        page_count=len(pages),
        finding_count=findings,
        code_changed_at=now,
        changed_at=changed_at,
        read_at=now,
        checked_at=now,
        error=error,
        failing_since=now if error else None,
        view_address="https://git.example/shop/x/blob/main/docs/%s",
        edit_address="https://git.example/shop/x/edit/main/docs/%s",
    )
    written = addresses.of_site(ref, folder="docs", view="https://git.example/shop/x/blob/main/%s")
    words = []
    for path, text in pages.items():
        page = rendering.render(text, path=path, addresses=written)
        kept = DocsPage.objects.create(
            site=site,
            path=path,
            digest="0",
            title=page.title or path,
            packed=packed(text),
            html=page.html,
            headings=page.headings,
            anchors=page.anchors,
            links=[link.to_json() for link in page.links],
            changed_at=changed_at,
        )
        words.append(searching.Words(path, kept.title, (), page.words))
    titles = dict(site.pages.values_list("path", "title"))
    site.nav = [item.to_json() for item in navigation.titled(navigation.of_files(pages), titles)]
    site.save()
    for number in range(findings):
        DocsFinding.objects.create(site=site, path=min(pages), line=number + 1, kind="link", target="gone.md")
    searching.put(Entity.objects.get(ref=ref), words)
    return site
