"""`make faults`: what happens to everybody's work while something beside or below the portal breaks."""
