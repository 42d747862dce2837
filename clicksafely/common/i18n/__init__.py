"""Languages of pages, and message catalogues."""
