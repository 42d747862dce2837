"""The library of the search, for the sitemap."""

from tests.awareness.search.conftest import corpus, written_corpus

__all__ = ["corpus", "written_corpus"]
