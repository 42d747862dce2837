"""Static files named by the hash of their content."""

from functools import lru_cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's storage with a cache of URLs: the manifest is constant per process, and a page refers to thirty files."""

    # Modules import each other by hashed names, so that files of different releases never mix.
    support_js_module_import_aggregation = True

    @lru_cache(maxsize=1024)  # noqa: B019 - there is one such storage a process
    def url(self, name: str | None, force: bool = False) -> str:
        """Return the URL of a file by its name under `static/`. Raises ValueError if it does not exist."""
        return str(super().url(name, force))
