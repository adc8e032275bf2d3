"""The interfaces of a feed while it runs: which are down, which are gone, and which channels come by none.

A feed with its lines on two interfaces goes on when one of them fails, as it goes on when a line does; the operator
is told. A channel that has none left that carries is dark: it brings nothing until a link is up again. Where even the
interfaces are gone nothing comes back, and the run has to be made anew.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from feedhandler.live.plan import FeedPlan
from feedhandler.source.carrier import LinkState
from feedhandler.wire.routes import Group

ALL: Final = -1  # in the place of channels, where no increments are described


class Links:
    """Of one feed on one worker."""

    def __init__(self, plan: FeedPlan) -> None:
        self._ways = ways(plan)
        self.states: dict[str, LinkState] = {}

    def look(self, found: Mapping[str, LinkState]) -> list[str]:
        """Take the states of now; the interfaces whose state is another one than before, or not up at first."""
        changed = [
            name for name, state in found.items() if state != self.states.get(name, LinkState.UP)
        ]
        self.states = dict(found)
        return changed

    @property
    def dark(self) -> list[int]:
        """Channels that come by no interface now."""
        return self._without({LinkState.UP})

    @property
    def lost(self) -> list[int]:
        """Channels of which no interface is there any more."""
        return self._without({LinkState.UP, LinkState.DOWN})

    def _without(self, states: Iterable[LinkState]) -> list[int]:
        well = {name for name, state in self.states.items() if state in states}
        return [channel for channel, names in self._ways.items() if names and not names & well]

    def ill(self) -> dict[str, str]:
        """Interfaces that are not up, and how they are."""
        return {
            name: state.value for name, state in self.states.items() if state is not LinkState.UP
        }


def ways(plan: FeedPlan) -> dict[int, set[str]]:
    """The interfaces that the increments of each channel come by."""
    channels = [each for each in plan.feed.channels if each.role == "incremental"]
    if not channels:
        return {ALL: set(plan.groups)}
    found: dict[int, set[str]] = {}
    for channel in channels:
        groups = [Group.parse(text) for text in channel.lines.values()]
        places = {(group.address, group.port) for group in groups}
        found.setdefault(channel.id, set()).update(
            name for name, wanted in plan.groups.items() if places & set(wanted)
        )
    return found
