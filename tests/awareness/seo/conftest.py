"""The corpus of the search, for the sitemap."""

from tests.awareness.search.conftest import corpus, pages_of_corpus, written_corpus

__all__ = ["corpus", "pages_of_corpus", "written_corpus"]
