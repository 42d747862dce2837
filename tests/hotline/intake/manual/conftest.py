"""Clears cached rules between tests."""

from collections.abc import Iterator

import pytest

from hotline.triage.rules import compiled_rules


@pytest.fixture(autouse=True)
def _no_rules_of_others() -> Iterator[None]:
    compiled_rules.clear_rule_cache()
    yield
    compiled_rules.clear_rule_cache()
