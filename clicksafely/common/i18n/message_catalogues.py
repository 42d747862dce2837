"""Message catalogues: reads, compares with the code, and compiles them without the gettext programs."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCES = ("clicksafely", "awareness", "hotline", "youthpanel", "templates")
# Translations of Django messages that the project overrides, such as month names; they do not occur in the project's code.
DJANGO_CATALOGUE = Path(django.__file__).parent / "conf" / "locale" / "sr" / "LC_MESSAGES" / "django.po"
SINGULAR, PLURAL, IN_CONTEXT = None, (1, 2), ((1, "c"), 2)
KEYWORDS = {
    "_": SINGULAR,
    "gettext": SINGULAR,
    "gettext_lazy": SINGULAR,
    "gettext_noop": SINGULAR,
    "ngettext": PLURAL,
    "ngettext_lazy": PLURAL,
    "pgettext": IN_CONTEXT,
    "pgettext_lazy": IN_CONTEXT,
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def read_catalogue(path: Path) -> Catalog:
    """Return the catalogue of a `.po` file."""
    with path.open("rb") as file:
        return read_po(file)


def compile_catalogues(locale: Path) -> list[Path]:
    """Write the `.mo` file of every `.po` file with another time; return those written. Files are replaced atomically."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target, times = source.with_suffix(".mo"), source.stat()
        if target.exists() and target.stat().st_mtime_ns == times.st_mtime_ns:
            continue
        unfinished = target.with_suffix(f".{os.getpid()}")
        with unfinished.open("wb") as file:
            write_mo(file, read_catalogue(source))
        unfinished.chmod(0o644)  # independently of the umask: the portal's processes may have several users
        os.utime(unfinished, ns=(times.st_atime_ns, times.st_mtime_ns))
        unfinished.rename(target)
        written.append(target)
    return written


def extract_messages(base_dir: Path) -> Iterator[Message]:
    """Yield every message of code and templates, with its files as locations."""
    for folder in SOURCES:
        for path in sorted((base_dir / folder).rglob("*")):
            if path.suffix == ".py" and "migrations" not in path.parts:
                source = path.read_text()
            elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
                # Babel parses it as Python, where indentation would be significant.
                source = "\n".join(map(str.lstrip, templatize(path.read_text(), origin=str(path)).splitlines()))
            else:
                continue
            found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"})
            for _line, message_id, _comments, context in found:
                yield Message(message_id, context=context, locations=[(str(path.relative_to(base_dir)), 0)])


def update_catalogue(path: Path, base_dir: Path) -> tuple[int, int]:
    """Add missing messages untranslated, remove unused ones, and refresh the locations.

    Returns the numbers of added and of removed messages.
    """
    catalogue, messages = read_catalogue(path), list(extract_messages(base_dir))
    missing = [message for message in messages if _lacks(catalogue, message)]
    for message in missing:
        catalogue.add(message.id, context=message.context, locations=message.locations)
    unused = _unused(catalogue, messages)
    for message in unused:
        catalogue.delete(message.id, message.context)
    if _refresh_locations(catalogue, messages) or missing or unused:
        with path.open("wb") as file:
            write_po(file, catalogue, width=120, include_lineno=False)
    return len(missing), len(unused)


def catalogue_errors(path: Path, base_dir: Path) -> list[str]:
    """Return the errors of a catalogue, one line each.

    Errors are missing, unused, empty and fuzzy messages, other placeholders, and missing plurals.
    """
    catalogue, messages = read_catalogue(path), list(extract_messages(base_dir))
    found = [f"{path}:{message.lineno}: unused: {message.id!r}" for message in _unused(catalogue, messages)]
    for message in messages:
        if _lacks(catalogue, message):
            found.append(f"{message.locations[0][0]}: not in {path.name}: {message.id!r}")
        elif message.pluralizable and not catalogue.get(message.id, message.context).pluralizable:  # type: ignore[union-attr]
            # A catalogue has one entry per message, with or without a plural.
            found.append(f"{message.locations[0][0]}: also used without a plural, it needs a context: {message.id!r}")
    found += [f"{path}:{message.lineno}: {error}" for message, errors in catalogue.check() for error in errors]
    for message in catalogue:
        translations = message.string if isinstance(message.string, tuple | list) else [message.string]
        if message.id and message.fuzzy:
            found.append(f"{path}:{message.lineno}: fuzzy: {message.id!r}")
        elif message.id and not all(translations):
            found.append(f"{path}:{message.lineno}: not translated: {message.id!r}")
    return found


def _refresh_locations(catalogue: Catalog, messages: list[Message]) -> bool:
    """Update the files of each message; return whether any changed. Overridden Django messages have none."""
    found: dict[tuple[str | None, str], list[tuple[str, int]]] = {}
    for message in messages:
        found.setdefault(_key(message), []).extend(message.locations)
    changed = False
    for message in catalogue:
        if message.id:
            files = sorted({name for name, _line in found.get(_key(message), [])})
            if files != sorted({name for name, _line in message.locations}):
                message.locations = [(name, 0) for name in files]
                changed = True
    return changed


def _lacks(catalogue: Catalog, message: Message) -> bool:
    return bool(message.id) and catalogue.get(message.id, message.context) is None


def _unused(catalogue: Catalog, messages: list[Message]) -> list[Message]:
    used = {_key(message) for message in messages} | {_key(message) for message in read_catalogue(DJANGO_CATALOGUE)}
    return [message for message in catalogue if message.id and _key(message) not in used]


def _key(message: Message) -> tuple[str | None, str]:
    # A catalogue finds a message with a plural by its singular.
    return message.context, message.id if isinstance(message.id, str) else message.id[0]
