"""Recovery over real sockets: the driver carries out what back ends want done."""

from feedhandler.recovering.driver import Driver, DriverLimits, Outcome

__all__ = ["Driver", "DriverLimits", "Outcome"]
