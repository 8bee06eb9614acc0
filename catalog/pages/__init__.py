"""What the catalog's pages show: each read in a few statements, in values that a template prints."""
