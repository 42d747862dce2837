"""Servers that stand in for those of the world, all real and on loopback: for tests, and for trying the portal out."""
