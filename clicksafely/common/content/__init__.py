"""Content files (YAML and JSON), their schemas, and the loader that turns them into rows."""
