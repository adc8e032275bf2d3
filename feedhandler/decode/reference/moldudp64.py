# Generated from protocols/nasdaq/moldudp64.ksy by `make protocols`: do not edit.
# This is a generated file! Please edit source .ksy file and use kaitai-struct-compiler to rebuild
# type: ignore

import kaitaistruct
from kaitaistruct import KaitaiStruct, KaitaiStream, BytesIO
import collections


if getattr(kaitaistruct, 'API_VERSION', (0, 9)) < (0, 11):
    raise Exception("Incompatible Kaitai Struct Python API: 0.11 or later is required, but you have %s" % (kaitaistruct.__version__))

class Moldudp64(KaitaiStruct):
    """One UDP datagram: a header of 20 bytes and a run of message blocks, left here as raw bytes for
    the application's own description.
    
    Sequencing: message `i` of the datagram (from 0) has the number `sequence_number + i` inside its
    session; lines A and B send the same numbers. A heartbeat (count 0) and an end of session (count
    0xffff) carry no message: their sequence number is the one expected next.
    
    Written from the public specification.
    
    .. seealso::
       Source - https://www.nasdaqtrader.com/content/technicalsupport/specifications/dataproducts/moldudp64.pdf
    """
    SEQ_FIELDS = ["session", "sequence_number", "message_count", "messages"]
    def __init__(self, _io, _parent=None, _root=None):
        super(Moldudp64, self).__init__(_io)
        self._parent = _parent
        self._root = _root or self
        self._debug = collections.defaultdict(dict)

    def _read(self):
        self._debug['session']['start'] = self._io.pos()
        self.session = (self._io.read_bytes(10)).decode(u"ISO-8859-1")
        self._debug['session']['end'] = self._io.pos()
        self._debug['sequence_number']['start'] = self._io.pos()
        self.sequence_number = self._io.read_u8be()
        self._debug['sequence_number']['end'] = self._io.pos()
        self._debug['message_count']['start'] = self._io.pos()
        self.message_count = self._io.read_u2be()
        self._debug['message_count']['end'] = self._io.pos()
        self._debug['messages']['start'] = self._io.pos()
        self._debug['messages']['arr'] = []
        self.messages = []
        for i in range((0 if self.message_count == 65535 else self.message_count)):
            self._debug['messages']['arr'].append({'start': self._io.pos()})
            _t_messages = Moldudp64.MessageBlock(self._io, self, self._root)
            try:
                _t_messages._read()
            finally:
                self.messages.append(_t_messages)
            self._debug['messages']['arr'][i]['end'] = self._io.pos()

        self._debug['messages']['end'] = self._io.pos()


    def _fetch_instances(self):
        pass
        for i in range(len(self.messages)):
            pass
            self.messages[i]._fetch_instances()


    class MessageBlock(KaitaiStruct):
        SEQ_FIELDS = ["len_message", "payload"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Moldudp64.MessageBlock, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['len_message']['start'] = self._io.pos()
            self.len_message = self._io.read_u2be()
            self._debug['len_message']['end'] = self._io.pos()
            self._debug['payload']['start'] = self._io.pos()
            self.payload = self._io.read_bytes(self.len_message)
            self._debug['payload']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass



