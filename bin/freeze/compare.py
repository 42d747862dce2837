"""Compares two dumps under a map of renames, and prints the differences that no rename explains.

`python -m bin.freeze.compare OLD NEW MAP [REMAINDERS]` exits with 0 if each difference is listed in REMAINDERS with its reason, else 1.
"""

import re
import shlex
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from functools import cache, partial
from pathlib import Path
from typing import Final

REMAINDERS: Final = Path(__file__).with_name("remainders.txt")
KINDS: Final = (
    *("move", "merge", "symbol", "url", "route", "task", "setting", "table", "dbname", "model", "column", "permission"),
    *("audit", "command", "check", "template", "static", "context", "msgid"),
)
# The kind of renames that applies to a whole field.
WHOLE: Final = {key: key for key in KINDS} | {
    "field": "field",
    "path": "path",
    "admin": "path",
    "beat": "task",
    "to": "model",
    "plural": "msgid",
}
# The kinds that apply to each word of a field.
WORDS: Final = {
    **dict.fromkeys(("value", "after", "key"), ("path", "template", "static", "url", "model", "setting")),
    **dict.fromkeys(("text", "hint"), ("path", "setting", "permission")),
    "sql": ("audit",),
}
TOKEN: Final = re.compile(r"\w(?:[\w./:-]*\w)?")
# Django's own names derived from a model.
RIGHTS: Final = ("add", "change", "delete", "view")
ADMIN_PAGES: Final = ("changelist", "add", "history", "delete", "change")
LATIN: Final = dict(
    zip("абвгдђежзијклљмнњопрстћуфхцчџш", re.findall("lj|nj|dž|.", "abvgdđežzijklljmnnjoprstćufhcčdžš"), strict=True)
)


class FreezeError(Exception):
    """A map or a list of remainders that cannot be used."""


type Renames = dict[str, dict[str, str]]


def read_map(text: str, old: Mapping[str, list[str]]) -> Renames:
    """Return {kind: {old: new}}; `old` is the old dump, needed to derive the renames that follow from a model or column.

    Raises FreezeError with the number of the line.
    """
    renames: Renames = {
        kind: {} for kind in (*KINDS, "path", "field", "column name", "text sr", "text sr-latn", "text en")
    }
    for number, each in enumerate(text.splitlines(), 1):
        try:
            kind, *names = shlex.split(each, comments=True) or ("",)
            if kind == "text":
                kind, names = f"text {names[0]}", names[1:]
            if not kind:
                continue
            before, after = names
            if renames[kind].setdefault(before, after) != after:
                raise FreezeError(f"line {number}: {before} has two new names")
            if kind == "symbol" and ":" not in before:
                raise FreezeError(f"line {number}: a symbol is module:Name")
        except (KeyError, IndexError, ValueError) as error:
            raise FreezeError(f"line {number} is no rename: {each}") from error
    renames["path"] = renames["move"] | renames["merge"]
    renames["text sr-latn"] = {latin(before): latin(after) for before, after in renames["text sr"].items()}
    for before, after in renames["model"].items():
        _follow_model(renames, *before.split("."), *after.split("."))
    rows = [dict(part.split("=", 1) for part in each.split("\t") if "=" in part) for each in old.get("models.txt", ())]
    stored = {row["model"]: row["table"] for row in rows if "table" in row}
    columns = {row["field"]: row.get("column", "").rpartition(".")[2] for row in rows if "field" in row}
    for each in old.get("tables.txt", ()):
        for table in re.findall(r"\ttable=(\w+)", each):
            renames["table"].setdefault(table, table)
    for before, name in renames["column"].copy().items():
        label, _, field = before.rpartition(".")
        column = columns.get(before, field)
        to = f"{name}_id" if column == f"{field}_id" else name
        renames["field"][before] = f"{renames['model'].get(label, label)}.{name}"
        table = stored.get(label, label)
        renames["column"][f"{table}.{column}"] = f"{renames['table'].get(table, table)}.{to}"
        renames["column name"][column] = to
    return renames


