"""Both decoders and both books beside each other over a capture, until they disagree."""
