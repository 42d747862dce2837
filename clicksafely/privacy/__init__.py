"""Data protection: the data inventory, and export and erasure of one person's data (docs/privacy.md)."""
