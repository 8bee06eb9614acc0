"""The form of a golden path: from the pages of its JSON Schema to fields, from a posted form to values."""
