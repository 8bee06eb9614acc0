"""A small company to show the portal with, and the stand-ins for what is outside."""
