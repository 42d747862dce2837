"""Analysts and supervisors."""

from tests.hotline.review.conftest import analyst, colleague  # noqa: F401 - fixtures
