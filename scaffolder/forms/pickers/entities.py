"""The pickers of entities: OwnerPicker (F02), EntityPicker (F03), MultiEntityPicker (F04) and their kin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.permissions import Act, may
from catalog import refs
from catalog.models import Entity
from catalog.query import filters, lookups
from scaffolder.forms.pickers import register
from scaffolder.forms.pickers.base import Choice, Picker, words
from scaffolder.forms.questions import MISSING, FieldError, Question

if TYPE_CHECKING:
    from accounts.actors import Actor
    from scaffolder.forms.pickers.base import Data

# More are not scrolled through: the control becomes a line of text that suggests.
MOST_IN_A_LIST = 200


class EntityChoice(Picker):
    """One entity of those that the template's filter lets through."""

    # Kinds that are offered when the template names none.
    kinds: tuple[str, ...] = ()
    default_kind: str | None = None
    # Whether a ref that no entity has may be given when the template does not say.
    takes_any = True

    def widget_for(self, question: Question, choices: Sequence[Choice]) -> str:
        return "suggest" if self._takes_any(question) or len(choices) > MOST_IN_A_LIST else "select"

    def context(self, question: Question, value: Any, actor: Actor) -> dict[str, Any]:
        return {"example": self._example(question)}

    def choices(self, question: Question, value: Any, actor: Actor) -> Sequence[Choice]:
        wanted = _filter(self.catalog_filter(question, actor))
        found = lookups.choices(wanted, actor=actor, limit=MOST_IN_A_LIST + 1)
        chosen = {self._full(question, item) for item in (value if isinstance(value, list) else [value]) if item}
        return [Choice(c.ref, c.title, detail=self._detail(c, question), is_chosen=c.ref in chosen) for c in found]

    def catalog_filter(self, question: Question, actor: Actor) -> Any:
        """Return what the template offers, as a `catalogFilter`."""
        written = question.options.get("catalogFilter")
        kinds = words(question.options.get("allowedKinds")) or list(self.kinds)
        return written if isinstance(written, Mapping | list) else [{"kind": kind} for kind in kinds]

    def check(self, question: Question, value: Any, actor: Actor) -> FieldError | None:
        try:
            ref = self._parsed(question, value)
        except refs.RefError:
            return FieldError(
                question.path,
                _("“%s” is not the reference of an entity.") % value,
                _("Write it as kind:namespace/name, such as %s.") % self._example(question),
            )
        if self._takes_any(question) or self._exists(question, str(ref), actor):
            return None
        return FieldError(
            question.path,
            _("There is no %(ref)s to choose here.") % {"ref": ref},
            _("Choose one of the list, or register it in the catalog first."),
        )

    def _takes_any(self, question: Question) -> bool:
        stated = question.options.get("allowArbitraryValues")
        return stated if isinstance(stated, bool) else self.takes_any

    def _exists(self, question: Question, ref: str, actor: Actor) -> bool:
        wanted = _filter(self.catalog_filter(question, actor))
        return bool(wanted.apply(Entity.objects.visible_to(actor).filter(ref=ref)).exists())

    def _parsed(self, question: Question, value: Any) -> refs.EntityRef:
        kind = question.options.get("defaultKind") or self.default_kind or self._only_kind(question)
        namespace = question.options.get("defaultNamespace")
        return refs.parse(
            str(value),
            default_kind=kind if isinstance(kind, str) else None,
            default_namespace=namespace if isinstance(namespace, str) else "default",
        )

    def _full(self, question: Question, value: Any) -> str:
        try:
            return str(self._parsed(question, value))
        except refs.RefError:
            return str(value)

    def _only_kind(self, question: Question) -> str | None:
        """Return the kind that the template's filter names, when it names one."""
        written = question.options.get("catalogFilter")
        parts = written if isinstance(written, list) else [written]
        found = {kind for part in parts if isinstance(part, Mapping) for kind in words(part.get("kind"))}
        found |= set(words(question.options.get("allowedKinds")))
        return found.pop() if len(found) == 1 else None

    def _example(self, question: Question) -> str:
        kind = question.options.get("defaultKind") or self.default_kind or self._only_kind(question) or "component"
        return f"{kind}:default/checkout".lower()

    def _detail(self, choice: lookups.Choice, question: Question) -> str:
        several = self._only_kind(question) is None
        return choice.kind if several else (choice.name if choice.name != choice.title.lower() else "")


def _filter(written: Any) -> filters.EntityFilter:
    """Return a `catalogFilter`; one that cannot be read lets nothing be chosen, and lint names it."""
    try:
        return filters.from_catalog_filter(written) if written else filters.ALL
    except filters.FilterError:
        return filters.from_catalog_filter({"kind": "none"})


@register("OwnerPicker")
class OwnerPicker(EntityChoice):
    """A group or person of the catalog.

    Backstage takes any text here unless told otherwise, and so makes things that nobody owns. Ours takes one that is
    in the catalog, and for whom the person may register something: else a run would fail after it has made the
    repository. A template that says `allowArbitraryValues: true` or `anyOwner: true` takes others as well.
    """

    kinds: tuple[str, ...] = ("Group", "User")
    default_kind = "group"
    takes_any = False

    def choices(self, question: Question, value: Any, actor: Actor) -> Sequence[Choice]:
        found = super().choices(question, value, actor)
        return [choice for choice in found if self._may_own(question, choice.value, actor)]

    def check(self, question: Question, value: Any, actor: Actor) -> FieldError | None:
        wrong = super().check(question, value, actor)
        if wrong is None and not self._may_own(question, self._full(question, value), actor):
            return FieldError(
                question.path, _("%s is not a team of yours.") % value, _("Choose one of the list, or ask that team.")
            )
        return wrong

    def _may_own(self, question: Question, ref: str, actor: Actor) -> bool:
        is_open = question.options.get("anyOwner") is True or self._takes_any(question)
        return is_open or may(actor, Act.REGISTER_ENTITY, owner_refs=[ref])


@register("EntityPicker")
class EntityPicker(EntityChoice):
    pass


@register("OwnedEntityPicker")
class OwnedEntityPicker(EntityChoice):
    """An entity that the person or one of their groups owns (F05)."""

    takes_any = False

    def catalog_filter(self, question: Question, actor: Actor) -> Any:
        written = super().catalog_filter(question, actor)
        parts = written if isinstance(written, list) else [written]
        owned = {"relations.ownedBy": sorted(actor.owner_refs)}
        return [{**part, **owned} for part in parts or [{}] if isinstance(part, Mapping)]


@register("MyGroupsPicker")
class MyGroupsPicker(OwnerPicker):
    """A group that the person is in (F08)."""

    kinds = ("Group",)

    def _may_own(self, question: Question, ref: str, actor: Actor) -> bool:
        return ref in actor.group_refs


@register("MultiEntityPicker")
class MultiEntityPicker(EntityChoice):
    """Several entities (F04)."""

    def widget_for(self, question: Question, choices: Sequence[Choice]) -> str:
        return "lines" if self._takes_any(question) or len(choices) > MOST_IN_A_LIST else "checkboxes"

    def parse(self, question: Question, data: Data) -> Any:
        lines = [line.strip() for text in data.getlist(question.name) for line in str(text).splitlines()]
        return [line for line in lines if line] or MISSING

    def check(self, question: Question, value: Any, actor: Actor) -> FieldError | None:
        found = (super(MultiEntityPicker, self).check(question, item, actor) for item in value)
        return next((error for error in found if error is not None), None)
