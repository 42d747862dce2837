"""Groups pages by template: by view name, and for the admin's lists and forms also by their template and scripts."""

from collections.abc import Iterable
from functools import cache
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.template.loader import select_template
from django.urls import Resolver404, resolve
from django.utils import translation

from clicksafely.common.i18n.language import language_of_path

ADMIN_PAGES = {
    "changelist": "change_list",
    "add": "change_form",
    "change": "change_form",
    "delete": "delete_confirmation",
    "history": "object_history",
}


def template_of(path: str) -> str:
    """Return the name of the view or template of `path` (without host; the query is ignored), or ""."""
    return _template_of(urlsplit(path).path)


@cache
def _template_of(plain: str) -> str:
    try:
        with translation.override(language_of_path(plain) or settings.LANGUAGE_CODE):
            match = resolve(plain)
    except Resolver404:
        return ""
    admin = getattr(match.func, "model_admin", None)
    kind = (match.url_name or "").rpartition("_")[2]
    if admin is None or kind not in ADMIN_PAGES:
        return match.view_name or match.route
    options, name = admin.model._meta, ADMIN_PAGES[kind]
    own = getattr(admin, f"{name}_template", None)
    places = (f"{options.app_label}/{options.model_name}", options.app_label)
    chosen = select_template(
        [*([own] if own else []), *(f"admin/{place}/{name}.html" for place in places), f"admin/{name}.html"]
    )
    added = sorted(str(script) for script in admin.media._js) if name == "change_form" else []
    return " ".join(
        (
            f"admin {kind}",
            chosen.template.name,
            *(part.rpartition("/")[2].rstrip('">') for part in added if "/admin/" not in part),
        )
    )


def keys_of(path: str) -> tuple[str, ...]:
    """Return the names of the query parameters."""
    return tuple(sorted({key for key, _value in parse_qsl(urlsplit(path).query, keep_blank_values=True)}))


def first_of_each(paths: Iterable[str]) -> dict[str, str]:
    """Return {template: its first path}."""
    found: dict[str, str] = {}
    for path in paths:
        found.setdefault(template_of(path), path)
    return found