def _follow_model(renames: Renames, app: str, model: str, new_app: str, new_model: str) -> None:
    """Add the names that Django derives from a model: permissions, and names and routes of its admin pages."""
    before, after = model.lower(), new_model.lower()
    for right in RIGHTS:
        renames["permission"].setdefault(f"{app}.{right}_{before}", f"{new_app}.{right}_{after}")
    for page in ADMIN_PAGES:
        renames["url"].setdefault(f"admin:{app}_{before}_{page}", f"admin:{new_app}_{after}_{page}")
    renames["route"].setdefault(f"admin/{app}/{before}/", f"admin/{new_app}/{after}/")


def latin(text: str) -> str:
    """Return Serbian text in Latin script."""
    for each, letters in LATIN.items():
        text = text.replace(each, letters).replace(each.upper(), letters.capitalize())
    return text


def renamed_path(path: str, renames: Renames) -> str:
    """Return a dotted path under symbol renames, then under the longest move."""
    parts = path.split(".")
    for size in range(len(parts) - 1, 0, -1):
        if name := renames["symbol"].get(f"{'.'.join(parts[:size])}:{'.'.join(parts[size:])}"):
            parts[size:] = [name]
            break
        if name := renames["symbol"].get(f"{'.'.join(parts[:size])}:{parts[size]}"):
            parts[size] = name
            break
    for size in range(len(parts), 0, -1):
        if moved := renames["path"].get(".".join(parts[:size])):
            return ".".join([moved, *parts[size:]])
    return ".".join(parts)


def renamed(name: str, kind: str, renames: Renames) -> str:
    """Return a whole name under the renames of one kind."""
    known = renames[kind]
    if kind == "path":
        return renamed_path(name, renames)
    if name in known:
        return known[name]
    if kind == "route":
        longest = max((route for route in known if name.startswith(route)), key=len, default="")
        return known[longest] + name.removeprefix(longest) if longest else name
    table, separator, rest = name.partition(".")
    if kind == "column" and separator:
        return f"{renames['table'].get(table, table)}.{rest}"
    if kind == "field":
        label, _, field = name.rpartition(".")
        return f"{renames['model'].get(label, label)}.{field}"
    if kind == "dbname":
        longest = max((table for table in renames["table"] if name.startswith(f"{table}_")), key=len, default="")
        return renames["table"][longest] + name.removeprefix(longest) if longest else name
    return name


def renamed_text(text: str, phrases: Mapping[str, str]) -> str:
    """Return a text under renames: of the whole text, or of phrases of three or more words, the longest first."""
    if text in phrases:
        return phrases[text]
    present = sorted((phrase for phrase in phrases if phrase in text and phrase.count(" ") > 1), key=len, reverse=True)
    if not present:
        return text
    choice = "|".join(map(re.escape, present))
    return re.sub(rf"(?<!\w)(?:{choice})(?!\w)", lambda found: phrases[found[0]], text)


def renamed_sql(text: str, table: str, renames: Renames) -> str:
    """Return a database definition under renames: columns of its table, or of any table if it has none, tables and other names."""

    def word(found: re.Match[str]) -> str:
        name = found[0]
        column = renames["column"].get(f"{table}.{name}") if table else renames["column name"].get(name)
        if column:
            return column.rpartition(".")[2]
        return renames["table"].get(name) or renamed(name, "dbname", renames)

    return re.sub(r"\w+", word, text)


