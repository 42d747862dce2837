"""The library of the search, for the sitemap."""

from tests.awareness.search.conftest import corpus

__all__ = ["corpus"]
