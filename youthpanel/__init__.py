"""The youth panel: who is in it, what they were asked, what they proposed and what became of it."""
