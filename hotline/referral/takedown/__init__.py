"""Notice and takedown: notices to hosts, site owners, registrars and networks, and their replies."""
