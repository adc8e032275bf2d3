"""FAST 1.1: templates compiled to a plan, which an interpreter and generated Numba code execute."""
