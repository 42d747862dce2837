"""Pictures of pages for those who share them (Open Graph): the title, drawn in the identity of the site.

`Rubik-Bold.ttf` is weight 700 of both subsets in `static/fonts` (SIL Open Font License 1.1, `static/fonts/LICENSE`), merged with fontTools,
for Pillow reads neither WOFF2 nor several files for one text.
"""
