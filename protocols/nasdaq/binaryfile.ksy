meta:
  id: binaryfile
  title: Nasdaq BinaryFILE 1.00
  application: historical files of the Nasdaq feeds
  license: MIT
  ks-version: '0.11'
  endian: be
  -venue: nasdaq
  -protocol: binaryfile
  -schema-version: '1.00'
doc: |
  A file of messages, each behind its length; the payload is left as raw bytes for the
  application's own description. There is no header and no sequence number: message `i` (from 0)
  is number `i + 1` of the file, which is the feed's number only where the file is complete.

  Some public files end with a zero length, some just end. Copies may be cut in mid-block, and some
  converters write 0 for every length: both are for the reader of the file to repair, the layout
  here is that of whole blocks.

  Written from the public specification.
doc-ref: https://www.nasdaqtrader.com/content/technicalsupport/specifications/dataproducts/binaryfile.pdf
seq:
  - id: messages
    type: message_block
    repeat: eos
types:
  message_block:
    seq:
      - id: len_message
        type: u2
        doc: Does not count itself.
      - id: payload
        size: len_message
