"""Message catalogues compared with the code."""

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from clicksafely.common.i18n.message_catalogues import (
    catalogue_errors,
    compile_catalogues,
    extract_messages,
    update_catalogue,
)

HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

"""
COMPLETE = (
    HEADER
    + """msgid "Send"
msgstr "Пошаљи"

msgctxt "month"
msgid "May"
msgstr "Мај"

msgid "%(count)s report"
msgid_plural "%(count)s reports"
msgstr[0] "%(count)s пријава"
msgstr[1] "%(count)s пријаве"
msgstr[2] "%(count)s пријава"

msgid "Leave this page"
msgstr "Напусти ову страну"
"""
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one module and one template."""
    (tmp_path / "hotline").mkdir()
    (tmp_path / "hotline" / "forms.py").write_text(
        "from django.utils.translation import gettext_lazy as _, pgettext, ngettext\n"
        'button = _("Send")\nmonth = pgettext("month", "May")\n'
        'text = ngettext("%(count)s report", "%(count)s reports", 2)\n'
    )
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        "<p>\n      {% load i18n %}\n  {% blocktranslate trimmed %}\n  Leave\n  this page\n {% endblocktranslate %} don't</p>\n"
    )
    locale = tmp_path / "locale" / "sr" / "LC_MESSAGES"
    locale.mkdir(parents=True)
    (locale / "django.po").write_text(COMPLETE)
    return tmp_path


def catalogue(project: Path) -> Path:
    return project / "locale" / "sr" / "LC_MESSAGES" / "django.po"


def test_messages_are_found_in_code_and_templates(project: Path) -> None:
    assert [(message.context, message.id, message.locations[0][0]) for message in extract_messages(project)] == [
        (None, "Send", "hotline/forms.py"),
        ("month", "May", "hotline/forms.py"),
        (None, ("%(count)s report", "%(count)s reports"), "hotline/forms.py"),
        (None, "Leave this page", "templates/page.html"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('msgstr "Пошаљи"', 'msgstr ""', "not translated: 'Send'"),
        ('msgid "Send"', '#, fuzzy\nmsgid "Send"', "fuzzy: 'Send'"),
        ('msgid "Send"', 'msgid "Post"', "hotline/forms.py: not in django.po: 'Send'"),
        ('msgstr[1] "%(count)s пријаве"', 'msgstr[1] "%(number)s пријаве"', "unknown named placeholder"),
        ('msgstr[2] "%(count)s пријава"', 'msgstr[2] ""', "not translated"),
        ('msgid "Send"', 'msgid "Sent"\nmsgstr "Послато"\n\nmsgid "Send"', "unused: 'Sent'"),
    ],
)
def test_each_fault_is_named(project: Path, old: str, new: str, fault: str) -> None:
    assert catalogue_errors(catalogue(project), project) == []
    catalogue(project).write_text(COMPLETE.replace(old, new))
    found = catalogue_errors(catalogue(project), project)
    assert [line for line in found if fault in line] != []


def test_singular_message_has_no_plural(project: Path) -> None:
    """A catalogue has one entry for it: the plural would appear in English."""
    (project / "hotline" / "pages.py").write_text('ngettext("Send", "Send all", 2)\n')
    (fault,) = catalogue_errors(catalogue(project), project)
    assert "('Send', 'Send all')" in fault


def test_missing_messages_are_added_and_unused_ones_taken_out(project: Path) -> None:
    # The message of Django, which has a context, is used by its own code.
    ours = COMPLETE + '\nmsgctxt "alt. month"\nmsgid "May"\nmsgstr "маја"\n'
    catalogue(project).write_text(ours.replace('msgid "Send"', 'msgid "Unused"'))
    assert update_catalogue(catalogue(project), project) == (1, 1)
    assert [line.rpartition(": ")[2] for line in catalogue_errors(catalogue(project), project)] == ["'Send'"]
    assert "Unused" not in catalogue(project).read_text()
    assert 'msgctxt "month"' in catalogue(project).read_text()
    assert 'msgctxt "alt. month"' in catalogue(project).read_text()
    assert update_catalogue(catalogue(project), project) == (0, 0)


def test_compiled_catalogues_translate_and_are_written_only_when_the_source_changed(project: Path) -> None:
    locale = project / "locale"
    before = os.umask(0o077)
    try:
        written = compile_catalogues(locale)
    finally:
        os.umask(before)
    # Every user of the machine can read it.
    assert written[0].stat().st_mode & 0o777 == 0o644
    assert written == [catalogue(project).with_suffix(".mo")]
    translations = gettext.translation("django", locale, ["sr"])
    assert translations.gettext("Send") == "Пошаљи"
    assert translations.ngettext("%(count)s report", "%(count)s reports", 3) == "%(count)s пријаве"
    assert compile_catalogues(locale) == []

    times = catalogue(project).stat()
    os.utime(catalogue(project), ns=(times.st_atime_ns, times.st_mtime_ns - 10**9))
    assert compile_catalogues(locale) == written


def test_a_process_that_compiles_a_catalogue_uses_it(tmp_path: Path) -> None:
    """As at a first start: the catalogue is read without a compiled file, then compiled, and a paper is published."""
    source = tmp_path / "sr" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(HEADER + 'msgid "Leave this page"\nmsgstr "Напусти ову страну"\n')
    with override_settings(LOCALE_PATHS=[tmp_path]), clean_translations():
        with translation.override("sr"):
            assert translation.gettext("Leave this page") == "Leave this page"
        call_command("compile_catalogues", stdout=StringIO())
        with translation.override("sr"):
            assert translation.gettext("Leave this page") == "Напусти ову страну"


@contextmanager
def clean_translations() -> Iterator[None]:
    """Clear the cache of catalogues, before and after."""
    translation_file_changed(None, Path("before.mo"))
    yield
    translation_file_changed(None, Path("after.mo"))
