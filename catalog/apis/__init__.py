"""What the APIs of the catalog promise: their definitions read, outlined, and compared from version to version."""
