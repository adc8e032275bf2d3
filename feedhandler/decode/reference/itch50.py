# Generated from protocols/nasdaq/itch50.ksy by `make protocols`: do not edit.
# This is a generated file! Please edit source .ksy file and use kaitai-struct-compiler to rebuild
# type: ignore

import kaitaistruct
from kaitaistruct import KaitaiStruct, KaitaiStream, BytesIO
from enum import IntEnum
import collections


if getattr(kaitaistruct, 'API_VERSION', (0, 9)) < (0, 11):
    raise Exception("Incompatible Kaitai Struct Python API: 0.11 or later is required, but you have %s" % (kaitaistruct.__version__))

class Itch50(KaitaiStruct):
    """One message: its type, the head that all types share, and the fields of its type. Framing and
    sequence numbers belong to the transport (MoldUDP64, SoupBinTCP or BinaryFILE).
    
    Layouts are fixed. A message longer than its type was extended by a later revision: the known
    part stands, the tail is ignored. A shorter one is malformed. Codes are open lists: an unknown
    code is passed on, never an error.
    
    Text is left-justified ASCII padded with spaces; it is read as ISO-8859-1, which accepts any
    byte, so that a stray one shows as itself and the message around it survives.
    
    Written from the public specification.
    
    .. seealso::
       Source - https://www.nasdaqtrader.com/content/technicalsupport/specifications/dataproducts/NQTVITCHSpecification.pdf
    """

    class Authenticity(IntEnum):
        production = 80
        test = 84

    class BreachedLevel(IntEnum):
        level_1 = 49
        level_2 = 50
        level_3 = 51

    class CrossType(IntEnum):
        extended_close = 65
        closing = 67
        halt_or_ipo = 72
        opening = 79

    class EventCode(IntEnum):
        end_of_messages = 67
        end_of_system_hours = 69
        end_of_market_hours = 77
        start_of_messages = 79
        start_of_market_hours = 81
        start_of_system_hours = 83

    class FinancialStatus(IntEnum):
        not_available = 32
        creations_redemptions_suspended = 67
        deficient = 68
        delinquent = 69
        deficient_bankrupt = 71
        deficient_delinquent = 72
        delinquent_bankrupt = 74
        deficient_delinquent_bankrupt = 75
        normal = 78
        bankrupt = 81
        suspended = 83

    class HaltAction(IntEnum):
        halted = 72
        resumed = 84

    class ImbalanceDirection(IntEnum):
        buy = 66
        none = 78
        insufficient_orders = 79
        paused = 80
        sell = 83

    class Interest(IntEnum):
        both = 65
        buy = 66
        none = 78
        sell = 83

    class IpoFlag(IntEnum):
        not_available = 32
        no = 78
        yes = 89
        new_listing_without_ipo = 90

    class IssueClassification(IntEnum):
        american_depositary_share = 65
        bond = 66
        common_stock = 67
        depository_receipt = 70
        rule_144a = 73
        limited_partnership = 76
        notes = 78
        ordinary_share = 79
        preferred_stock = 80
        other_securities = 81
        right = 82
        shares_of_beneficial_interest = 83
        convertible_debenture = 84
        unit = 85
        units_of_beneficial_interest = 86
        warrant = 87

    class LuldTier(IntEnum):
        not_available = 32
        tier_1 = 49
        tier_2 = 50

    class MarketCategory(IntEnum):
        not_available = 32
        nyse_american = 65
        nasdaq_global = 71
        nyse_texas = 77
        nyse = 78
        nyse_arca = 80
        nasdaq_global_select = 81
        nasdaq_capital = 83
        iex = 86
        bats = 90

    class MarketCode(IntEnum):
        nasdaq_texas = 66
        nasdaq = 81
        psx = 88

    class MarketMakerMode(IntEnum):
        penalty = 76
        normal = 78
        passive = 80
        pre_syndicate = 82
        syndicate = 83

    class MessageType(IntEnum):
        add_order = 65
        broken_trade = 66
        order_executed_with_price = 67
        order_delete = 68
        order_executed = 69
        add_order_with_mpid = 70
        stock_trading_action = 72
        net_order_imbalance = 73
        luld_auction_collar = 74
        quoting_period_update = 75
        market_participant_position = 76
        retail_interest = 78
        direct_listing = 79
        trade = 80
        cross_trade = 81
        stock_directory = 82
        system_event = 83
        order_replace = 85
        mwcb_decline_levels = 86
        mwcb_status = 87
        order_cancel = 88
        reg_sho_restriction = 89
        operational_halt = 104

    class ParticipantState(IntEnum):
        active = 65
        deleted = 68
        excused = 69
        suspended = 83
        withdrawn = 87

    class PriceVariation(IntEnum):
        not_available = 32
        from_1_percent = 49
        from_2_percent = 50
        from_3_percent = 51
        from_4_percent = 52
        from_5_percent = 53
        from_6_percent = 54
        from_7_percent = 55
        from_8_percent = 56
        from_9_percent = 57
        from_10_percent = 65
        from_20_percent = 66
        from_30_percent = 67
        below_1_percent = 76

    class RegShoAction(IntEnum):
        no_price_test = 48
        restricted_intraday = 49
        restricted_remaining = 50

    class ReleaseQualifier(IntEnum):
        anticipated = 65
        cancelled = 67

    class Side(IntEnum):
        buy = 66
        sell = 83

    class TradingState(IntEnum):
        halted = 72
        paused = 80
        quotation_only = 81
        trading = 84

    class YesNo(IntEnum):
        not_available = 32
        no = 78
        yes = 89
    SEQ_FIELDS = ["message_type", "body"]
    def __init__(self, _io, _parent=None, _root=None):
        super(Itch50, self).__init__(_io)
        self._parent = _parent
        self._root = _root or self
        self._debug = collections.defaultdict(dict)

    def _read(self):
        self._debug['message_type']['start'] = self._io.pos()
        self.message_type = KaitaiStream.resolve_enum(Itch50.MessageType, self._io.read_u1())
        self._debug['message_type']['end'] = self._io.pos()
        self._debug['body']['start'] = self._io.pos()
        _on = self.message_type
        if _on == Itch50.MessageType.add_order:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.AddOrder(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.add_order_with_mpid:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.AddOrderWithMpid(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.broken_trade:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.BrokenTrade(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.cross_trade:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.CrossTrade(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.direct_listing:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.DirectListing(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.luld_auction_collar:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.LuldAuctionCollar(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.market_participant_position:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.MarketParticipantPosition(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.mwcb_decline_levels:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.MwcbDeclineLevels(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.mwcb_status:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.MwcbStatus(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.net_order_imbalance:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.NetOrderImbalance(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.operational_halt:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.OperationalHalt(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.order_cancel:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.OrderCancel(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.order_delete:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.OrderDelete(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.order_executed:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.OrderExecuted(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.order_executed_with_price:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.OrderExecutedWithPrice(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.order_replace:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.OrderReplace(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.quoting_period_update:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.QuotingPeriodUpdate(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.reg_sho_restriction:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.RegShoRestriction(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.retail_interest:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.RetailInterest(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.stock_directory:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.StockDirectory(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.stock_trading_action:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.StockTradingAction(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.system_event:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.SystemEvent(_io__raw_body, self, self._root)
            self.body._read()
        elif _on == Itch50.MessageType.trade:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Itch50.Trade(_io__raw_body, self, self._root)
            self.body._read()
        else:
            pass
            self.body = self._io.read_bytes_full()
        self._debug['body']['end'] = self._io.pos()


    def _fetch_instances(self):
        pass
        _on = self.message_type
        if _on == Itch50.MessageType.add_order:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.add_order_with_mpid:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.broken_trade:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.cross_trade:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.direct_listing:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.luld_auction_collar:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.market_participant_position:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.mwcb_decline_levels:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.mwcb_status:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.net_order_imbalance:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.operational_halt:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.order_cancel:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.order_delete:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.order_executed:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.order_executed_with_price:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.order_replace:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.quoting_period_update:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.reg_sho_restriction:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.retail_interest:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.stock_directory:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.stock_trading_action:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.system_event:
            pass
            self.body._fetch_instances()
        elif _on == Itch50.MessageType.trade:
            pass
            self.body._fetch_instances()
        else:
            pass

    class AddOrder(KaitaiStruct):
        SEQ_FIELDS = ["head", "order_reference_number", "side", "shares", "stock", "price"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.AddOrder, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['order_reference_number']['start'] = self._io.pos()
            self.order_reference_number = self._io.read_u8be()
            self._debug['order_reference_number']['end'] = self._io.pos()
            self._debug['side']['start'] = self._io.pos()
            self.side = KaitaiStream.resolve_enum(Itch50.Side, self._io.read_u1())
            self._debug['side']['end'] = self._io.pos()
            self._debug['shares']['start'] = self._io.pos()
            self.shares = self._io.read_u4be()
            self._debug['shares']['end'] = self._io.pos()
            self._debug['stock']['start'] = self._io.pos()
            self.stock = (KaitaiStream.bytes_strip_right(self._io.read_bytes(8), 32)).decode(u"ISO-8859-1")
            self._debug['stock']['end'] = self._io.pos()
            self._debug['price']['start'] = self._io.pos()
            self.price = self._io.read_u4be()
            self._debug['price']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class AddOrderWithMpid(KaitaiStruct):
        """An add order that tells who sent it."""
        SEQ_FIELDS = ["head", "order_reference_number", "side", "shares", "stock", "price", "attribution"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.AddOrderWithMpid, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['order_reference_number']['start'] = self._io.pos()
            self.order_reference_number = self._io.read_u8be()
            self._debug['order_reference_number']['end'] = self._io.pos()
            self._debug['side']['start'] = self._io.pos()
            self.side = KaitaiStream.resolve_enum(Itch50.Side, self._io.read_u1())
            self._debug['side']['end'] = self._io.pos()
            self._debug['shares']['start'] = self._io.pos()
            self.shares = self._io.read_u4be()
            self._debug['shares']['end'] = self._io.pos()
            self._debug['stock']['start'] = self._io.pos()
            self.stock = (KaitaiStream.bytes_strip_right(self._io.read_bytes(8), 32)).decode(u"ISO-8859-1")
            self._debug['stock']['end'] = self._io.pos()
            self._debug['price']['start'] = self._io.pos()
            self.price = self._io.read_u4be()
            self._debug['price']['end'] = self._io.pos()
            self._debug['attribution']['start'] = self._io.pos()
            self.attribution = (KaitaiStream.bytes_strip_right(self._io.read_bytes(4), 32)).decode(u"ISO-8859-1")
            self._debug['attribution']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class BrokenTrade(KaitaiStruct):
        """Takes back the execution or trade of this match number, in statistics only."""
        SEQ_FIELDS = ["head", "match_number"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.BrokenTrade, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['match_number']['start'] = self._io.pos()
            self.match_number = self._io.read_u8be()
            self._debug['match_number']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class CrossTrade(KaitaiStruct):
        SEQ_FIELDS = ["head", "shares", "stock", "cross_price", "match_number", "cross_type"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.CrossTrade, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['shares']['start'] = self._io.pos()
            self.shares = self._io.read_u8be()
            self._debug['shares']['end'] = self._io.pos()
            self._debug['stock']['start'] = self._io.pos()
            self.stock = (KaitaiStream.bytes_strip_right(self._io.read_bytes(8), 32)).decode(u"ISO-8859-1")
            self._debug['stock']['end'] = self._io.pos()
            self._debug['cross_price']['start'] = self._io.pos()
            self.cross_price = self._io.read_u4be()
            self._debug['cross_price']['end'] = self._io.pos()
            self._debug['match_number']['start'] = self._io.pos()
            self.match_number = self._io.read_u8be()
            self._debug['match_number']['end'] = self._io.pos()
            self._debug['cross_type']['start'] = self._io.pos()
            self.cross_type = KaitaiStream.resolve_enum(Itch50.CrossType, self._io.read_u1())
            self._debug['cross_type']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class DirectListing(KaitaiStruct):
        """Price discovery of a direct listing with capital raise."""
        SEQ_FIELDS = ["head", "stock", "open_eligibility", "minimum_price", "maximum_price", "near_execution_price", "near_execution_time", "lower_collar", "upper_collar"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.DirectListing, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['stock']['start'] = self._io.pos()
            self.stock = (KaitaiStream.bytes_strip_right(self._io.read_bytes(8), 32)).decode(u"ISO-8859-1")
            self._debug['stock']['end'] = self._io.pos()
            self._debug['open_eligibility']['start'] = self._io.pos()
            self.open_eligibility = KaitaiStream.resolve_enum(Itch50.YesNo, self._io.read_u1())
            self._debug['open_eligibility']['end'] = self._io.pos()
            self._debug['minimum_price']['start'] = self._io.pos()
            self.minimum_price = self._io.read_u4be()
            self._debug['minimum_price']['end'] = self._io.pos()
            self._debug['maximum_price']['start'] = self._io.pos()
            self.maximum_price = self._io.read_u4be()
            self._debug['maximum_price']['end'] = self._io.pos()
            self._debug['near_execution_price']['start'] = self._io.pos()
            self.near_execution_price = self._io.read_u4be()
            self._debug['near_execution_price']['end'] = self._io.pos()
            self._debug['near_execution_time']['start'] = self._io.pos()
            self.near_execution_time = self._io.read_u8be()
            self._debug['near_execution_time']['end'] = self._io.pos()
            self._debug['lower_collar']['start'] = self._io.pos()
            self.lower_collar = self._io.read_u4be()
            self._debug['lower_collar']['end'] = self._io.pos()
            self._debug['upper_collar']['start'] = self._io.pos()
            self.upper_collar = self._io.read_u4be()
            self._debug['upper_collar']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class LuldAuctionCollar(KaitaiStruct):
        """Price bounds of the auction that follows a limit-up limit-down pause."""
        SEQ_FIELDS = ["head", "stock", "reference_price", "upper_price", "lower_price", "extension_number"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.LuldAuctionCollar, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['stock']['start'] = self._io.pos()
            self.stock = (KaitaiStream.bytes_strip_right(self._io.read_bytes(8), 32)).decode(u"ISO-8859-1")
            self._debug['stock']['end'] = self._io.pos()
            self._debug['reference_price']['start'] = self._io.pos()
            self.reference_price = self._io.read_u4be()
            self._debug['reference_price']['end'] = self._io.pos()
            self._debug['upper_price']['start'] = self._io.pos()
            self.upper_price = self._io.read_u4be()
            self._debug['upper_price']['end'] = self._io.pos()
            self._debug['lower_price']['start'] = self._io.pos()
            self.lower_price = self._io.read_u4be()
            self._debug['lower_price']['end'] = self._io.pos()
            self._debug['extension_number']['start'] = self._io.pos()
            self.extension_number = self._io.read_u4be()
            self._debug['extension_number']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class MarketParticipantPosition(KaitaiStruct):
        SEQ_FIELDS = ["head", "mpid", "stock", "primary_market_maker", "market_maker_mode", "participant_state"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.MarketParticipantPosition, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['mpid']['start'] = self._io.pos()
            self.mpid = (KaitaiStream.bytes_strip_right(self._io.read_bytes(4), 32)).decode(u"ISO-8859-1")
            self._debug['mpid']['end'] = self._io.pos()
            self._debug['stock']['start'] = self._io.pos()
            self.stock = (KaitaiStream.bytes_strip_right(self._io.read_bytes(8), 32)).decode(u"ISO-8859-1")
            self._debug['stock']['end'] = self._io.pos()
            self._debug['primary_market_maker']['start'] = self._io.pos()
            self.primary_market_maker = KaitaiStream.resolve_enum(Itch50.YesNo, self._io.read_u1())
            self._debug['primary_market_maker']['end'] = self._io.pos()
            self._debug['market_maker_mode']['start'] = self._io.pos()
            self.market_maker_mode = KaitaiStream.resolve_enum(Itch50.MarketMakerMode, self._io.read_u1())
            self._debug['market_maker_mode']['end'] = self._io.pos()
            self._debug['participant_state']['start'] = self._io.pos()
            self.participant_state = KaitaiStream.resolve_enum(Itch50.ParticipantState, self._io.read_u1())
            self._debug['participant_state']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class MessageHead(KaitaiStruct):
        """Follows the type in every message."""
        SEQ_FIELDS = ["stock_locate", "tracking_number", "timestamp"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.MessageHead, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['stock_locate']['start'] = self._io.pos()
            self.stock_locate = self._io.read_u2be()
            self._debug['stock_locate']['end'] = self._io.pos()
            self._debug['tracking_number']['start'] = self._io.pos()
            self.tracking_number = self._io.read_u2be()
            self._debug['tracking_number']['end'] = self._io.pos()
            self._debug['timestamp']['start'] = self._io.pos()
            self.timestamp = self._io.read_bits_int_be(48)
            self._debug['timestamp']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass


    class MwcbDeclineLevels(KaitaiStruct):
        """Index values at which the market-wide circuit breaker trips today."""
        SEQ_FIELDS = ["head", "level_1", "level_2", "level_3"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.MwcbDeclineLevels, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['level_1']['start'] = self._io.pos()
            self.level_1 = self._io.read_u8be()
            self._debug['level_1']['end'] = self._io.pos()
            self._debug['level_2']['start'] = self._io.pos()
            self.level_2 = self._io.read_u8be()
            self._debug['level_2']['end'] = self._io.pos()
            self._debug['level_3']['start'] = self._io.pos()
            self.level_3 = self._io.read_u8be()
            self._debug['level_3']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class MwcbStatus(KaitaiStruct):
        SEQ_FIELDS = ["head", "breached_level"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.MwcbStatus, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['breached_level']['start'] = self._io.pos()
            self.breached_level = KaitaiStream.resolve_enum(Itch50.BreachedLevel, self._io.read_u1())
            self._debug['breached_level']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class NetOrderImbalance(KaitaiStruct):
        """What a cross would do now; sent every few seconds before it."""
        SEQ_FIELDS = ["head", "paired_shares", "imbalance_shares", "imbalance_direction", "stock", "far_price", "near_price", "reference_price", "cross_type", "price_variation"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.NetOrderImbalance, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['paired_shares']['start'] = self._io.pos()
            self.paired_shares = self._io.read_u8be()
            self._debug['paired_shares']['end'] = self._io.pos()
            self._debug['imbalance_shares']['start'] = self._io.pos()
            self.imbalance_shares = self._io.read_u8be()
            self._debug['imbalance_shares']['end'] = self._io.pos()
            self._debug['imbalance_direction']['start'] = self._io.pos()
            self.imbalance_direction = KaitaiStream.resolve_enum(Itch50.ImbalanceDirection, self._io.read_u1())
            self._debug['imbalance_direction']['end'] = self._io.pos()
            self._debug['stock']['start'] = self._io.pos()
            self.stock = (KaitaiStream.bytes_strip_right(self._io.read_bytes(8), 32)).decode(u"ISO-8859-1")
            self._debug['stock']['end'] = self._io.pos()
            self._debug['far_price']['start'] = self._io.pos()
            self.far_price = self._io.read_u4be()
            self._debug['far_price']['end'] = self._io.pos()
            self._debug['near_price']['start'] = self._io.pos()
            self.near_price = self._io.read_u4be()
            self._debug['near_price']['end'] = self._io.pos()
            self._debug['reference_price']['start'] = self._io.pos()
            self.reference_price = self._io.read_u4be()
            self._debug['reference_price']['end'] = self._io.pos()
            self._debug['cross_type']['start'] = self._io.pos()
            self.cross_type = KaitaiStream.resolve_enum(Itch50.CrossType, self._io.read_u1())
            self._debug['cross_type']['end'] = self._io.pos()
            self._debug['price_variation']['start'] = self._io.pos()
            self.price_variation = KaitaiStream.resolve_enum(Itch50.PriceVariation, self._io.read_u1())
            self._debug['price_variation']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class OperationalHalt(KaitaiStruct):
        """One market stops or resumes a stock that others may go on trading."""
        SEQ_FIELDS = ["head", "stock", "market_code", "halt_action"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.OperationalHalt, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['stock']['start'] = self._io.pos()
            self.stock = (KaitaiStream.bytes_strip_right(self._io.read_bytes(8), 32)).decode(u"ISO-8859-1")
            self._debug['stock']['end'] = self._io.pos()
            self._debug['market_code']['start'] = self._io.pos()
            self.market_code = KaitaiStream.resolve_enum(Itch50.MarketCode, self._io.read_u1())
            self._debug['market_code']['end'] = self._io.pos()
            self._debug['halt_action']['start'] = self._io.pos()
            self.halt_action = KaitaiStream.resolve_enum(Itch50.HaltAction, self._io.read_u1())
            self._debug['halt_action']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class OrderCancel(KaitaiStruct):
        """Takes a part of an order; the rest keeps its place in the queue."""
        SEQ_FIELDS = ["head", "order_reference_number", "cancelled_shares"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.OrderCancel, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['order_reference_number']['start'] = self._io.pos()
            self.order_reference_number = self._io.read_u8be()
            self._debug['order_reference_number']['end'] = self._io.pos()
            self._debug['cancelled_shares']['start'] = self._io.pos()
            self.cancelled_shares = self._io.read_u4be()
            self._debug['cancelled_shares']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class OrderDelete(KaitaiStruct):
        SEQ_FIELDS = ["head", "order_reference_number"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.OrderDelete, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['order_reference_number']['start'] = self._io.pos()
            self.order_reference_number = self._io.read_u8be()
            self._debug['order_reference_number']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class OrderExecuted(KaitaiStruct):
        """Executed at the price that the order shows."""
        SEQ_FIELDS = ["head", "order_reference_number", "executed_shares", "match_number"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.OrderExecuted, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['order_reference_number']['start'] = self._io.pos()
            self.order_reference_number = self._io.read_u8be()
            self._debug['order_reference_number']['end'] = self._io.pos()
            self._debug['executed_shares']['start'] = self._io.pos()
            self.executed_shares = self._io.read_u4be()
            self._debug['executed_shares']['end'] = self._io.pos()
            self._debug['match_number']['start'] = self._io.pos()
            self.match_number = self._io.read_u8be()
            self._debug['match_number']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class OrderExecutedWithPrice(KaitaiStruct):
        SEQ_FIELDS = ["head", "order_reference_number", "executed_shares", "match_number", "printable", "execution_price"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.OrderExecutedWithPrice, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['order_reference_number']['start'] = self._io.pos()
            self.order_reference_number = self._io.read_u8be()
            self._debug['order_reference_number']['end'] = self._io.pos()
            self._debug['executed_shares']['start'] = self._io.pos()
            self.executed_shares = self._io.read_u4be()
            self._debug['executed_shares']['end'] = self._io.pos()
            self._debug['match_number']['start'] = self._io.pos()
            self.match_number = self._io.read_u8be()
            self._debug['match_number']['end'] = self._io.pos()
            self._debug['printable']['start'] = self._io.pos()
            self.printable = KaitaiStream.resolve_enum(Itch50.YesNo, self._io.read_u1())
            self._debug['printable']['end'] = self._io.pos()
            self._debug['execution_price']['start'] = self._io.pos()
            self.execution_price = self._io.read_u4be()
            self._debug['execution_price']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class OrderReplace(KaitaiStruct):
        """The new order takes side, stock and attribution from the original and goes to the end of the
        queue of its price, even where the price stays and the shares shrink.
        """
        SEQ_FIELDS = ["head", "original_order_reference_number", "new_order_reference_number", "shares", "price"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.OrderReplace, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['original_order_reference_number']['start'] = self._io.pos()
            self.original_order_reference_number = self._io.read_u8be()
            self._debug['original_order_reference_number']['end'] = self._io.pos()
            self._debug['new_order_reference_number']['start'] = self._io.pos()
            self.new_order_reference_number = self._io.read_u8be()
            self._debug['new_order_reference_number']['end'] = self._io.pos()
            self._debug['shares']['start'] = self._io.pos()
            self.shares = self._io.read_u4be()
            self._debug['shares']['end'] = self._io.pos()
            self._debug['price']['start'] = self._io.pos()
            self.price = self._io.read_u4be()
            self._debug['price']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class QuotingPeriodUpdate(KaitaiStruct):
        """When quoting in a new listing is to begin."""
        SEQ_FIELDS = ["head", "stock", "release_time", "release_qualifier", "ipo_price"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.QuotingPeriodUpdate, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['stock']['start'] = self._io.pos()
            self.stock = (KaitaiStream.bytes_strip_right(self._io.read_bytes(8), 32)).decode(u"ISO-8859-1")
            self._debug['stock']['end'] = self._io.pos()
            self._debug['release_time']['start'] = self._io.pos()
            self.release_time = self._io.read_u4be()
            self._debug['release_time']['end'] = self._io.pos()
            self._debug['release_qualifier']['start'] = self._io.pos()
            self.release_qualifier = KaitaiStream.resolve_enum(Itch50.ReleaseQualifier, self._io.read_u1())
            self._debug['release_qualifier']['end'] = self._io.pos()
            self._debug['ipo_price']['start'] = self._io.pos()
            self.ipo_price = self._io.read_u4be()
            self._debug['ipo_price']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class RegShoRestriction(KaitaiStruct):
        SEQ_FIELDS = ["head", "stock", "reg_sho_action"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.RegShoRestriction, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['stock']['start'] = self._io.pos()
            self.stock = (KaitaiStream.bytes_strip_right(self._io.read_bytes(8), 32)).decode(u"ISO-8859-1")
            self._debug['stock']['end'] = self._io.pos()
            self._debug['reg_sho_action']['start'] = self._io.pos()
            self.reg_sho_action = KaitaiStream.resolve_enum(Itch50.RegShoAction, self._io.read_u1())
            self._debug['reg_sho_action']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class RetailInterest(KaitaiStruct):
        """Of a programme that ended in 2014; still seen in captures of BX."""
        SEQ_FIELDS = ["head", "stock", "interest"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.RetailInterest, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['stock']['start'] = self._io.pos()
            self.stock = (KaitaiStream.bytes_strip_right(self._io.read_bytes(8), 32)).decode(u"ISO-8859-1")
            self._debug['stock']['end'] = self._io.pos()
            self._debug['interest']['start'] = self._io.pos()
            self.interest = KaitaiStream.resolve_enum(Itch50.Interest, self._io.read_u1())
            self._debug['interest']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class StockDirectory(KaitaiStruct):
        """Defines a stock locate; sent for every stock before the day begins."""
        SEQ_FIELDS = ["head", "stock", "market_category", "financial_status", "round_lot_size", "round_lots_only", "issue_classification", "issue_sub_type", "authenticity", "short_sale_threshold", "ipo_flag", "luld_tier", "etp_flag", "etp_leverage_factor", "inverse_indicator"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.StockDirectory, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['stock']['start'] = self._io.pos()
            self.stock = (KaitaiStream.bytes_strip_right(self._io.read_bytes(8), 32)).decode(u"ISO-8859-1")
            self._debug['stock']['end'] = self._io.pos()
            self._debug['market_category']['start'] = self._io.pos()
            self.market_category = KaitaiStream.resolve_enum(Itch50.MarketCategory, self._io.read_u1())
            self._debug['market_category']['end'] = self._io.pos()
            self._debug['financial_status']['start'] = self._io.pos()
            self.financial_status = KaitaiStream.resolve_enum(Itch50.FinancialStatus, self._io.read_u1())
            self._debug['financial_status']['end'] = self._io.pos()
            self._debug['round_lot_size']['start'] = self._io.pos()
            self.round_lot_size = self._io.read_u4be()
            self._debug['round_lot_size']['end'] = self._io.pos()
            self._debug['round_lots_only']['start'] = self._io.pos()
            self.round_lots_only = KaitaiStream.resolve_enum(Itch50.YesNo, self._io.read_u1())
            self._debug['round_lots_only']['end'] = self._io.pos()
            self._debug['issue_classification']['start'] = self._io.pos()
            self.issue_classification = KaitaiStream.resolve_enum(Itch50.IssueClassification, self._io.read_u1())
            self._debug['issue_classification']['end'] = self._io.pos()
            self._debug['issue_sub_type']['start'] = self._io.pos()
            self.issue_sub_type = (KaitaiStream.bytes_strip_right(self._io.read_bytes(2), 32)).decode(u"ISO-8859-1")
            self._debug['issue_sub_type']['end'] = self._io.pos()
            self._debug['authenticity']['start'] = self._io.pos()
            self.authenticity = KaitaiStream.resolve_enum(Itch50.Authenticity, self._io.read_u1())
            self._debug['authenticity']['end'] = self._io.pos()
            self._debug['short_sale_threshold']['start'] = self._io.pos()
            self.short_sale_threshold = KaitaiStream.resolve_enum(Itch50.YesNo, self._io.read_u1())
            self._debug['short_sale_threshold']['end'] = self._io.pos()
            self._debug['ipo_flag']['start'] = self._io.pos()
            self.ipo_flag = KaitaiStream.resolve_enum(Itch50.IpoFlag, self._io.read_u1())
            self._debug['ipo_flag']['end'] = self._io.pos()
            self._debug['luld_tier']['start'] = self._io.pos()
            self.luld_tier = KaitaiStream.resolve_enum(Itch50.LuldTier, self._io.read_u1())
            self._debug['luld_tier']['end'] = self._io.pos()
            self._debug['etp_flag']['start'] = self._io.pos()
            self.etp_flag = KaitaiStream.resolve_enum(Itch50.YesNo, self._io.read_u1())
            self._debug['etp_flag']['end'] = self._io.pos()
            self._debug['etp_leverage_factor']['start'] = self._io.pos()
            self.etp_leverage_factor = self._io.read_u4be()
            self._debug['etp_leverage_factor']['end'] = self._io.pos()
            self._debug['inverse_indicator']['start'] = self._io.pos()
            self.inverse_indicator = KaitaiStream.resolve_enum(Itch50.YesNo, self._io.read_u1())
            self._debug['inverse_indicator']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class StockTradingAction(KaitaiStruct):
        """A stock that is absent from the pre-open spin of this message counts as halted."""
        SEQ_FIELDS = ["head", "stock", "trading_state", "reserved", "reason"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.StockTradingAction, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['stock']['start'] = self._io.pos()
            self.stock = (KaitaiStream.bytes_strip_right(self._io.read_bytes(8), 32)).decode(u"ISO-8859-1")
            self._debug['stock']['end'] = self._io.pos()
            self._debug['trading_state']['start'] = self._io.pos()
            self.trading_state = KaitaiStream.resolve_enum(Itch50.TradingState, self._io.read_u1())
            self._debug['trading_state']['end'] = self._io.pos()
            self._debug['reserved']['start'] = self._io.pos()
            self.reserved = self._io.read_u1()
            self._debug['reserved']['end'] = self._io.pos()
            self._debug['reason']['start'] = self._io.pos()
            self.reason = (KaitaiStream.bytes_strip_right(self._io.read_bytes(4), 32)).decode(u"ISO-8859-1")
            self._debug['reason']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class SystemEvent(KaitaiStruct):
        SEQ_FIELDS = ["head", "event_code"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.SystemEvent, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['event_code']['start'] = self._io.pos()
            self.event_code = KaitaiStream.resolve_enum(Itch50.EventCode, self._io.read_u1())
            self._debug['event_code']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()


    class Trade(KaitaiStruct):
        """Execution against an order that the book does not show."""
        SEQ_FIELDS = ["head", "order_reference_number", "side", "shares", "stock", "price", "match_number"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Itch50.Trade, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Itch50.MessageHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['order_reference_number']['start'] = self._io.pos()
            self.order_reference_number = self._io.read_u8be()
            self._debug['order_reference_number']['end'] = self._io.pos()
            self._debug['side']['start'] = self._io.pos()
            self.side = KaitaiStream.resolve_enum(Itch50.Side, self._io.read_u1())
            self._debug['side']['end'] = self._io.pos()
            self._debug['shares']['start'] = self._io.pos()
            self.shares = self._io.read_u4be()
            self._debug['shares']['end'] = self._io.pos()
            self._debug['stock']['start'] = self._io.pos()
            self.stock = (KaitaiStream.bytes_strip_right(self._io.read_bytes(8), 32)).decode(u"ISO-8859-1")
            self._debug['stock']['end'] = self._io.pos()
            self._debug['price']['start'] = self._io.pos()
            self.price = self._io.read_u4be()
            self._debug['price']['end'] = self._io.pos()
            self._debug['match_number']['start'] = self._io.pos()
            self.match_number = self._io.read_u8be()
            self._debug['match_number']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()



