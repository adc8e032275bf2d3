"""What of a machine helps or hinders a polling core: one file a subject, each of which reads and never changes.

A subject is a function from a `Machine` and what was `Asked` to its findings. The machine is read below a root
folder and asks the kernel through one object, so a test gives a made-up machine and sees what is found.
"""
