"""Moscow Exchange: the FORTS derivatives feed of RTS (FAST 1.1)."""
