"""Teaching resources with faceted search, file downloads and zip bundles."""
