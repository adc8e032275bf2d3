"""Sequencing and arbitration: every unit once, in order; no I/O."""
