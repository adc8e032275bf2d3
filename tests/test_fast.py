"""FAST templates and operators: the rules of the standard, each with the bytes that show it."""

from typing import Any

import fast_vectors as vectors
import pytest
from fast_vectors import document, plain, template

from feedhandler.decode.fast.encoder import EncodeError, Encoder
from feedhandler.decode.fast.interpreter import Interpreter, Message
from feedhandler.decode.fast.reasons import FastError, Reason
from feedhandler.decode.fast.templates import TemplateError, read_plan

COPY = '<uInt32 name="v"><copy/></uInt32>'


def outcome(decoder: Any, message: str) -> Any:
    """The values of a message in hexadecimal digits, or the reason why there are none."""
    raw = bytes.fromhex(message)
    try:
        decoded, taken = decoder.decode(raw)
    except FastError as error:
        return error.reason
    assert taken == len(raw)
    return plain(decoded.values)


@pytest.mark.parametrize(("name", "fields", "story"), vectors.ALL, ids=[s[0] for s in vectors.ALL])
def test_rules(name: str, fields: str, story: list[tuple[str, Any]]) -> None:
    """Every message of a story has its value, decoded in order with one dictionary."""
    assert name
    decoder = Interpreter(read_plan(document(template(fields))))

    for message, value in story:
        alone = value if isinstance(value, dict | Reason) else plain({"v": value})
        assert outcome(decoder, message) == alone, message


@pytest.mark.parametrize(("name", "fields", "story"), vectors.ALL, ids=[s[0] for s in vectors.ALL])
def test_encoder_is_the_inverse(name: str, fields: str, story: list[tuple[str, Any]]) -> None:
    """What a story decodes to is encoded and decoded to the same, sparingly and lavishly."""
    assert name
    plan = read_plan(document(template(fields)))
    told = Interpreter(plan)
    messages = []
    for message, value in story:
        if not isinstance(value, Reason):
            messages.append(told.decode(bytes.fromhex(message))[0])

    for lavish in (False, True):
        encoder, decoder = Encoder(plan, lambda wanted=lavish: wanted), Interpreter(plan)
        for wanted in messages:
            assert decoder.decode(encoder.encode(wanted))[0] == wanted


@pytest.mark.parametrize(
    ("fields", "message", "remark"),
    [
        ('<uInt32 name="v"/>', "c0 81 00 85", Reason.OVERLONG_INTEGER),
        ('<int32 name="v"/>', "c0 81 00 85", Reason.OVERLONG_INTEGER),
        ('<int32 name="v"/>', "c0 81 7f ff", Reason.OVERLONG_INTEGER),
        ('<string name="v"/>', "c0 81 00 c1", Reason.OVERLONG_TEXT),
        ('<string name="v" presence="optional"/>', "c0 81 00 00 c1", Reason.OVERLONG_TEXT),
        ('<string name="v" charset="unicode"/>', "c0 81 81 ff", Reason.NOT_UTF8),
        ('<string name="v" charset="unicode"><delta/></string>', "c0 81 80 81 c3", Reason.NOT_UTF8),
        ('<decimal name="v"/>', "c0 81 00 c0 81", Reason.DECIMAL_RANGE),
        ('<decimal name="v"><delta/></decimal>', "c0 81 7f bf 81", Reason.DECIMAL_RANGE),
        ('<uInt32 name="v"/>', "e0 81 81", Reason.SURPLUS_BITS),
        ('<uInt32 name="v"/>', "40 80 81 81", Reason.OVERLONG_MAP),
        (f"<sequence name='s'>{COPY}</sequence>", "c0 81 81 e0 81", Reason.SURPLUS_BITS),
    ],
)
def test_remarks(fields: str, message: str, remark: Reason) -> None:
    """What is delivered nevertheless is counted by its reason, once."""
    decoder = Interpreter(read_plan(document(template(fields))))

    decoder.decode(bytes.fromhex(message))

    assert {Reason(n): count for n, count in enumerate(decoder.remarks) if count} == {remark: 1}


# --- dictionaries ---------------------------------------------------------------------------------
def stories_of(plan_text: str, messages: list[str]) -> list[Any]:
    """What each of these messages gives."""
    decoder = Interpreter(read_plan(plan_text))
    made = []
    for message in messages:
        try:
            made.append(plain(decoder.decode(bytes.fromhex(message))[0]))
        except FastError as error:
            made.append(error.reason)
    return made


