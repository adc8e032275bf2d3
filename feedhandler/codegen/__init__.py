"""From a description of a wire format to code that reads it; runs at build time, never on the hot path."""
