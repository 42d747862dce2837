"""How long reports are kept: rules, legal holds, and the erasing itself."""
