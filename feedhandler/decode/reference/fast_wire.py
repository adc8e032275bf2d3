# Generated from protocols/common/fast_wire.ksy by `make protocols`: do not edit.
# This is a generated file! Please edit source .ksy file and use kaitai-struct-compiler to rebuild
# type: ignore

import kaitaistruct
from kaitaistruct import KaitaiStruct, KaitaiStream, BytesIO
import collections


if getattr(kaitaistruct, 'API_VERSION', (0, 9)) < (0, 11):
    raise Exception("Incompatible Kaitai Struct Python API: 0.11 or later is required, but you have %s" % (kaitaistruct.__version__))

class FastWire(KaitaiStruct):
    """What FAST sends, without templates and operators: runs of bytes that end with the first byte whose
    highest bit is set. Which entity comes next is not told by the bytes but by the template and by the
    state of its operators, so this file describes the entities one by one; the interpreter of template
    plans reads them in turn. The top level is the head of a message: a presence map, and a template id
    where the map's first bit is set.
    
    A number of more than ten bytes has a value here that is cut to its last ten; readers refuse it.
    
    Written from the public specification.
    
    .. seealso::
       Source - https://www.fixtrading.org/standards/fast-online/
    """
    SEQ_FIELDS = ["presence", "template_id"]
    def __init__(self, _io, _parent=None, _root=None):
        super(FastWire, self).__init__(_io)
        self._parent = _parent
        self._root = _root or self
        self._debug = collections.defaultdict(dict)

    def _read(self):
        self._debug['presence']['start'] = self._io.pos()
        self.presence = FastWire.PresenceMap(self._io, self, self._root)
        self.presence._read()
        self._debug['presence']['end'] = self._io.pos()
        if self.presence.has_template_id:
            pass
            self._debug['template_id']['start'] = self._io.pos()
            self.template_id = FastWire.Unsigned(self._io, self, self._root)
            self.template_id._read()
            self._debug['template_id']['end'] = self._io.pos()



    def _fetch_instances(self):
        pass
        self.presence._fetch_instances()
        if self.presence.has_template_id:
            pass
            self.template_id._fetch_instances()


    class Ascii(KaitaiStruct):
        SEQ_FIELDS = ["entity"]
        def __init__(self, _io, _parent=None, _root=None):
            super(FastWire.Ascii, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['entity']['start'] = self._io.pos()
            self.entity = FastWire.Entity(self._io, self, self._root)
            self.entity._read()
            self._debug['entity']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.entity._fetch_instances()

        @property
        def is_null(self):
            """Of a text that may be null; else that is the empty text."""
            if hasattr(self, '_m_is_null'):
                return self._m_is_null

            self._m_is_null =  ((self.entity.count == 1) and (self.entity.groups[0].bits == 0)) 
            return getattr(self, '_m_is_null', None)


    class ByteVector(KaitaiStruct):
        SEQ_FIELDS = ["length", "body"]
        def __init__(self, _io, _parent=None, _root=None):
            super(FastWire.ByteVector, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['length']['start'] = self._io.pos()
            self.length = FastWire.Unsigned(self._io, self, self._root)
            self.length._read()
            self._debug['length']['end'] = self._io.pos()
            self._debug['body']['start'] = self._io.pos()
            self.body = self._io.read_bytes(self.length.value)
            self._debug['body']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.length._fetch_instances()


    class Decimal(KaitaiStruct):
        SEQ_FIELDS = ["exponent", "mantissa"]
        def __init__(self, _io, _parent=None, _root=None):
            super(FastWire.Decimal, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['exponent']['start'] = self._io.pos()
            self.exponent = FastWire.Signed(self._io, self, self._root)
            self.exponent._read()
            self._debug['exponent']['end'] = self._io.pos()
            self._debug['mantissa']['start'] = self._io.pos()
            self.mantissa = FastWire.Signed(self._io, self, self._root)
            self.mantissa._read()
            self._debug['mantissa']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.exponent._fetch_instances()
            self.mantissa._fetch_instances()


    class Entity(KaitaiStruct):
        SEQ_FIELDS = ["groups"]
        def __init__(self, _io, _parent=None, _root=None):
            super(FastWire.Entity, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['groups']['start'] = self._io.pos()
            self._debug['groups']['arr'] = []
            self.groups = []
            i = 0
            while True:
                self._debug['groups']['arr'].append({'start': self._io.pos()})
                _t_groups = FastWire.SevenBits(self._io, self, self._root)
                try:
                    _t_groups._read()
                finally:
                    _ = _t_groups
                    self.groups.append(_)
                self._debug['groups']['arr'][len(self.groups) - 1]['end'] = self._io.pos()
                if _.stop:
                    break
                i += 1
            self._debug['groups']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            for i in range(len(self.groups)):
                pass
                self.groups[i]._fetch_instances()


        @property
        def count(self):
            if hasattr(self, '_m_count'):
                return self._m_count

            self._m_count = len(self.groups)
            return getattr(self, '_m_count', None)

        @property
        def high(self):
            if hasattr(self, '_m_high'):
                return self._m_high

            self._m_high = ((((self.groups[self.count - 6].bits if self.count >= 6 else 0) + (self.groups[self.count - 7].bits << 7 if self.count >= 7 else 0)) + (self.groups[self.count - 8].bits << 14 if self.count >= 8 else 0)) + (self.groups[self.count - 9].bits << 21 if self.count >= 9 else 0)) + (self.groups[self.count - 10].bits << 28 if self.count >= 10 else 0)
            return getattr(self, '_m_high', None)

        @property
        def is_negative(self):
            if hasattr(self, '_m_is_negative'):
                return self._m_is_negative

            self._m_is_negative = self.groups[0].bits >= 64
            return getattr(self, '_m_is_negative', None)

        @property
        def is_zero(self):
            if hasattr(self, '_m_is_zero'):
                return self._m_is_zero

            self._m_is_zero = self.magnitude == 0
            return getattr(self, '_m_is_zero', None)

        @property
        def low(self):
            if hasattr(self, '_m_low'):
                return self._m_low

            self._m_low = (((self.groups[self.count - 1].bits + (self.groups[self.count - 2].bits << 7 if self.count >= 2 else 0)) + (self.groups[self.count - 3].bits << 14 if self.count >= 3 else 0)) + (self.groups[self.count - 4].bits << 21 if self.count >= 4 else 0)) + (self.groups[self.count - 5].bits << 28 if self.count >= 5 else 0)
            return getattr(self, '_m_low', None)

        @property
        def magnitude(self):
            """All groups joined, the first one most significant."""
            if hasattr(self, '_m_magnitude'):
                return self._m_magnitude

            self._m_magnitude = self.low + (self.high << 35)
            return getattr(self, '_m_magnitude', None)

        @property
        def weight(self):
            if hasattr(self, '_m_weight'):
                return self._m_weight

            self._m_weight = 1 << 7 * self.count
            return getattr(self, '_m_weight', None)


    class NullableByteVector(KaitaiStruct):
        SEQ_FIELDS = ["length", "body"]
        def __init__(self, _io, _parent=None, _root=None):
            super(FastWire.NullableByteVector, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['length']['start'] = self._io.pos()
            self.length = FastWire.NullableUnsigned(self._io, self, self._root)
            self.length._read()
            self._debug['length']['end'] = self._io.pos()
            if (not (self.length.is_null)):
                pass
                self._debug['body']['start'] = self._io.pos()
                self.body = self._io.read_bytes(self.length.value)
                self._debug['body']['end'] = self._io.pos()



        def _fetch_instances(self):
            pass
            self.length._fetch_instances()
            if (not (self.length.is_null)):
                pass



    class NullableDecimal(KaitaiStruct):
        SEQ_FIELDS = ["exponent", "mantissa"]
        def __init__(self, _io, _parent=None, _root=None):
            super(FastWire.NullableDecimal, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['exponent']['start'] = self._io.pos()
            self.exponent = FastWire.NullableSigned(self._io, self, self._root)
            self.exponent._read()
            self._debug['exponent']['end'] = self._io.pos()
            if (not (self.exponent.is_null)):
                pass
                self._debug['mantissa']['start'] = self._io.pos()
                self.mantissa = FastWire.Signed(self._io, self, self._root)
                self.mantissa._read()
                self._debug['mantissa']['end'] = self._io.pos()



        def _fetch_instances(self):
            pass
            self.exponent._fetch_instances()
            if (not (self.exponent.is_null)):
                pass
                self.mantissa._fetch_instances()



    class NullableSigned(KaitaiStruct):
        SEQ_FIELDS = ["entity"]
        def __init__(self, _io, _parent=None, _root=None):
            super(FastWire.NullableSigned, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['entity']['start'] = self._io.pos()
            self.entity = FastWire.Entity(self._io, self, self._root)
            self.entity._read()
            self._debug['entity']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.entity._fetch_instances()

        @property
        def is_null(self):
            if hasattr(self, '_m_is_null'):
                return self._m_is_null

            self._m_is_null = self.entity.is_zero
            return getattr(self, '_m_is_null', None)

        @property
        def value(self):
            """Only what is not negative is sent as one more. Without meaning where null."""
            if hasattr(self, '_m_value'):
                return self._m_value

            self._m_value = (self.entity.magnitude - self.entity.weight if self.entity.is_negative else self.entity.magnitude - 1)
            return getattr(self, '_m_value', None)


    class NullableUnsigned(KaitaiStruct):
        SEQ_FIELDS = ["entity"]
        def __init__(self, _io, _parent=None, _root=None):
            super(FastWire.NullableUnsigned, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['entity']['start'] = self._io.pos()
            self.entity = FastWire.Entity(self._io, self, self._root)
            self.entity._read()
            self._debug['entity']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.entity._fetch_instances()

        @property
        def is_null(self):
            if hasattr(self, '_m_is_null'):
                return self._m_is_null

            self._m_is_null = self.entity.is_zero
            return getattr(self, '_m_is_null', None)

        @property
        def value(self):
            """Without meaning where null."""
            if hasattr(self, '_m_value'):
                return self._m_value

            self._m_value = self.entity.magnitude - 1
            return getattr(self, '_m_value', None)


    class PresenceMap(KaitaiStruct):
        SEQ_FIELDS = ["entity"]
        def __init__(self, _io, _parent=None, _root=None):
            super(FastWire.PresenceMap, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['entity']['start'] = self._io.pos()
            self.entity = FastWire.Entity(self._io, self, self._root)
            self.entity._read()
            self._debug['entity']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.entity._fetch_instances()

        @property
        def has_template_id(self):
            if hasattr(self, '_m_has_template_id'):
                return self._m_has_template_id

            self._m_has_template_id = self.entity.groups[0].bits >= 64
            return getattr(self, '_m_has_template_id', None)


    class SevenBits(KaitaiStruct):
        SEQ_FIELDS = ["stop", "bits"]
        def __init__(self, _io, _parent=None, _root=None):
            super(FastWire.SevenBits, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['stop']['start'] = self._io.pos()
            self.stop = self._io.read_bits_int_be(1) != 0
            self._debug['stop']['end'] = self._io.pos()
            self._debug['bits']['start'] = self._io.pos()
            self.bits = self._io.read_bits_int_be(7)
            self._debug['bits']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass


    class Signed(KaitaiStruct):
        SEQ_FIELDS = ["entity"]
        def __init__(self, _io, _parent=None, _root=None):
            super(FastWire.Signed, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['entity']['start'] = self._io.pos()
            self.entity = FastWire.Entity(self._io, self, self._root)
            self.entity._read()
            self._debug['entity']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.entity._fetch_instances()

        @property
        def value(self):
            """Two's complement; the sign is the first data bit."""
            if hasattr(self, '_m_value'):
                return self._m_value

            self._m_value = (self.entity.magnitude - self.entity.weight if self.entity.is_negative else self.entity.magnitude)
            return getattr(self, '_m_value', None)


    class Unsigned(KaitaiStruct):
        SEQ_FIELDS = ["entity"]
        def __init__(self, _io, _parent=None, _root=None):
            super(FastWire.Unsigned, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['entity']['start'] = self._io.pos()
            self.entity = FastWire.Entity(self._io, self, self._root)
            self.entity._read()
            self._debug['entity']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.entity._fetch_instances()

        @property
        def value(self):
            if hasattr(self, '_m_value'):
                return self._m_value

            self._m_value = self.entity.magnitude
            return getattr(self, '_m_value', None)



