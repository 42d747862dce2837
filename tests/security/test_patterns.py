"""Every regular expression of the code, on adversarial texts: time is linear in the length, or the length is limited."""

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from re import _constants as signs  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

import pytest

import awareness
import clicksafely
import hotline
import youthpanel

PACKAGES: Final = (clicksafely, awareness, hotline, youthpanel)
LENGTH: Final = 20_000
PARTS: Final = (100, 10, 1)
# CPU seconds. One pass over the text takes a few thousandths, a look-ahead of up to 254 characters at each position less than a tenth,
# and a restart at every character a fifth or more.
MAX_SECONDS: Final = 0.1
# Time of `UNIT` on the machine of that measurement.
UNIT_SECONDS: Final = 0.0037
UNIT: Final = re.compile(r"[a-z]{1,64}@")
LEFT_OUT: Final = {"migrations", "cases", "history", "management", "celery", "wsgi", "launch", "__main__"}
# How each class of characters is written, and one of its characters.
CLASSES: Final = {
    "CATEGORY_DIGIT": (r"\d", "0"),
    "CATEGORY_SPACE": (r"\s", " "),
    "CATEGORY_WORD": (r"\w", "a"),
    "CATEGORY_NOT_SPACE": (r"\S", "a"),
    "CATEGORY_NOT_WORD": (r"\W", "-"),
    "CATEGORY_NOT_DIGIT": (r"\D", "a"),
}
WRITTEN: Final = re.compile(
    r"""\bre\.(match|fullmatch|search|sub|split|findall|finditer)\(\s*(rb?"(?:[^"\\]|\\.)*"|rb?'(?:[^'\\]|\\.)*')"""
)


@cache
def source(module: str) -> str:
    """Return the source of its file."""
    return Path(str(importlib.import_module(module).__file__)).read_text()


