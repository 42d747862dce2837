"""Derived forms of verbs and nouns."""

import pytest

from awareness.search.crisis.inflection import english_verb, serbian_noun, serbian_verb


@pytest.mark.parametrize(
    ("entry", "first", "third", "past"),
    [
        ("udariti udarim", "udarim udarimo udaricu", "udari udare udarice", "udario udarila udarilo udarili udarile"),
        ("poslati posaljem", "posaljem", "posalje", "poslao poslala poslalo poslali poslale poslo"),
        ("tuci tucem tukao tuku", "tucem tucicu", "tuce tuku", "tukao tukla tuklo tukli tukle tuko"),
    ],
)
def test_verbs_have_persons_and_participles(entry: str, first: str, third: str, past: str) -> None:
    forms = serbian_verb(entry)
    assert set(first.split()) <= set(forms.first) - set(forms.third)
    assert set(third.split()) <= set(forms.third) - set(forms.first)
    assert list(forms.past) == past.split()
    assert set(forms.past) <= set(forms.first) & set(forms.third)


def test_english_verbs_are_spelt() -> None:
    for entry, forms in (
        ("touch", "touch touches touching touched"),
        ("slap", "slap slaps slapping slapped"),
        ("force", "force forces forcing forced"),
        ("beat beat beaten", "beat beats beating beaten"),
    ):
        assert english_verb(entry).all == tuple(forms.split())


@pytest.mark.parametrize("entry", ["udarim udariti", "udariti"])
def test_non_verb_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r"udari|values"):
        serbian_verb(entry)


def test_nouns_have_cases() -> None:
    for entry, forms, objects in (
        ("sestra sestre", {"sestra", "sestre", "sestri", "sestru", "sestrom"}, ("sestru", "sestri")),
        ("momak momka", {"momak", "momka", "momku", "momkom"}, ("momka", "momku")),
        ("dete deteta", {"dete", "deteta", "detetu", "detetom"}, ("dete", "detetu")),
    ):
        noun = serbian_noun(entry)
        assert forms <= set(noun.all)
        assert noun.object == objects
