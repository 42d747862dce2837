"""Mock services for tests only: a bucket, a proxy that disturbs IMAP, and all services at once."""
