"""What the catalog looked like before: each entity's revisions, who owned it, and all of it as of an instant."""

from catalog.history.reading import at, latest, revisions, text_of, texts_of

__all__ = ["at", "latest", "revisions", "text_of", "texts_of"]
