"""JSON import and export of games in both languages. Exported documents can be imported without changes."""

FORMAT, VERSION = "clicksafely-game", 1
