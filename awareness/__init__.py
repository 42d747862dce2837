"""The public site: one small app a subject; `topics` is the ground the others stand on."""
