"""The digests of captures as JSON, for interpreters and modes other than that of the tests.

`python digests_of.py PACKETS DECODER FILE...`; PACKETS 0 = all. Needs the dependencies, not an installation.
"""

import importlib.util
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def use_this_checkout() -> None:
    """Make the package and its protocols importable where neither is installed."""
    if importlib.util.find_spec("feedhandler") is None:
        sys.path.insert(0, str(ROOT))
    if importlib.util.find_spec("feedhandler.protocols") is None:
        folder = ROOT / "protocols"
        spec = importlib.util.spec_from_file_location(
            "feedhandler.protocols",
            folder / "__init__.py",
            submodule_search_locations=[str(folder)],
        )
        if spec is None or spec.loader is None:
            raise ImportError(name="feedhandler.protocols")
        module = importlib.util.module_from_spec(spec)
        sys.modules["feedhandler.protocols"] = module
        spec.loader.exec_module(module)


def digests_of(
    *paths: str, packets: int = 0, decoder: str = "compiled", batch: int = 1024
) -> tuple[str, str]:
    """Digests of the events and of the final books of captures that are merged by time."""
    from feedhandler.replaying import Replay  # noqa: PLC0415 (not before it can be found)

    with Replay(list(paths), decoder=decoder, batch=batch) as replay:
        replay.engine.stop_at(packet=packets)
        replay.run()
        return replay.digest, replay.books.digest()


def main() -> None:
    """Print them."""
    use_this_checkout()
    packets, decoder, *paths = sys.argv[1:]
    found = {
        Path(path).name: digests_of(path, packets=int(packets), decoder=decoder) for path in paths
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
