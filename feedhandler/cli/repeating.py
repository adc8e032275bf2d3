"""The command that does a run again, made of what was given on the command line and of nothing else.

The words are kept as they were written, before any of them is read, so that an option that is added to a verb is
in its command without a line here. Those that change nothing but what is shown are named by the verb.
"""

import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import click

GIVEN: Final = "feedhandler.given"
STANDARD: Final = "-"


class Repeatable(click.Command):
    """A verb that remembers its words."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments as any command does, and keep them as they were written."""
        values, _, _ = self.make_parser(ctx).parse_args(list(args))
        ctx.meta[GIVEN] = values
        return super().parse_args(ctx, args)


@dataclass(frozen=True)
class Given:
    """What was written, by the name of each parameter; `shown` are those that do not change the run."""

    program: tuple[str, ...]
    parameters: tuple[click.Parameter, ...]
    values: Mapping[str, Any]
    shown: Collection[str]

    @classmethod
    def of(cls, ctx: click.Context, shown: Collection[str]) -> "Given":
        """What was given to a `Repeatable`."""
        return cls(
            tuple(ctx.command_path.split()), tuple(ctx.command.params), ctx.meta[GIVEN], shown
        )

    def options(self) -> dict[str, str]:
        """The options that were given, by the names of their parameters."""
        return {
            each.name: each.opts[-1]
            for each in self.parameters
            if each.name in self.values and isinstance(each, click.Option)
        }

    def command(self, **found: object) -> str:
        """The whole command; `found` are values that the run found itself where none was given."""
        values = {**found, **self.values}
        kept = [each for each in self.parameters if each.name not in self.shown]
        words = [
            word for each in kept if each.name in values for word in _words(each, values[each.name])
        ]
        return shlex.join([*self.program, *words])


def _words(parameter: click.Parameter, value: Any) -> list[str]:
    """One parameter as it is written."""
    values = value if isinstance(value, list | tuple) else [value]
    if not isinstance(parameter, click.Option):
        return [_path(each) for each in values]
    name = parameter.opts[-1] if len(parameter.opts[0]) > len("-x") else parameter.opts[0]
    if parameter.count:
        return [name] * value
    if parameter.is_flag:
        return [name if value or not parameter.secondary_opts else parameter.secondary_opts[-1]]
    return [word for each in values for word in (name, str(each))]


def _path(text: str) -> str:
    """The name of a file that is not taken for an option."""
    return f"./{text}" if text.startswith("-") and text != STANDARD else text
