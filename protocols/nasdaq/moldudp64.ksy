meta:
  id: moldudp64
  title: MoldUDP64 1.00, downstream packet
  application: UDP multicast of the Nasdaq feeds
  license: MIT
  ks-version: '0.11'
  encoding: ISO-8859-1
  endian: be
  -venue: nasdaq
  -protocol: moldudp64
  -schema-version: '1.00'
doc: |
  One UDP datagram: a header of 20 bytes and a run of message blocks, left here as raw bytes for
  the application's own description.

  Sequencing: message `i` of the datagram (from 0) has the number `sequence_number + i` inside its
  session; lines A and B send the same numbers. A heartbeat (count 0) and an end of session (count
  0xffff) carry no message: their sequence number is the one expected next.

  Written from the public specification.
doc-ref: https://www.nasdaqtrader.com/content/technicalsupport/specifications/dataproducts/moldudp64.pdf
seq:
  - id: session
    type: str
    size: 10
    doc: Names one sequence space. Another value means a new day or a fail-over.
  - id: sequence_number
    type: u8
    doc: Number of the first message in this datagram.
  - id: message_count
    type: u2
    doc: 0 is a heartbeat, 0xffff the end of the session; neither is a number of blocks.
  - id: messages
    type: message_block
    repeat: expr
    repeat-expr: 'message_count == 0xffff ? 0 : message_count'
types:
  message_block:
    seq:
      - id: len_message
        type: u2
        doc: Does not count itself. 0 is legal and uses up one sequence number.
      - id: payload
        size: len_message
