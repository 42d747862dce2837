"""Rules of a test's own: no process goes on with those of the test before."""

from collections.abc import Iterator

import pytest

from hotline.triage.rules import compiled_rules


@pytest.fixture(autouse=True)
def _no_rules_of_others() -> Iterator[None]:
    compiled_rules.clear_rule_cache()
    yield
    compiled_rules.clear_rule_cache()
