"""Pages of the catalog, a file for each subject."""
