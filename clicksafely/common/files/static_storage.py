"""Static files under the hash of what they hold."""

from functools import lru_cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's, which looks an address up once: a process never sees another manifest, and a page names thirty files."""

    # Modules name each other by their hashes too: one from before a release never meets one from after it.
    support_js_module_import_aggregation = True

    @lru_cache(maxsize=1024)  # noqa: B019 - there is one such storage a process
    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a file by its name under `static/`. Raises ValueError where there is none."""
        return str(super().url(name, force))
