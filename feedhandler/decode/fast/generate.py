"""Writes the Numba source of a plan: one straight-line function a template, no instruction looked at at run time.

`state` and `out` are addresses (`abi`), `p` is the position, `end` where the message must end, `cursor` the next
free word of `out`. A segment has its presence map in `bitsN` and its record at `recN`; words of presence bits
gather in `seenN_K`. How one field is read is in `generate_fields.py`.
"""

from typing import Final

from feedhandler.decode.fast.generate_fields import Fields
from feedhandler.decode.fast.generate_segments import Emitter, Texts, is_long
from feedhandler.decode.fast.plan import (
    Group,
    Parts,
    Place,
    Plan,
    Scalar,
    Segment,
    Sequence,
    Template,
    layout,
)
from feedhandler.decode.fast.reasons import Reason

HEADER: Final = '''"""{title} Generated from templates, never edited.

One function a template: the message's record is written to `out`, see feedhandler/decode/fast/plan.py.
"""

from feedhandler.decode.fast.abi import (
    ASSIGNED, BAD_DELTA, CELLS_MAX, DEPTH, DEPTH_MAX, EMPTY, INT63, NO_TEXT, SELF, TAKEN, TEMPLATE_ID,
    TEXT_USED, TOO_LONG, WIDE,
)
from feedhandler.decode.fast.kernel import (
    add_i64, add_u64, count_groups, find_map, forget, map_bit, map_surplus, narrow, read_delta, read_i32, read_i64,
    read_u32, read_u64, remark, take_map, take_signed, take_unsigned,
)
from feedhandler.decode.fast.text_kernel import (
    copy_text, deliver, join, judge_utf8, put_tail, read_ascii, read_vector, take_ascii,
)
from feedhandler.jit import call5, entry, hot, i64, kernel, put8, u8le

'''

READ: Final = '''
@entry(5)
def read(message, length, state, out, first):
    """The message at an address; words of `out` used, or minus a reason."""
    if first == 0:
        put8(state + 8 * TEXT_USED, 0)
        put8(state + 8 * DEPTH, 0)
    p, used = read_at(message, message + length, state, out, first)
    if p < 0:
        return p
    put8(state + 8 * TAKEN, p - message)
    return used
'''

READ_AT: Final = '''
@hot
def template_at(p, end, bits, state):
    """The template id of a message behind its presence map, and the position behind it, or minus a reason."""
    if bits & 0x4000000000000000:
        number, at = take_unsigned(p, end)
        if number == WIDE:
            number, have, at = read_u32(p, end, 0, state)
            if at < 0:
                return 0, at
        put8(state + 8 * TEMPLATE_ID, number)
        return number, at
    number = u8le(state + 8 * TEMPLATE_ID)
    if number < 0:
        return 0, -{no_template_id}
    return number, p


@kernel
def read_at(p, end, state, out, first):
    """The message at `p`: the position behind it, or minus a reason; words of `out` used."""
    start = p
    bits, p = take_map(p, end, state)
    if p < 0:
        return p, first
    number, p = template_at(p, end, bits, state)
    if p < 0:
        return p, first
'''


def generate(plan: Plan, title: str = "The decoder of a set of FAST templates.") -> str:
    """The source of a module whose entry `read` decodes messages of these templates."""
    texts = Texts(plan)
    parts = [HEADER.format(title=title), f"ENTRIES = {len(plan.slots)}\n", *functions(plan, texts)]
    return "\n".join([*parts, READ, texts.constants()])


def functions(plan: Plan, texts: Texts) -> list[str]:
    """The functions of all templates, and that which finds a message's own."""
    return [
        *(TemplateWriter(plan, template, texts).source() for template in plan.templates),
        _read_at(plan),
    ]


def _read_at(plan: Plan) -> str:
    lines = [READ_AT.format(no_template_id=int(Reason.NO_TEMPLATE_ID))]
    for template in plan.templates:
        lines += [
            f"    if number == {template.id}:\n",
            f"        return template_{template.id}(p, end, bits, start, state, out, first)\n",
        ]
    lines.append(f"    return -{int(Reason.UNKNOWN_TEMPLATE)}, first\n")
    return "".join(lines)