def renamed_line(line: str, renames: Renames) -> str:
    """Return one line of a list under all renames that apply to its fields."""
    fields = [part.partition("=") for part in line.split("\t")]
    table = next((value for key, _, value in fields if key == "table"), "")
    parts = []
    for key, separator, whole in fields:
        value = whole
        if key in WHOLE:
            value = renamed(value, WHOLE[key], renames)
        elif key == "msgstr":
            value = renamed_text(value, renames["text sr"])
        elif key in WORDS:
            value = renames["msgid"].get(value) or renamed_text(value, renames["text en"])
            for kind in WORDS[key]:
                value = TOKEN.sub(partial(_renamed_word, kind=kind, renames=renames), value)
        if key == "sql":
            value = renamed_sql(value, table, renames)
        parts.append(key + separator + value)
    return "\t".join(parts)


def _renamed_word(found: re.Match[str], *, kind: str, renames: Renames) -> str:
    return renamed(found[0], kind, renames)


def renamed_dump(dump: Mapping[str, list[str]], renames: Renames) -> dict[str, list[str]]:
    """Return a dump under renames: lists sorted, pages in their order."""
    result: dict[str, list[str]] = {}

    @cache
    def page_line(line: str, language: str) -> str:
        whole = renames["msgid"].get(line) if language == "en" else None
        return whole or renamed_text(line, renames.get(f"text {language}", renames["text sr"]))

    for name, lines in dump.items():
        if name.startswith("pages/"):
            language = name.split("/")[1]
            result[name] = [page_line(line, language) for line in lines]
        else:
            result[name] = sorted({renamed_line(line, renames) for line in lines})
    return result


def differences(old: Mapping[str, list[str]], new: Mapping[str, list[str]]) -> list[str]:
    """Return `file: - line` for each line that is only in the old dump, `file: + line` for those only in the new one."""
    found = []
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name, []), new.get(name, [])
        if before == after:
            continue
        if name.startswith("pages/"):
            for _tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
                if before[a:b] != after[c:d]:
                    found += [f"{name}: - {line}" for line in before[a:b]] + [
                        f"{name}: + {line}" for line in after[c:d]
                    ]
        else:
            gone, come = Counter(before) - Counter(after), Counter(after) - Counter(before)
            found += [f"{name}: - {line}" for line in gone.elements()] + [
                f"{name}: + {line}" for line in come.elements()
            ]
    return found


def unexplained(found: list[str], remainders: str) -> list[str]:
    """Return the differences that no line of `remainders` lists, and the lines that list none.

    A line is `difference ## reason`, where `*` stands for any text. Raises FreezeError where a reason is missing.
    """
    rest, stale = found, []
    for number, each in enumerate(remainders.splitlines(), 1):
        if not each.strip() or each.startswith("#"):
            continue
        pattern, _, reason = each.partition(" ## ")
        if not reason.strip():
            raise FreezeError(f"remainders, line {number}: no reason: {each}")
        matches: Callable[[str], object] = re.compile(re.escape(pattern.strip()).replace(r"\*", ".*")).fullmatch
        if not any(matches(line) for line in found):
            stale.append(f"remainders, line {number}: there is no such difference: {pattern}")
        rest = [line for line in rest if not matches(line)]
    return rest + stale


def read_dump(folder: Path) -> dict[str, list[str]]:
    """Return {relative path: lines}."""
    return {
        path.relative_to(folder).as_posix(): path.read_text().splitlines() for path in sorted(folder.rglob("*.txt"))
    }


def main(old: str, new: str, renames: str, remainders: str = str(REMAINDERS)) -> int:
    """Print unexplained differences. Exit code: 0 none, 1 some, 2 missing dump or invalid map."""
    try:
        before, after = read_dump(Path(old)), read_dump(Path(new))
        if not before or not after:
            raise FreezeError(f"there is no dump in {new if before else old}")
        found = differences(renamed_dump(before, read_map(Path(renames).read_text(), before)), after)
        left = unexplained(found, Path(remainders).read_text())
    except (FreezeError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write("".join(f"{line}\n" for line in left))
    sys.stdout.write(f"{len(found)} differences after the renames, {len(left)} lines to explain\n")
    return 1 if left else 0


if __name__ == "__main__":
    if len(sys.argv) not in {4, 5}:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
