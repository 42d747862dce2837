"""Tags of the templates of the panel."""
