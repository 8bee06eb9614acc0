"""What the catalog looked like before: each entity's revisions, who owned it, and all of it as of an instant."""
