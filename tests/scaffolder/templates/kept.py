"""What the database keeps of the only golden path of a test."""

from scaffolder.models import Template, TemplateRevision


def in_use() -> TemplateRevision:
    """Return the text that runs start from."""
    revision = Template.objects.select_related("revision").get().revision
    assert revision is not None
    return revision