class TemplateWriter(Fields):
    """Writes the function of one template."""

    def __init__(self, plan: Plan, template: Template, texts: Texts, *, whole: bool = True) -> None:
        super().__init__(Emitter(), plan, texts)
        self.template = template
        self.whole = whole  # False: only its first fields are read
        self._segments = 0

    def source(self, name: str = "template") -> str:
        """The function."""
        template, emit = self.template, self.emit
        record = layout(template.body, head=1)
        emit("@kernel")
        emit(f"def {name}_{template.id}(p, end, bits0, start, state, out, first):")
        with emit.block():
            emit(f'"""{_printable(template.name)}."""')
            if template.resets:
                emit("forget(state, ENTRIES)")
            emit("cursor = i64(first)")
            self.take_words("1", record.words)
            emit("rec0 = out + 8 * first")
            emit(f"put8(rec0, {template.id})")
            self._body(template.body, record.places, record.presence_words, head=1)
            emit("return p, cursor")
        return emit.text() + "\n"

    def take_words(self, count: str, words: int) -> None:
        """Move the cursor over so many records."""
        self.emit(f"cursor += {count} * {words}")
        self.emit("if cursor > CELLS_MAX:")
        self.emit(f"    return -{self.LIMIT}, first")

    def _body(
        self, segment: Segment, places: tuple[Place, ...], presence_words: int, head: int
    ) -> None:
        """Everything of a segment whose map was read and whose record is known."""
        number = self._segments
        self._segments += 1
        long = is_long(segment.bits)
        outer = self.open_segment(
            number, long=long, first_bit=1 if head else 0, words=presence_words
        )
        if head and long:
            self.emit("map0 = start")
            self.emit("groups0 = count_groups(start)")
        self._instructions(places)
        if self.whole if head else segment.has_map:
            self.close_segment()
        for word in range(presence_words):
            self.emit(f"put8(rec{number} + {8 * (head + word)}, seen{number}_{word})")
        self.restore(outer)

    def _instructions(self, places: tuple[Place, ...]) -> None:
        for place in places:
            each = place.instruction
            if isinstance(each, Scalar):
                self.field(each, place)
            elif isinstance(each, Parts):
                self.parts(each, place)
            elif isinstance(each, Group):
                self._group(each, place)
            elif isinstance(each, Sequence):
                self._sequence(each, place)
            else:
                self._reference(place)

    def _group(self, group: Group, place: Place) -> None:
        emit = self.emit
        if not group.optional:
            self._inside_group(group, place)
            return
        emit(f"if {self.bit()}:")
        with emit.block():
            self._inside_group(group, place)
        emit("else:")
        with emit.block():
            for cell in range(place.cell, place.cell + group.cells):
                emit(f"put8({self.record} + {8 * cell}, 0)")
            if not group.cells:
                emit("pass")

    def _inside_group(self, group: Group, place: Place) -> None:
        self.seen(place.bit)
        if not group.body.has_map:
            self._instructions(place.members)
            return
        number = self._segments
        self._segments += 1
        self.read_map(number, group.body.bits)
        outer = self.open_map(number, long=is_long(group.body.bits))
        self._instructions(place.members)
        self.close_segment()
        self.restore(outer)

    def _sequence(self, sequence: Sequence, place: Place) -> None:
        emit = self.emit
        count, have = self.scalar(sequence.length)
        record = layout(sequence.body)
        number = self._segments
        self.seen(place.bit, have)
        emit(f"put8({self.record} + {8 * place.cell}, cursor if {count} else 0)")
        emit(f"put8({self.record} + {8 * place.cell + 8}, {count})")
        emit(f"rec{number} = out + 8 * cursor")
        self.take_words(count, record.words)
        emit(f"for _{number} in range({count}):")
        with emit.block():
            if sequence.body.has_map:
                self.read_map(number, sequence.body.bits)
            self._body(sequence.body, record.places, record.presence_words, head=0)
            emit(f"rec{number} += {8 * record.words}")

    def _reference(self, place: Place) -> None:
        emit = self.emit
        self.seen(place.bit)
        emit("depth = u8le(state + 8 * DEPTH) + 1")
        emit("if depth > DEPTH_MAX:")
        emit(f"    return -{self.LIMIT}, first")
        emit("put8(state + 8 * DEPTH, depth)")
        emit("used = call5(u8le(state + 8 * SELF), p, end - p, state, out, cursor)")
        emit("if used < 0:")
        emit("    return used, first")
        emit("put8(state + 8 * DEPTH, depth - 1)")
        emit(f"put8({self.record} + {8 * place.cell}, cursor)")
        emit("cursor = used")
        emit("p += u8le(state + 8 * TAKEN)")


def _printable(text: str) -> str:
    return "".join(c if c.isalnum() or c in " _-." else "?" for c in text)