@cache
def modules() -> list[str]:
    """The modules of the portal that external text can reach: not the demonstration, process starters or migrations."""
    names = [
        each.name for package in PACKAGES for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    return [name for name in names if not set(name.split(".")) & LEFT_OUT]


def patterns() -> dict[str, re.Pattern[Any]]:
    """Return every pattern that a module compiles by name, or writes where it uses it."""
    found: dict[str, re.Pattern[Any]] = {}
    for module in modules():
        for name, value in vars(importlib.import_module(module)).items():
            for place, one in enumerate(_within(value)):
                if one not in found.values():
                    found[f"{module}.{name}" if one is value else f"{module}.{name}[{place}]"] = one
        for how, written in WRITTEN.findall(source(module)):
            found[f"{module} {how} {written}"] = re.compile(ast.literal_eval(written))
    return found


def _within(value: Any) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _within(each)
    elif type(value) is dict:
        yield from _within(list(value.values()))


def begins_anywhere(name: str) -> bool:
    """Whether it is searched for in a text, as opposed to matched from its start."""
    module, _, how = name.partition(" ")
    if how:
        return not how.startswith(("match", "fullmatch"))
    module, _, plain = module.rpartition(".")
    if "[" in plain:
        return "fullmatch(" not in source(module)
    return bool(
        re.search(rf"\b{plain}\.(?:search|sub|subn|split|findall|finditer)\b", source(module))
    ) or not re.search(rf"\b{plain}\.(?:match|fullmatch)\b", source(module))


def hostile_texts(pattern: re.Pattern[Any]) -> Iterator[str]:
    """Yield texts of `LENGTH`: repetitions of the pattern's parts, and of one or two characters.

    They are placed after a beginning of the pattern and before a mismatch.
    """
    mine = list(dict.fromkeys(_signs(parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG))))[:10]
    whole = "".join(mine)
    pumps = [
        *mine,
        *("".join(pair) for pair in pairwise(mine)),
        whole,
        *("a", " ", "0", "ж", "\n", "a.", "a ", "-a", "<a", "a=", "\\a"),
    ]
    for pump in dict.fromkeys(filter(None, pumps)):
        repeated = (pump * (LENGTH // len(pump) + 1))[:LENGTH]
        yield repeated + "\x01"
        if mine:
            yield whole + repeated + "\x01"


def _signs(parsed: Any) -> Iterator[str]:
    """Yield a character for each element of the pattern, in order."""
    for kind, what in parsed:
        if kind in {signs.LITERAL, signs.NOT_LITERAL}:
            yield chr(what) if kind is signs.LITERAL else ("b" if what == ord("a") else "a")
        elif kind is signs.IN:
            yield from _sample(what)
        elif kind is signs.ANY:
            yield "a"
        elif kind in {signs.MAX_REPEAT, signs.MIN_REPEAT, signs.POSSESSIVE_REPEAT}:
            yield from _signs(what[2])
        elif kind is signs.SUBPATTERN:
            yield from _signs(what[3])
        elif kind is signs.ATOMIC_GROUP:
            yield from _signs(what)
        elif kind in {signs.ASSERT, signs.ASSERT_NOT}:
            yield from _signs(what[1])
        elif kind is signs.BRANCH:
            for each in what[1]:
                yield from _signs(each)


def _sample(members: Any) -> Iterator[str]:
    if members and members[0][0] is signs.NEGATE:
        yield next(sign for sign in "a ж0\n" if not re.match(_class(members[1:]), sign))
        return
    for kind, what in members[:3]:
        if kind is signs.LITERAL:
            yield chr(what)
        elif kind is signs.RANGE:
            yield chr(what[0])
        elif kind is signs.CATEGORY:
            yield CLASSES[str(what)][1]


def _class(members: Any) -> str:
    inner = ""
    for kind, what in members:
        if kind is signs.LITERAL:
            inner += re.escape(chr(what))
        elif kind is signs.RANGE:
            inner += f"{re.escape(chr(what[0]))}-{re.escape(chr(what[1]))}"
        elif kind is signs.CATEGORY:
            inner += CLASSES[str(what)][0]
    return f"[{inner}]"


def slowest(name: str, pattern: re.Pattern[Any]) -> tuple[float, str]:
    """Return the longest time of a text in seconds, and its beginning.

    Slow texts are repeated and compared with the current speed of the machine.
    """
    most = (0.0, "")
    run = (lambda text: sum(1 for _ in pattern.finditer(text))) if begins_anywhere(name) else pattern.match
    shortest, _longest = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG).getwidth()
    for text in hostile_texts(pattern):
        subject: Any = text.encode("utf-8", "surrogatepass") if isinstance(pattern.pattern, bytes) else text
        # Shorter texts with the same end first: quadratic and cubic growth shows there quickly.
        for part in PARTS:
            some = subject[: len(subject) // part - 1] + subject[-1:]
            took = _seconds(run, some)
            taken = part * took
            if part * 10 * MAX_SECONDS > taken > MAX_SECONDS:
                again = min(part * _seconds(run, some) for _ in range(2))
                taken = min(taken, again) * min(1.0, UNIT_SECONDS / _unit())
            # Too slow already; or so fast that even quadratic growth is acceptable.
            if taken > MAX_SECONDS or (part * part * took < MAX_SECONDS and len(some) > 8 * shortest):
                break
        most = max(most, (taken, text[:30]))
        if most[0] > MAX_SECONDS:
            break
    return most


def _unit() -> float:
    return min(_seconds(UNIT.findall, "a" * LENGTH) for _ in range(3))


def _seconds(run: Callable[[Any], Any], subject: Any) -> float:
    begun = time.thread_time()
    run(subject)
    return time.thread_time() - begun


@pytest.mark.timing
def test_time_grows_with_the_length_only() -> None:
    found = patterns()
    assert len(found) > 200
    slow = {name: took for name, pattern in found.items() if (took := slowest(name, pattern))[0] > MAX_SECONDS}
    assert slow == {}


@pytest.mark.timing
def test_a_slow_one_is_found() -> None:
    """Patterns that restart at every character, or backtrack over all of them."""
    for slow in (r"a+b", r"a{500,}b", r"\s*\d*\s*=", r"<[^>]*>", r"\s+$", rb"[\r\n]+(?=[ \t])"):
        assert slowest("re search", re.compile(slow))[0] > MAX_SECONDS, slow
    assert slowest("re search", re.compile(r"a{1,64}b"))[0] < MAX_SECONDS
