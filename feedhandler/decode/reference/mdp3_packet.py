# Generated from protocols/cme/mdp3_packet.ksy by `make protocols`: do not edit.
# This is a generated file! Please edit source .ksy file and use kaitai-struct-compiler to rebuild
# type: ignore

import kaitaistruct
from kaitaistruct import KaitaiStruct, KaitaiStream, BytesIO
import collections


if getattr(kaitaistruct, 'API_VERSION', (0, 9)) < (0, 11):
    raise Exception("Incompatible Kaitai Struct Python API: 0.11 or later is required, but you have %s" % (kaitaistruct.__version__))

class Mdp3Packet(KaitaiStruct):
    """One UDP datagram: a header of 12 bytes and messages up to its end, left here as raw bytes for the
    application's own description.
    
    Sequencing: packets are counted, not messages, on each feed of a channel by itself (incremental,
    the snapshot loops, definitions). Lines A and B send the same packet under the same number. The
    count restarts at 1 each week, that of a loop at each round. A heartbeat is a message in a packet
    with a number of its own.
    
    Written from the public specification.
    
    .. seealso::
       Source - https://cmegroupclientsite.atlassian.net/wiki/spaces/EPICSANDBOX/pages/46214795/MDP+3.0+-+SBE+Technical+Headers
    """
    SEQ_FIELDS = ["packet_sequence", "sending_time", "messages"]
    def __init__(self, _io, _parent=None, _root=None):
        super(Mdp3Packet, self).__init__(_io)
        self._parent = _parent
        self._root = _root or self
        self._debug = collections.defaultdict(dict)

    def _read(self):
        self._debug['packet_sequence']['start'] = self._io.pos()
        self.packet_sequence = self._io.read_u4le()
        self._debug['packet_sequence']['end'] = self._io.pos()
        self._debug['sending_time']['start'] = self._io.pos()
        self.sending_time = self._io.read_u8le()
        self._debug['sending_time']['end'] = self._io.pos()
        self._debug['messages']['start'] = self._io.pos()
        self._debug['messages']['arr'] = []
        self.messages = []
        i = 0
        while not self._io.is_eof():
            self._debug['messages']['arr'].append({'start': self._io.pos()})
            _t_messages = Mdp3Packet.MessageBlock(self._io, self, self._root)
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
        SEQ_FIELDS = ["message_size", "payload"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3Packet.MessageBlock, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['message_size']['start'] = self._io.pos()
            self.message_size = self._io.read_u2le()
            self._debug['message_size']['end'] = self._io.pos()
            self._debug['payload']['start'] = self._io.pos()
            self.payload = self._io.read_bytes(self.message_size - 2)
            self._debug['payload']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass



