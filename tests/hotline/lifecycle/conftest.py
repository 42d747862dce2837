"""The people of the desk."""

from tests.hotline.review.conftest import analyst, colleague  # noqa: F401 - fixtures
