"""A link has the name of the page to which it leads."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation
from django.utils.translation import gettext

from clicksafely.common.staff.pages import StaffPage

TEMPLATES = Path(settings.BASE_DIR) / "templates"
LINK = re.compile(r'<a\b[^>]*?\{% url "admin:([\w-]+)"[^%]*%\}[^>]*>\s*\{% translate "([^"]*)"', re.S)
# Links that say what happens to the page at which they stand, or what of the other page is wanted.
OTHER_NAMES = {
    ("staff/jobs.html", "Refresh"),
    ("staff/audit/verification.html", "Refresh"),
    ("staff/youthpanel/white_papers/publish.html", "Refresh"),
    ("staff/accounts/recovery_codes.html", "Done"),
    ("staff/youthpanel/consultations/quote.html", "Cancel"),
    ("staff/hotline/welfare/_exposure_figure.html", "exposure today"),
    ("staff/hotline/welfare/overview.html", "Download the figures as CSV"),
    ("staff/hotline/partners/_webhook.html", "Change the address or the secret"),
    ("staff/youthpanel/members/due.html", "Renew"),
    ("staff/youthpanel/safeguarding/note.html", "Name and school (logged)"),
}


def titles(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, str]]:
    """Yield the name of the URL and the title of each staff page that has a fixed one."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from titles(pattern.url_patterns)
            continue
        page = getattr(pattern.callback, "view_class", None)
        if pattern.name and page and issubclass(page, StaffPage) and page.get_title is StaffPage.get_title:
            yield pattern.name, str(page.title)


def test_a_link_has_the_name_of_its_page() -> None:
    wrong, link_count = set(), 0
    with translation.override("en"):
        names = {name: title for name, title in titles(get_resolver().url_patterns) if title}
        for template in TEMPLATES.rglob("*.html"):
            place = str(template.relative_to(TEMPLATES))
            for name, words in LINK.findall(template.read_text(encoding="utf-8")):
                if name not in names or words.startswith("Back to") or (place, words) in OTHER_NAMES:
                    continue
                link_count += 1
                label, title = gettext(words).lower(), names[name].lower()
                # On the page of a record, "Rename" is enough for "Rename passkey".
                if not (title.startswith(label) or label.startswith(title)):
                    wrong.add((place, words, names[name]))
    assert wrong == set()
    assert link_count > 30
