meta:
  id: fast_wire
  title: FAST 1.1, the entities on the wire
  application: FIX Adapted for Streaming, venues that publish templates
  license: MIT
  ks-version: '0.11'
  encoding: ISO-8859-1
  endian: be
  bit-endian: be
  -venue: common
  -protocol: FAST
  -schema-version: '1.1'
doc: |
  What FAST sends, without templates and operators: runs of bytes that end with the first byte whose
  highest bit is set. Which entity comes next is not told by the bytes but by the template and by the
  state of its operators, so this file describes the entities one by one; the interpreter of template
  plans reads them in turn. The top level is the head of a message: a presence map, and a template id
  where the map's first bit is set.

  A number of more than ten bytes has a value here that is cut to its last ten; readers refuse it.

  Written from the public specification.
doc-ref: https://www.fixtrading.org/standards/fast-online/
seq:
  - id: presence
    type: presence_map
  - id: template_id
    type: unsigned
    if: presence.has_template_id
types:
  seven_bits:
    seq:
      - id: stop
        type: b1
        doc: 1 in the last byte of an entity.
      - id: bits
        type: b7
  entity:
    seq:
      - id: groups
        type: seven_bits
        repeat: until
        repeat-until: _.stop
    instances:
      count:
        value: groups.size
      low:
        value: >-
          groups[count - 1].bits
          + (count >= 2 ? groups[count - 2].bits << 7 : 0)
          + (count >= 3 ? groups[count - 3].bits << 14 : 0)
          + (count >= 4 ? groups[count - 4].bits << 21 : 0)
          + (count >= 5 ? groups[count - 5].bits << 28 : 0)
      high:
        value: >-
          (count >= 6 ? groups[count - 6].bits : 0)
          + (count >= 7 ? groups[count - 7].bits << 7 : 0)
          + (count >= 8 ? groups[count - 8].bits << 14 : 0)
          + (count >= 9 ? groups[count - 9].bits << 21 : 0)
          + (count >= 10 ? groups[count - 10].bits << 28 : 0)
      magnitude:
        value: low + (high << 35)
        doc: All groups joined, the first one most significant.
      weight:
        value: 1 << (7 * count)
      is_zero:
        value: magnitude == 0
      is_negative:
        value: groups[0].bits >= 0x40
  presence_map:
    seq:
      - id: entity
        type: entity
        doc: Bit by bit from the highest; bits beyond the end are 0.
    instances:
      has_template_id:
        value: entity.groups[0].bits >= 0x40
  unsigned:
    seq:
      - id: entity
        type: entity
    instances:
      value:
        value: entity.magnitude
  signed:
    seq:
      - id: entity
        type: entity
    instances:
      value:
        value: 'entity.is_negative ? entity.magnitude - entity.weight : entity.magnitude'
        doc: Two's complement; the sign is the first data bit.
  nullable_unsigned:
    seq:
      - id: entity
        type: entity
    instances:
      is_null:
        value: entity.is_zero
      value:
        value: entity.magnitude - 1
        doc: Without meaning where null.
  nullable_signed:
    seq:
      - id: entity
        type: entity
    instances:
      is_null:
        value: entity.is_zero
      value:
        value: >-
          entity.is_negative ? entity.magnitude - entity.weight : entity.magnitude - 1
        doc: Only what is not negative is sent as one more. Without meaning where null.
  ascii:
    seq:
      - id: entity
        type: entity
        doc: A character in every group; a single 0 is the empty text, a 0 before the last one is a preamble.
    instances:
      is_null:
        value: entity.count == 1 and entity.groups[0].bits == 0
        doc: Of a text that may be null; else that is the empty text.
  byte_vector:
    seq:
      - id: length
        type: unsigned
      - id: body
        size: length.value
  nullable_byte_vector:
    seq:
      - id: length
        type: nullable_unsigned
      - id: body
        size: length.value
        if: not length.is_null
  decimal:
    seq:
      - id: exponent
        type: signed
      - id: mantissa
        type: signed
  nullable_decimal:
    seq:
      - id: exponent
        type: nullable_signed
      - id: mantissa
        type: signed
        if: not exponent.is_null
