"""Questions to the catalog: filters, orders, cursors and counts over stored entities."""
