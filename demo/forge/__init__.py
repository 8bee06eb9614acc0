"""A GitHub stand-in with real git storage: REST, clone over HTTP, pages, webhooks, and faults on demand."""
