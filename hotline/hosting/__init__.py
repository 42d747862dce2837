"""Where content is hosted: look-ups of hosts, databases of networks, the register of abuse contacts, kinds of sites."""
