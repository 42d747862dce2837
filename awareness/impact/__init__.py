"""Figures of the Centre: participants, places, downloads and plays, counted once a day and published with disclosure control."""
