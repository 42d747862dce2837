"""Content files (YAML and JSON), their schemas, and the loader that writes them to the database."""
