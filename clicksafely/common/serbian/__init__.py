"""Serbian scripts: transliteration, conversion of pages, search folding."""
