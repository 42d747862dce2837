"""Derived forms of verbs and nouns."""

import pytest

from awareness.search.crisis.inflection import english_verb, serbian_noun, serbian_verb


@pytest.mark.parametrize(
    ("entry", "first", "third"),
    [
        ("udariti udarim", {"udarim", "udarimo", "udaricu"}, {"udari", "udare", "udarice"}),
        ("pratiti pratim", {"pratim"}, {"prati", "prate"}),
        ("povracati povracam", {"povracam"}, {"povraca", "povracaju"}),
        ("ucenjivati ucenjujem", {"ucenjujem"}, {"ucenjuje", "ucenjuju"}),
        ("tuci tucem tukao tuku", {"tucem", "tucicu"}, {"tuce", "tuku"}),
    ],
)
def test_the_present_and_the_future_have_a_person(entry: str, first: set[str], third: set[str]) -> None:
    forms = serbian_verb(entry)
    assert first <= set(forms.first)
    assert third <= set(forms.third)
    assert not first & set(forms.third)
    assert not third & set(forms.first)


@pytest.mark.parametrize(
    ("entry", "past"),
    [
        ("udariti udarim", ["udario", "udarila", "udarilo", "udarili", "udarile"]),
        ("poslati posaljem", ["poslao", "poslala", "poslalo", "poslali", "poslale", "poslo"]),
        ("tuci tucem tukao tuku", ["tukao", "tukla", "tuklo", "tukli", "tukle", "tuko"]),
        ("uzeti uzmem uzeo", ["uzeo", "uzela", "uzelo", "uzeli", "uzele"]),
    ],
)
def test_participles_have_both_genders_and_the_colloquial_form(entry: str, past: list[str]) -> None:
    forms = serbian_verb(entry)
    assert list(forms.past) == past
    assert set(past) <= set(forms.first) & set(forms.third)


@pytest.mark.parametrize(
    ("entry", "forms", "objects"),
    [
        ("sestra sestre", {"sestra", "sestre", "sestri", "sestru", "sestrom"}, ("sestru", "sestri")),
        ("momak momka", {"momak", "momka", "momku", "momkom", "momci"} - {"momci"}, ("momka", "momku")),
        ("dete deteta", {"dete", "deteta", "detetu", "detetom"}, ("dete", "detetu")),
    ],
)
def test_nouns_have_cases(entry: str, forms: set[str], objects: tuple[str, str]) -> None:
    noun = serbian_noun(entry)
    assert forms <= set(noun.all)
    assert noun.object == objects


@pytest.mark.parametrize(
    ("entry", "forms"),
    [
        ("touch", ("touch", "touches", "touching", "touched")),
        ("slap", ("slap", "slaps", "slapping", "slapped")),
        ("force", ("force", "forces", "forcing", "forced")),
        ("beat beat beaten", ("beat", "beats", "beating", "beat", "beaten")),
    ],
)
def test_english_verbs_are_spelt(entry: str, forms: tuple[str, ...]) -> None:
    assert english_verb(entry).all == tuple(dict.fromkeys(forms))


@pytest.mark.parametrize("entry", ["udarim udariti", "udariti"])
def test_non_verb_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r"udari|values"):
        serbian_verb(entry)
