"""Turns Template entities of the catalog into golden paths: a revision for each text that is new."""

from __future__ import annotations

import logging

from accounts import actors
from catalog import processors
from catalog.models import Location
from catalog.problems import Problem
from catalog.processors import StoredEntity
from scaffolder import lint, template_text, templates
from scaffolder.models import Template
from scaffolder.sources import SourceMissing, TemplateSource

log = logging.getLogger(__name__)


class TemplateProcessor:
    """Keeps `scaffolder.Template` as the catalog has it; those of admin are there already."""

    def stored(self, entities: list[StoredEntity]) -> None:
        from_elsewhere = [entity for entity in entities if entity.source != Location.Type.ADMIN]
        known = Template.objects.select_related("revision").in_bulk(
            [entity.ref for entity in from_elsewhere], field_name="ref"
        )
        for entity in from_elsewhere:
            self._store(entity, known.get(entity.ref))

    def removed(self, entity_refs: list[str]) -> None:
        gone = Template.objects.filter(ref__in=entity_refs, source=Template.Source.CATALOG)
        gone.update(state=Template.State.ARCHIVED)

    def _store(self, entity: StoredEntity, template: Template | None) -> None:
        if template is None:
            template = Template(ref=entity.ref, source=Template.Source.CATALOG)
        elif template.source == Template.Source.ADMIN:
            log.warning("%s is being written in admin; the one of the catalog is left out.", entity.ref)
            return
        self._take_over(entity, template)

    def _take_over(self, entity: StoredEntity, template: Template) -> None:
        template.draft, template.base_url = entity.text, entity.base_url
        for name, value in vars(template_text.of_entity(entity.entity)).items():
            setattr(template, name, value)
        kept = template.revision
        pinned = (kept.sha256, kept.base_url, kept.commit) if kept else None
        if pinned == (template_text.sha256(entity.text), entity.base_url, entity.commit):
            template.state = Template.State.PUBLISHED
            template.save()
            return
        template.save()
        self._publish(entity, template)

    def _publish(self, entity: StoredEntity, template: Template) -> None:
        problems = _problems(entity)
        if lint.is_unsafe(problems):
            # The last good text stays in use; the lint page tells what is wrong with this one.
            log.warning("%s is not taken over: its form has a pattern or a reference that is refused.", entity.ref)
            return
        templates.add_revision(
            template,
            entity.text,
            base_url=entity.base_url,
            commit=entity.commit,
            problems=problems,
            published_by=actors.system().ref,
        )


def _problems(entity: StoredEntity) -> list[Problem]:
    """Return what lint says; the files are looked at where they lie on this machine's disk."""
    if not entity.base_url.startswith("file://"):
        return lint.check(entity.text)
    try:
        tree = TemplateSource(entity.ref, entity.base_url).tree("./")
    except SourceMissing:
        return lint.check(entity.text)
    return lint.check(entity.text, tree={file.path: file.content for file in tree.files})


processors.register("template", TemplateProcessor())
