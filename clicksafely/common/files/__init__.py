"""Storage of uploaded files, on this machine's disk or in a shared bucket, and their upload and download."""
