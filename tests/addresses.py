"""Every address of the portal, as the URL configuration knows it."""

from django.urls import URLPattern, URLResolver, get_resolver


def routes() -> list[tuple[str, list[str]]]:
    """Return (route, names of its variable parts) of every address; Django admin's are left out."""
    return _below(get_resolver().url_patterns, "")


def _below(patterns: list[URLPattern | URLResolver], prefix: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if route.startswith("admin/"):
            continue
        if isinstance(entry, URLResolver):
            found += _below(entry.url_patterns, route)
        else:
            found.append((route, list(entry.pattern.converters)))
    return found


def filled(route: str, values: dict[str, str]) -> str:
    """Return the address of `route` with its variable parts filled in."""
    for name, value in values.items():
        for converter in ("str:", "slug:", "path:", "int:", "uuid:", ""):
            route = route.replace(f"<{converter}{name}>", value)
    return "/" + route
