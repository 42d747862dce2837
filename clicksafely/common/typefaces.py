"""Where the faces of typeset documents are."""

from pathlib import Path
from typing import Final

# Rubik, regular and bold; see the README beside them.
FONTS: Final = Path(__file__).parent / "fonts"
