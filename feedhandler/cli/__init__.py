"""The command line: one module per verb, each loaded when its verb is used."""
