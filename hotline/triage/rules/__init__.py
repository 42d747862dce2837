"""Rules of triage as data: what supervisors know of hosts, domains and forms of addresses."""