def test_global_dictionary_is_shared_and_reset_forgets_it() -> None:
    """Two templates share an entry of one key; a template that resets forgets all, but not the template id."""
    text = document(template(COPY), template(COPY, 2), template("", 120, ' reset="Y"'))

    made = stories_of(text, ["e0 81 85", "80", "c0 82", "c0 f8", "80", "c0 82", "e0 83"])

    assert made == [
        {"template": "T1", "v": 5}, {"template": "T1", "v": 5}, {"template": "T2", "v": 5},
        {"template": "T120"}, {"template": "T120"}, Reason.NO_VALUE, Reason.UNKNOWN_TEMPLATE,
    ]  # fmt: skip


def test_no_template_id_at_all() -> None:
    """The first message must tell its template."""
    assert stories_of(document(template(COPY)), ["80"]) == [Reason.NO_TEMPLATE_ID]


def test_template_dictionary_is_of_one_template() -> None:
    """dictionary="template": an entry for each template; another name: an entry for all who name it."""
    own, named = ' dictionary="template"', ' dictionary="d"'
    text = document(
        template(COPY, 1, own), template(COPY, 2, own), template(COPY, 3, named), template(COPY, 4, named)
    )  # fmt: skip

    made = stories_of(text, ["e0 81 85", "c0 82", "e0 83 86", "c0 84", "c0 81"])

    assert made == [
        {"template": "T1", "v": 5}, Reason.NO_VALUE, {"template": "T3", "v": 6},
        {"template": "T4", "v": 6}, {"template": "T1", "v": 5},
    ]  # fmt: skip


def test_type_dictionary_is_of_one_application_type() -> None:
    """dictionary="type": an entry for each typeRef, and one for all templates that have none."""
    kind = '<typeRef name="{}"/>'
    text = document(
        template(kind.format("A") + COPY), template(kind.format("A") + COPY, 2),
        template(kind.format("B") + COPY, 3), template(COPY, 4), template(COPY, 5),
        attributes=' dictionary="type"',
    )  # fmt: skip

    made = stories_of(text, ["e0 81 85", "c0 82", "c0 83", "e0 84 86", "c0 85"])

    assert made == [
        {"template": "T1", "v": 5}, {"template": "T2", "v": 5}, Reason.NO_VALUE,
        {"template": "T4", "v": 6}, {"template": "T5", "v": 6},
    ]  # fmt: skip


def test_nearest_dictionary_and_key_count() -> None:
    """The attribute nearest to the operator names the dictionary; a key joins fields of different names."""
    fields = (
        '<uInt32 name="a" dictionary="x"><copy dictionary="y" key="k"/></uInt32>'
        '<uInt32 name="b" dictionary="y"><copy key="k"/></uInt32><uInt32 name="k"><copy value="9"/></uInt32>'
    )

    assert stories_of(document(template(fields)), ["e0 81 85"]) == [
        {"template": "T1", "a": 5, "b": 5, "k": 9}
    ]


def test_static_reference_brings_the_fields_and_their_dictionary() -> None:
    """The fields of a referred template stand in the place of the reference, in its own dictionary."""
    text = document(
        template(COPY, 1, ' dictionary="template"'),
        template('<uInt32 name="a"><copy value="3"/></uInt32><templateRef name="T1"/>', 2),
    )

    assert stories_of(text, ["e0 81 85", "c0 82", "90 86", "c0 81"]) == [
        {"template": "T1", "v": 5}, {"template": "T2", "a": 3, "v": 5},
        {"template": "T2", "a": 3, "v": 6}, {"template": "T1", "v": 6},
    ]  # fmt: skip


def test_dynamic_reference_is_a_message_of_its_own() -> None:
    """A reference without a name has its own map and template id; the id is remembered for what follows."""
    text = document(
        template(COPY), template('<uInt32 name="a"/><templateRef/><uInt32 name="b"/>', 2)
    )

    inner = {"template": "T1", "v": 5}
    assert stories_of(text, ["c0 82 81 e0 81 85 82", "80"]) == [
        {"template": "T2", "a": 1, "reference 2": inner, "b": 2},
        {"template": "T1", "v": 5},
    ]


