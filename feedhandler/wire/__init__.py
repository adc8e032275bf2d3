"""From a frame to the UDP datagram in it, and from its destination to a route."""
