"""Every parser with every text of the corpus: it parses or raises its declared exceptions, in bounded time."""

import re
from itertools import product
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.security.corpus import CORPUS
from tests.security.parsers import PARSERS
from tests.timing import seconds

# A few identical examples in every run; a larger number tries more.
FUZZING: Final = settings(
    max_examples=12,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
# Texts of the corpus in any order, cut at any place, with any characters between them.
PIECES: Final = st.lists(st.sampled_from([each.text[:300] for each in CORPUS]) | st.text(max_size=20), max_size=6).map(
    "".join
)


def outcome(name: str, text: str) -> str:
    """Return what is wrong with the parser's result for the text, or ""."""
    parser = PARSERS[name]
    try:
        parser.read(text)
    except parser.refuses:
        pass
    except Exception as error:  # noqa: BLE001 - any other exception would cause an error page
        return repr(error)
    return ""


def test_each_text_is_read_or_refused() -> None:
    cases = list(product(PARSERS, CORPUS))
    assert len(cases) >= 2000
    found = {(name, each.why, each.text[:40]): outcome(name, each.text) for name, each in cases}
    assert {case: wrong for case, wrong in found.items() if wrong} == {}


@pytest.mark.timing
def test_no_text_takes_long() -> None:
    """The longest text has 64 kB; the unit is a simple search in 64 kB."""
    unit = seconds(re.compile(r"[a-z]{1,64}@").findall, "a" * 64_000)
    times_by_case = {
        (name, each.why, each.text[:40]): seconds(outcome, name, each.text) / unit
        for name, each in product(PARSERS, CORPUS)
    }
    assert {case: times for case, times in times_by_case.items() if times > 100} == {}


@pytest.mark.parametrize("name", PARSERS)
@FUZZING
@given(text=PIECES)
def test_parsers_accept_or_refuse_any_text(name: str, text: str) -> None:
    assert outcome(name, text) == ""
