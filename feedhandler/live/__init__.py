"""A feed from a wire: sources opened, a polling loop on a core of its own, and what it is doing meanwhile."""

from feedhandler.live.opening import LiveOptions, groups_of, open_live
from feedhandler.live.running import LiveRun, warm

__all__ = ["LiveOptions", "LiveRun", "groups_of", "open_live", "warm"]
