"""What the pages of golden paths and runs show, in values that a template prints."""
