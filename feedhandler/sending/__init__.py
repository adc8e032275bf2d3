"""Frames of a capture put on a wire, at the pace at which they were recorded or another."""
