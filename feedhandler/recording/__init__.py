"""A recorder: frames of an interface into pcapng files, with the number of those that were lost."""