def test_references_without_end_are_refused() -> None:
    """A message that refers to itself for ever is stopped at a depth."""
    text = document(template("<templateRef/>"))

    assert stories_of(text, ["c0 81 " + "80 " * 20]) == [Reason.LIMIT]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ('<sequence name="s"><uInt32 name="a"><constant value="1"/></uInt32></sequence>',
         "c0 81 0f 7f 7f 7f ff"),
        ('<byteVector name="v"/>', "c0 81 20 81" + "00" * 4097),
        ('<sequence name="s"><string name="v"><copy value="0123456789abcdef"/></string></sequence>',
         "c0 81 20 81" + "80" * 4097),
    ],
)  # fmt: skip
def test_limits(fields: str, message: str) -> None:
    """Entries without bytes, texts and the sum of texts end at a limit and not with the memory."""
    assert stories_of(document(template(fields)), [message]) == [Reason.LIMIT]


# --- template files -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("<templates>", "S1 templates: no element found"),
        ("<other/>", "S1 templates: the root is <other>"),
        (document(template("<float name='v'/>")), "S1 templates/templates/T1: <float> is no instruction"),
        (document(template("<uInt32/>")), "S1 templates/templates/T1: <uInt32> has no name"),
        (document(template(COPY), template(COPY)), "S1 templates: two templates have one id"),
        (document(template(COPY + COPY)), "S1 templates/templates/T1: two instructions"),
        (document(template('<uInt32 name="v" presence="maybe"/>')), "presence is 'maybe'"),
        (document(template('<uInt32 name="v"><copy/><delta/></uInt32>')), "<delta> does not fit here"),
        (document(template('<uInt32 name="v"><exponent/></uInt32>')), "<exponent> does not fit here"),
        (document(template('<string name="v"><increment/></string>')), "S2 "),
        (document(template('<uInt32 name="v"><tail/></uInt32>')), "S2 "),
        (document(template('<uInt32 name="v"><copy value="-1"/></uInt32>')), "S3 "),
        (document(template('<int32 name="v"><copy value="1.5"/></int32>')), "S3 "),
        (document(template('<decimal name="v"><copy value="1e5"/></decimal>')), "S3 "),
        (document(template('<decimal name="v"><copy value="1{}"/></decimal>'.format("0" * 64))), "S3 "),
        (document(template('<decimal name="v"><exponent><copy value="64"/></exponent></decimal>')), "S3 "),
        (document(template('<string name="v"><copy value="é"/></string>')), "S3 "),
        (document(template('<byteVector name="v"><copy value="0x"/></byteVector>')), "S3 "),
        (document(template('<uInt32 name="v"><constant/></uInt32>')), "S4 "),
        (document(template('<uInt32 name="v"><default/></uInt32>')), "S5 "),
        (document(template(COPY), template('<string name="v"><copy/></string>', 2)), "D4 "),
        (document(template('<templateRef name="none"/>')), "D8 "),
        (document(template('<templateRef name="T1"/>')), "S1 "),
        ("<!DOCTYPE t [<!ENTITY e 'x'>]><templates/>", "S1 templates: declares entities"),
    ],
)  # fmt: skip
def test_bad_templates_are_refused(text: str, complaint: str) -> None:
    """A template file that breaks a rule is refused with the code of the standard and the place."""
    with pytest.raises(TemplateError) as error:
        read_plan(text)

    assert complaint in str(error.value)


@pytest.mark.parametrize(
    ("fields", "values"),
    [
        ('<uInt32 name="v"/>', {}),
        ('<uInt32 name="v"/>', {"v": 1 << 32}),
        ('<uInt32 name="v"><constant value="1"/></uInt32>', {"v": 2}),
        ('<string name="v"><tail value="ABC"/></string>', {"v": b"AB"}),
        ('<group name="g"><uInt32 name="v"/></group>', {}),
    ],
)
def test_encoder_refuses_what_cannot_be_said(fields: str, values: dict[str, Any]) -> None:
    """A value that the template has no form for is an error, and not other bytes."""
    encoder = Encoder(read_plan(document(template(fields))))

    with pytest.raises(EncodeError):
        encoder.encode(Message("T1", 1, values))
