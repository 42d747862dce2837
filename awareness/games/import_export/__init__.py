"""Games as JSON, both languages side by side: read, checked, written back the same."""

FORMAT, VERSION = "clicksafely-game", 1
