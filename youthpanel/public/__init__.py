"""What the public sees of the panel: the page about it, and the tracker of what became of its proposals."""
