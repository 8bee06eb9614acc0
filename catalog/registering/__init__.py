"""Registering, step by step: an address, what is there or could be, a last look, and the end."""
