"""Exchange multicast to exact order books, from a capture or a wire."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feedhandler.replaying import Replay as Replay
    from feedhandler.replaying import replay as replay

__version__ = "0.1.0"
__all__ = ["Replay", "replay"]


def __getattr__(name: str) -> Any:
    """Import the engine when it is first asked for: `import feedhandler` alone stays quick."""
    if name in __all__:
        from feedhandler import replaying as module  # noqa: PLC0415

        return getattr(module, name)
    raise AttributeError(name)
