# Generated from protocols/nasdaq/binaryfile.ksy by `make protocols`: do not edit.
# This is a generated file! Please edit source .ksy file and use kaitai-struct-compiler to rebuild
# type: ignore

import kaitaistruct
from kaitaistruct import KaitaiStruct, KaitaiStream, BytesIO
import collections


if getattr(kaitaistruct, 'API_VERSION', (0, 9)) < (0, 11):
    raise Exception("Incompatible Kaitai Struct Python API: 0.11 or later is required, but you have %s" % (kaitaistruct.__version__))

class Binaryfile(KaitaiStruct):
    """A file of messages, each behind its length; the payload is left as raw bytes for the
    application's own description. There is no header and no sequence number: message `i` (from 0)
    is number `i + 1` of the file, which is the feed's number only where the file is complete.
    
    Some public files end with a zero length, some just end. Copies may be cut in mid-block, and some
    converters write 0 for every length: both are for the reader of the file to repair, the layout
    here is that of whole blocks.
    
    Written from the public specification.
    
    .. seealso::
       Source - https://www.nasdaqtrader.com/content/technicalsupport/specifications/dataproducts/binaryfile.pdf
    """
    SEQ_FIELDS = ["messages"]
    def __init__(self, _io, _parent=None, _root=None):
        super(Binaryfile, self).__init__(_io)
        self._parent = _parent
        self._root = _root or self
        self._debug = collections.defaultdict(dict)

    def _read(self):
        self._debug['messages']['start'] = self._io.pos()
        self._debug['messages']['arr'] = []
        self.messages = []
        i = 0
        while not self._io.is_eof():
            self._debug['messages']['arr'].append({'start': self._io.pos()})
            _t_messages = Binaryfile.MessageBlock(self._io, self, self._root)
            try:
                _t_messages._read()
            finally:
                self.messages.append(_t_messages)
            self._debug['messages']['arr'][len(self.messages) - 1]['end'] = self._io.pos()
            i += 1

        self._debug['messages']['end'] = self._io.pos()


    def _fetch_instances(self):
        pass
        for i in range(len(self.messages)):
            pass
            self.messages[i]._fetch_instances()


    class MessageBlock(KaitaiStruct):
        SEQ_FIELDS = ["len_message", "payload"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Binaryfile.MessageBlock, self).__init__(_io)
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



