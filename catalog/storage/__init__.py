"""From files that were read to rows: what belongs to the ingest's one transaction."""
