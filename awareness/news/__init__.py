"""News: articles in blocks, their pictures and files, pages, feeds, and how editors write them."""
