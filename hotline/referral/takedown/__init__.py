"""Notice and takedown: hosts, site owners, registrars and networks are told of illegal content, and what they answer."""
