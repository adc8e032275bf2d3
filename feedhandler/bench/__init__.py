"""Measurements: each module answers one question, `feedhandler bench` asks it.

Nothing here is a test: what a machine does today is printed together with what the machine is.
"""
