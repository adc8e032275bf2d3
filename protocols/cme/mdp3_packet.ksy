meta:
  id: mdp3_packet
  title: CME MDP 3.0, one packet
  application: UDP multicast of CME Globex market data
  license: MIT
  ks-version: '0.11'
  endian: le
  -venue: cme
  -protocol: mdp3_packet
  -schema-version: '3.0'
doc: |
  One UDP datagram: a header of 12 bytes and messages up to its end, left here as raw bytes for the
  application's own description.

  Sequencing: packets are counted, not messages, on each feed of a channel by itself (incremental,
  the snapshot loops, definitions). Lines A and B send the same packet under the same number. The
  count restarts at 1 each week, that of a loop at each round. A heartbeat is a message in a packet
  with a number of its own.

  Written from the public specification.
doc-ref: https://cmegroupclientsite.atlassian.net/wiki/spaces/EPICSANDBOX/pages/46214795/MDP+3.0+-+SBE+Technical+Headers
seq:
  - {id: packet_sequence, type: u4, -fix-tag: 34}
  - {id: sending_time, type: u8, -unit: ns_since_epoch, -fix-tag: 52}
  - {id: messages, type: message_block, repeat: eos}
types:
  message_block:
    seq:
      - id: message_size
        type: u2
        doc: Counts itself. Below 2 the packet is malformed.
      - id: payload
        size: message_size - 2
