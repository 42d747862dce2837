"""Open Graph pictures: the title of a page, drawn in the visual identity of the site.

`Rubik-Bold.ttf` is weight 700 of both subsets in `static/fonts` (SIL Open Font License 1.1, `static/fonts/LICENSE`), merged with fontTools,
because Pillow supports neither WOFF2 nor several font files for one text.
"""
