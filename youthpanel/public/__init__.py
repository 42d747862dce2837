"""Public pages of the panel: the overview, and the tracker of its recommendations."""
