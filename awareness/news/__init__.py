"""News: articles made of blocks, their media files, public pages, the Atom feed and the admin forms."""
