"""Descriptions that several venues share: the entities of FAST."""
