"""Message catalogues compiled for gettext (`.po` to `.mo`), without the gettext programs."""

import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogues(locale: Path) -> list[Path]:
    """Write the `.mo` file beside every `.po` file of another time; returns those written. A process that reads them sees whole files."""
    written = []
    for source in locale.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns == source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file)
        unfinished = target.with_suffix(f".{os.getpid()}")
        with unfinished.open("wb") as file:
            write_mo(file, catalogue)
        os.utime(unfinished, ns=(source.stat().st_atime_ns, source.stat().st_mtime_ns))
        unfinished.rename(target)
        written.append(target)
    return written


def faults(source: Path) -> Iterator[str]:
    """What keeps a catalogue from being complete: messages that are empty, fuzzy, or whose placeholders differ."""
    with source.open("rb") as file:
        catalogue = read_po(file)
    for message, errors in catalogue.check():
        for error in errors:
            yield f"{source}:{message.lineno}: {error}"
    for message in catalogue:
        if not message.id:
            continue
        translations = message.string if isinstance(message.string, tuple | list) else [message.string]
        if message.fuzzy:
            yield f"{source}:{message.lineno}: fuzzy: {message.id!r}"
        elif not all(translations):
            yield f"{source}:{message.lineno}: not translated: {message.id!r}"
