"""Inflected forms of Serbian verbs and nouns and of English verbs, from the forms that a dictionary gives. All words are folded."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_VOWELS: Final = frozenset("aeiou")
# Endings of the third person plural, by ending of the first person singular.
_PLURALS: Final = (("jem", "ju"), ("em", "u"), ("am", "aju"), ("im", "e"))


@dataclass(frozen=True)
class VerbForms:
    """`first`: forms that a person says about oneself; `third`: forms said about others. `past` and infinitives are in both."""

    first: tuple[str, ...]
    third: tuple[str, ...]
    past: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """The forms of both persons."""
        return tuple(dict.fromkeys((*self.first, *self.third)))


def serbian_verb(entry: str) -> VerbForms:
    """Forms of a verb written as "infinitive present [participle] [plural]", such as "udariti udarim" or "tuci tucem tukao tuku".

    The present is the first person singular, the participle is masculine and the plural is the third person. Both are given only
    if irregular. Raises ValueError.
    """
    infinitive, present, *rest = entry.split()
    if infinitive[-2:] not in {"ti", "ci"} or present[-1] != "m":
        raise ValueError(f"{entry!r} is not an infinitive in -ti or -ci and a present in -m")
    participle = next((form for form in rest if form.endswith("o")), "")
    plural = next((form for form in rest if not form.endswith("o")), "")
    past = tuple(_participles(infinitive, participle))
    either = (infinitive, infinitive[:-1], *past)
    stem = infinitive[:-2]
    future_of = stem if infinitive.endswith("ti") else infinitive
    first = (present, f"{present}o", f"{future_of}cu", f"{future_of}cemo")
    third = (present[:-1], plural or _plural(present), f"{future_of}ce")
    return VerbForms(first=(*either, *first), third=(*either, *third), past=past)


def _participles(infinitive: str, participle: str) -> Iterator[str]:
    stem = infinitive[:-2]
    if participle:
        # tukao, tukla; umro, umrla; but zivio, zivjela has two stems and two entries.
        stem = participle[:-2] if participle.endswith("ao") else participle[:-1]
    yield participle or f"{stem}o"
    yield from (f"{stem}{ending}" for ending in ("la", "lo", "li", "le"))
    # Colloquial: tuko, poslo.
    if (participle or f"{stem}o").endswith("ao"):
        yield f"{(participle or f'{stem}o')[:-2]}o"


def _plural(present: str) -> str:
    return next(present[: -len(singular)] + plural for singular, plural in _PLURALS if present.endswith(singular))


@dataclass(frozen=True)
class NounForms:
    """`all` cases of both numbers; `object`: accusative and dative singular."""

    all: tuple[str, ...]
    object: tuple[str, ...]


def serbian_noun(entry: str) -> NounForms:
    """Cases of a noun written as "nominative genitive", such as "momak momka". Raises ValueError."""
    nominative, genitive = entry.split()
    stem = genitive[:-1]
    others: tuple[str, ...]
    if genitive.endswith("e"):
        objects, others = (f"{stem}u", f"{stem}i"), ("e", "o", "om", "a", "ama")
    elif genitive.endswith("a"):
        # The accusative of a neuter noun is the nominative: dete, deteta.
        neuter = nominative.endswith(("e", "o")) and stem != nominative[:-1]
        objects = (nominative if neuter else genitive, f"{stem}u")
        others = ("a", "e", "om", "em", "i", "ima")
    else:
        raise ValueError(f"{entry!r} is not a nominative and a genitive in -a or -e")
    every = (nominative, *objects, *(stem + ending for ending in others))
    return NounForms(all=tuple(dict.fromkeys(every)), object=objects)


def english_verb(entry: str) -> VerbForms:
    """Forms of a verb written as "base [past [participle]]", such as "touch" or "beat beat beaten". Raises ValueError."""
    base, *past = entry.split()
    if len(past) > 2:
        raise ValueError(f"{entry!r} is not a base, a past and a participle")
    short = base[:-1] if base.endswith("e") else base
    doubles = (
        len([letter for letter in base if letter in _VOWELS]) == 1
        and base[-1] not in _VOWELS | set("wxy")
        and base[-2] in _VOWELS
    )
    stem = base + base[-1] if doubles else short
    third = base + ("es" if base.endswith(("s", "sh", "ch", "x")) else "s")
    past = past or [f"{stem}ed"]
    forms = (base, third, f"{stem}ing", *past)
    return VerbForms(first=forms, third=forms, past=tuple(past))
