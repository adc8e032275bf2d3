"""Nasdaq, Nasdaq Texas and PSX: MoldUDP64, BinaryFILE and TotalView-ITCH 5.0."""
