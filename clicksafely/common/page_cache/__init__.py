"""The page cache around the WSGI application, and the version of the public content."""
