"""Open Graph pictures: the title of a page, drawn in the visual identity of the site."""
