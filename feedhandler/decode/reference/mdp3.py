# Generated from protocols/cme/mdp3.ksy by `make protocols`: do not edit.
# This is a generated file! Please edit source .ksy file and use kaitai-struct-compiler to rebuild
# type: ignore

import kaitaistruct
from kaitaistruct import KaitaiStruct, KaitaiStream, BytesIO
from enum import IntEnum
import collections


if getattr(kaitaistruct, 'API_VERSION', (0, 9)) < (0, 11):
    raise Exception("Incompatible Kaitai Struct Python API: 0.11 or later is required, but you have %s" % (kaitaistruct.__version__))

class Mdp3(KaitaiStruct):
    """One SBE message: its header of 8 bytes, a root block, then repeating groups. Packet header,
    message size and sequence numbers belong to the transport (mdp3_packet).
    
    One description reads the traffic of versions 5 to 13. `version` in the header is the version the
    sender wrote by: a field or group of a later one is absent, whatever the length of the block says.
    Where a block ends is told by the sender's length alone, for the root as for the entries of a
    group: bytes beyond the known fields are padding or later additions, and are passed over.
    
    Two generations live side by side. Templates below 46 carry prices with seven decimals, those from
    46 on with nine; their layouts are otherwise often the same, so only the template id tells.
    
    Nulls stay as the raw value named by `-null`. Codes are open lists. Types of root blocks end in
    `_block`, of group entries in `_entry`, of messages in the template id; enums have none of these.
    Text is padded with NUL and read as ISO-8859-1, which accepts any byte.
    
    Written from the public specification.
    
    .. seealso::
       Source - https://www.cmegroup.com/confluence/display/EPICSANDBOX/MDP+3.0+-+Message+Specification
    """

    class AggressorFlag(IntEnum):
        not_aggressor = 0
        aggressor = 1

    class AggressorSide(IntEnum):
        no_aggressor = 0
        buy = 1
        sell = 2

    class EventType(IntEnum):
        activation = 5
        last_eligible_trade_date = 7

    class HaltReason(IntEnum):
        group_schedule = 0
        surveillance_intervention = 1
        market_event = 2
        instrument_activation = 3
        instrument_expiration = 4
        unknown = 5
        recovery_in_process = 6
        trade_date_roll = 7

    class LegSide(IntEnum):
        buy_side = 1
        sell_side = 2

    class MdEntryType(IntEnum):
        bid = 48
        offer = 49
        trade = 50
        open_price = 52
        settlement_price = 54
        trading_session_high_price = 55
        trading_session_low_price = 56
        vwap = 57
        cleared_volume = 66
        open_interest = 67
        implied_bid = 69
        implied_offer = 70
        book_reset = 74
        session_high_bid = 78
        session_low_offer = 79
        fixing_price = 87
        electronic_volume = 101
        threshold_limits_and_price_band_variation = 103
        market_best_offer = 119
        market_best_bid = 120

    class MdEntryTypeBook(IntEnum):
        bid = 48
        offer = 49
        implied_bid = 69
        implied_offer = 70
        book_reset = 74
        market_best_offer = 119
        market_best_bid = 120

    class MdEntryTypeDailyStatistics(IntEnum):
        settlement_price = 54
        cleared_volume = 66
        open_interest = 67
        fixing_price = 87

    class MdEntryTypeStatistics(IntEnum):
        open_price = 52
        high_trade = 55
        low_trade = 56
        vwap = 57
        highest_bid = 78
        lowest_offer = 79

    class MdUpdateAction(IntEnum):
        new = 0
        change = 1
        delete = 2
        delete_thru = 3
        delete_from = 4
        overlay = 5

    class MoneyOrPar(IntEnum):
        money = 1
        par = 2

    class OpenCloseSettlFlag(IntEnum):
        daily_open_price = 0
        indicative_opening_price = 5
        intraday_vwap = 100
        repo_average_8_30_am = 101
        repo_average_10_am = 102
        prev_session_repo_average_10_am = 103

    class OrderUpdateAction(IntEnum):
        new = 0
        update = 1
        delete = 2

    class PriceSource(IntEnum):
        market_place_assistant = 0
        globex = 1
        refinitiv = 2
        icap = 3

    class PutOrCall(IntEnum):
        put = 0
        call = 1

    class RepoSubType(IntEnum):
        special = 0
        gc = 1
        gc_for_dbv = 2

    class SecurityAltIdSource(IntEnum):
        cusip = 1
        isin = 4

    class SecurityTradingEvent(IntEnum):
        no_event = 0
        no_cancel = 1
        reset_statistics = 4
        implied_matching_on = 5
        implied_matching_off = 6
        end_of_workup = 7

    class SecurityTradingStatus(IntEnum):
        trading_halt = 2
        close = 4
        new_price_indication = 15
        ready_to_trade = 17
        not_available_for_trading = 18
        unknown_or_invalid = 20
        pre_open = 21
        pre_cross = 24
        cross = 25
        post_close = 26
        no_change = 103
        private_workup = 201
        public_workup = 202

    class SecurityUpdateAction(IntEnum):
        add = 65
        delete = 68
        modify = 77

    class Side(IntEnum):
        buy = 1
        sell = 2

    class WorkupTradingStatus(IntEnum):
        ready_to_trade = 17
        not_available_for_trading = 18
        private_workup = 201
        public_workup = 202
    SEQ_FIELDS = ["block_length", "template_id", "schema_id", "version", "body"]
    def __init__(self, _io, _parent=None, _root=None):
        super(Mdp3, self).__init__(_io)
        self._parent = _parent
        self._root = _root or self
        self._debug = collections.defaultdict(dict)

    def _read(self):
        self._debug['block_length']['start'] = self._io.pos()
        self.block_length = self._io.read_u2le()
        self._debug['block_length']['end'] = self._io.pos()
        self._debug['template_id']['start'] = self._io.pos()
        self.template_id = self._io.read_u2le()
        self._debug['template_id']['end'] = self._io.pos()
        self._debug['schema_id']['start'] = self._io.pos()
        self.schema_id = self._io.read_u2le()
        self._debug['schema_id']['end'] = self._io.pos()
        self._debug['version']['start'] = self._io.pos()
        self.version = self._io.read_u2le()
        self._debug['version']['end'] = self._io.pos()
        self._debug['body']['start'] = self._io.pos()
        _on = self.template_id
        if _on == 12:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.AdminHeartbeat12(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 15:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.AdminLogin15(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 16:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.AdminLogout16(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 27:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdInstrumentDefinitionFuture27(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 29:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdInstrumentDefinitionSpread29(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 30:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.SecurityStatus30(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 32:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdIncrementalRefreshBook32(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 33:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdIncrementalRefreshDailyStatistics33(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 34:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdIncrementalRefreshLimitsBanding34(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 35:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdIncrementalRefreshSessionStatistics35(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 36:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdIncrementalRefreshTrade36(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 37:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdIncrementalRefreshVolume37(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 38:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.SnapshotFullRefresh38(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 39:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.QuoteRequest39(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 4:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.ChannelReset4(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 41:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdInstrumentDefinitionOption41(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 42:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdIncrementalRefreshTradeSummary42(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 43:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdIncrementalRefreshOrderBook43(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 44:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.SnapshotFullRefreshOrderBook44(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 46:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdIncrementalRefreshBook46(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 47:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdIncrementalRefreshOrderBook47(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 48:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdIncrementalRefreshTradeSummary48(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 49:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdIncrementalRefreshDailyStatistics49(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 50:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdIncrementalRefreshLimitsBanding50(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 51:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdIncrementalRefreshSessionStatistics51(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 52:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.SnapshotFullRefresh52(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 53:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.SnapshotFullRefreshOrderBook53(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 54:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdInstrumentDefinitionFuture54(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 55:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdInstrumentDefinitionOption55(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 56:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdInstrumentDefinitionSpread56(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 57:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdInstrumentDefinitionFixedIncome57(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 58:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdInstrumentDefinitionRepo58(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 59:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.SnapshotRefreshTopOrders59(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 60:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.SecurityStatusWorkup60(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 61:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.SnapshotFullRefreshTcp61(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 62:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.CollateralMarketValue62(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 63:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdInstrumentDefinitionFx63(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 64:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdIncrementalRefreshBookLongQty64(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 65:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdIncrementalRefreshTradeSummaryLongQty65(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 66:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdIncrementalRefreshVolumeLongQty66(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 67:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.MdIncrementalRefreshSessionStatisticsLongQty67(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 68:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.SnapshotFullRefreshTcpLongQty68(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        elif _on == 69:
            pass
            self._raw_body = self._io.read_bytes_full()
            _io__raw_body = KaitaiStream(BytesIO(self._raw_body))
            self.body = Mdp3.SnapshotFullRefreshLongQty69(self.block_length, self.version, _io__raw_body, self, self._root)
            self.body._read()
        else:
            pass
            self.body = self._io.read_bytes_full()
        self._debug['body']['end'] = self._io.pos()


    def _fetch_instances(self):
        pass
        _on = self.template_id
        if _on == 12:
            pass
            self.body._fetch_instances()
        elif _on == 15:
            pass
            self.body._fetch_instances()
        elif _on == 16:
            pass
            self.body._fetch_instances()
        elif _on == 27:
            pass
            self.body._fetch_instances()
        elif _on == 29:
            pass
            self.body._fetch_instances()
        elif _on == 30:
            pass
            self.body._fetch_instances()
        elif _on == 32:
            pass
            self.body._fetch_instances()
        elif _on == 33:
            pass
            self.body._fetch_instances()
        elif _on == 34:
            pass
            self.body._fetch_instances()
        elif _on == 35:
            pass
            self.body._fetch_instances()
        elif _on == 36:
            pass
            self.body._fetch_instances()
        elif _on == 37:
            pass
            self.body._fetch_instances()
        elif _on == 38:
            pass
            self.body._fetch_instances()
        elif _on == 39:
            pass
            self.body._fetch_instances()
        elif _on == 4:
            pass
            self.body._fetch_instances()
        elif _on == 41:
            pass
            self.body._fetch_instances()
        elif _on == 42:
            pass
            self.body._fetch_instances()
        elif _on == 43:
            pass
            self.body._fetch_instances()
        elif _on == 44:
            pass
            self.body._fetch_instances()
        elif _on == 46:
            pass
            self.body._fetch_instances()
        elif _on == 47:
            pass
            self.body._fetch_instances()
        elif _on == 48:
            pass
            self.body._fetch_instances()
        elif _on == 49:
            pass
            self.body._fetch_instances()
        elif _on == 50:
            pass
            self.body._fetch_instances()
        elif _on == 51:
            pass
            self.body._fetch_instances()
        elif _on == 52:
            pass
            self.body._fetch_instances()
        elif _on == 53:
            pass
            self.body._fetch_instances()
        elif _on == 54:
            pass
            self.body._fetch_instances()
        elif _on == 55:
            pass
            self.body._fetch_instances()
        elif _on == 56:
            pass
            self.body._fetch_instances()
        elif _on == 57:
            pass
            self.body._fetch_instances()
        elif _on == 58:
            pass
            self.body._fetch_instances()
        elif _on == 59:
            pass
            self.body._fetch_instances()
        elif _on == 60:
            pass
            self.body._fetch_instances()
        elif _on == 61:
            pass
            self.body._fetch_instances()
        elif _on == 62:
            pass
            self.body._fetch_instances()
        elif _on == 63:
            pass
            self.body._fetch_instances()
        elif _on == 64:
            pass
            self.body._fetch_instances()
        elif _on == 65:
            pass
            self.body._fetch_instances()
        elif _on == 66:
            pass
            self.body._fetch_instances()
        elif _on == 67:
            pass
            self.body._fetch_instances()
        elif _on == 68:
            pass
            self.body._fetch_instances()
        elif _on == 69:
            pass
            self.body._fetch_instances()
        else:
            pass

    class AdminHeartbeat12(KaitaiStruct):
        """Sent when a channel is silent; its packet takes a sequence number like any other."""
        SEQ_FIELDS = ["block"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.AdminHeartbeat12, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.AdminHeartbeat12Block(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()


    class AdminHeartbeat12Block(KaitaiStruct):
        """No field so far."""
        SEQ_FIELDS = []
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.AdminHeartbeat12Block, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            pass


        def _fetch_instances(self):
            pass


    class AdminLogin15(KaitaiStruct):
        """Answer of the TCP replay."""
        SEQ_FIELDS = ["block"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.AdminLogin15, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.AdminLogin15Block(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()


    class AdminLogin15Block(KaitaiStruct):
        SEQ_FIELDS = ["heart_bt_int"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.AdminLogin15Block, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['heart_bt_int']['start'] = self._io.pos()
            self.heart_bt_int = self._io.read_s1()
            self._debug['heart_bt_int']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass


    class AdminLogout16(KaitaiStruct):
        """The TCP replay closes."""
        SEQ_FIELDS = ["block"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.AdminLogout16, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.AdminLogout16Block(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()


    class AdminLogout16Block(KaitaiStruct):
        SEQ_FIELDS = ["text"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.AdminLogout16Block, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['text']['start'] = self._io.pos()
            self.text = (KaitaiStream.bytes_terminate(self._io.read_bytes(180), 0, False)).decode(u"ISO-8859-1")
            self._debug['text']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass


    class Book32Entry(KaitaiStruct):
        SEQ_FIELDS = ["md_entry_px", "md_entry_size", "security_id", "rpt_seq", "number_of_orders", "md_price_level", "md_update_action", "md_entry_type"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Book32Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Pricenull7(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_entry_size']['start'] = self._io.pos()
            self.md_entry_size = self._io.read_s4le()
            self._debug['md_entry_size']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['rpt_seq']['start'] = self._io.pos()
            self.rpt_seq = self._io.read_u4le()
            self._debug['rpt_seq']['end'] = self._io.pos()
            self._debug['number_of_orders']['start'] = self._io.pos()
            self.number_of_orders = self._io.read_s4le()
            self._debug['number_of_orders']['end'] = self._io.pos()
            self._debug['md_price_level']['start'] = self._io.pos()
            self.md_price_level = self._io.read_u1()
            self._debug['md_price_level']['end'] = self._io.pos()
            self._debug['md_update_action']['start'] = self._io.pos()
            self.md_update_action = KaitaiStream.resolve_enum(Mdp3.MdUpdateAction, self._io.read_u1())
            self._debug['md_update_action']['end'] = self._io.pos()
            self._debug['md_entry_type']['start'] = self._io.pos()
            self.md_entry_type = KaitaiStream.resolve_enum(Mdp3.MdEntryTypeBook, self._io.read_u1())
            self._debug['md_entry_type']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()


    class Book46Entry(KaitaiStruct):
        SEQ_FIELDS = ["md_entry_px", "md_entry_size", "security_id", "rpt_seq", "number_of_orders", "md_price_level", "md_update_action", "md_entry_type", "tradeable_size"]
        def __init__(self, version, _io, _parent=None, _root=None):
            super(Mdp3.Book46Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Pricenull9(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_entry_size']['start'] = self._io.pos()
            self.md_entry_size = self._io.read_s4le()
            self._debug['md_entry_size']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['rpt_seq']['start'] = self._io.pos()
            self.rpt_seq = self._io.read_u4le()
            self._debug['rpt_seq']['end'] = self._io.pos()
            self._debug['number_of_orders']['start'] = self._io.pos()
            self.number_of_orders = self._io.read_s4le()
            self._debug['number_of_orders']['end'] = self._io.pos()
            self._debug['md_price_level']['start'] = self._io.pos()
            self.md_price_level = self._io.read_u1()
            self._debug['md_price_level']['end'] = self._io.pos()
            self._debug['md_update_action']['start'] = self._io.pos()
            self.md_update_action = KaitaiStream.resolve_enum(Mdp3.MdUpdateAction, self._io.read_u1())
            self._debug['md_update_action']['end'] = self._io.pos()
            self._debug['md_entry_type']['start'] = self._io.pos()
            self.md_entry_type = KaitaiStream.resolve_enum(Mdp3.MdEntryTypeBook, self._io.read_u1())
            self._debug['md_entry_type']['end'] = self._io.pos()
            if self.version >= 10:
                pass
                self._debug['tradeable_size']['start'] = self._io.pos()
                self.tradeable_size = self._io.read_s4le()
                self._debug['tradeable_size']['end'] = self._io.pos()



        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()
            if self.version >= 10:
                pass



    class Book64Entry(KaitaiStruct):
        SEQ_FIELDS = ["md_entry_px", "md_entry_size", "security_id", "rpt_seq", "number_of_orders", "md_price_level", "md_update_action", "md_entry_type"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Book64Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Pricenull9(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_entry_size']['start'] = self._io.pos()
            self.md_entry_size = self._io.read_u8le()
            self._debug['md_entry_size']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['rpt_seq']['start'] = self._io.pos()
            self.rpt_seq = self._io.read_u4le()
            self._debug['rpt_seq']['end'] = self._io.pos()
            self._debug['number_of_orders']['start'] = self._io.pos()
            self.number_of_orders = self._io.read_s4le()
            self._debug['number_of_orders']['end'] = self._io.pos()
            self._debug['md_price_level']['start'] = self._io.pos()
            self.md_price_level = self._io.read_u1()
            self._debug['md_price_level']['end'] = self._io.pos()
            self._debug['md_update_action']['start'] = self._io.pos()
            self.md_update_action = KaitaiStream.resolve_enum(Mdp3.MdUpdateAction, self._io.read_u1())
            self._debug['md_update_action']['end'] = self._io.pos()
            self._debug['md_entry_type']['start'] = self._io.pos()
            self.md_entry_type = KaitaiStream.resolve_enum(Mdp3.MdEntryTypeBook, self._io.read_u1())
            self._debug['md_entry_type']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()


    class BrokenDateEntry(KaitaiStruct):
        SEQ_FIELDS = ["broken_date_guid", "broken_date_security_id", "broken_date_start", "broken_date_end"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.BrokenDateEntry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['broken_date_guid']['start'] = self._io.pos()
            self.broken_date_guid = self._io.read_u8le()
            self._debug['broken_date_guid']['end'] = self._io.pos()
            self._debug['broken_date_security_id']['start'] = self._io.pos()
            self.broken_date_security_id = self._io.read_s4le()
            self._debug['broken_date_security_id']['end'] = self._io.pos()
            self._debug['broken_date_start']['start'] = self._io.pos()
            self.broken_date_start = self._io.read_u2le()
            self._debug['broken_date_start']['end'] = self._io.pos()
            self._debug['broken_date_end']['start'] = self._io.pos()
            self.broken_date_end = self._io.read_u2le()
            self._debug['broken_date_end']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass


    class ChannelReset4(KaitaiStruct):
        """Every book of the channel is void; the state is sent again as incremental messages."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.ChannelReset4, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.ChannelReset4Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class ChannelReset4Entry(KaitaiStruct):
        SEQ_FIELDS = ["appl_id"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.ChannelReset4Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['appl_id']['start'] = self._io.pos()
            self.appl_id = self._io.read_s2le()
            self._debug['appl_id']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass

        @property
        def md_entry_type(self):
            if hasattr(self, '_m_md_entry_type'):
                return self._m_md_entry_type

            self._m_md_entry_type = 74
            return getattr(self, '_m_md_entry_type', None)

        @property
        def md_update_action(self):
            if hasattr(self, '_m_md_update_action'):
                return self._m_md_update_action

            self._m_md_update_action = 0
            return getattr(self, '_m_md_update_action', None)


    class Collateral62Entry(KaitaiStruct):
        SEQ_FIELDS = ["underlying_security_alt_id", "underlying_security_alt_id_source", "collateral_market_price", "dirty_price", "underlying_instrument_guid", "md_stream_id"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Collateral62Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['underlying_security_alt_id']['start'] = self._io.pos()
            self.underlying_security_alt_id = (KaitaiStream.bytes_terminate(self._io.read_bytes(12), 0, False)).decode(u"ISO-8859-1")
            self._debug['underlying_security_alt_id']['end'] = self._io.pos()
            self._debug['underlying_security_alt_id_source']['start'] = self._io.pos()
            self.underlying_security_alt_id_source = KaitaiStream.resolve_enum(Mdp3.SecurityAltIdSource, self._io.read_u1())
            self._debug['underlying_security_alt_id_source']['end'] = self._io.pos()
            self._debug['collateral_market_price']['start'] = self._io.pos()
            self.collateral_market_price = Mdp3.Price9(self._io, self, self._root)
            self.collateral_market_price._read()
            self._debug['collateral_market_price']['end'] = self._io.pos()
            self._debug['dirty_price']['start'] = self._io.pos()
            self.dirty_price = Mdp3.Price9(self._io, self, self._root)
            self.dirty_price._read()
            self._debug['dirty_price']['end'] = self._io.pos()
            self._debug['underlying_instrument_guid']['start'] = self._io.pos()
            self.underlying_instrument_guid = self._io.read_u8le()
            self._debug['underlying_instrument_guid']['end'] = self._io.pos()
            self._debug['md_stream_id']['start'] = self._io.pos()
            self.md_stream_id = KaitaiStream.resolve_enum(Mdp3.PriceSource, self._io.read_u1())
            self._debug['md_stream_id']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.collateral_market_price._fetch_instances()
            self.dirty_price._fetch_instances()


    class CollateralMarketValue62(KaitaiStruct):
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.CollateralMarketValue62, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.Collateral62Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class DailyStatistics33Entry(KaitaiStruct):
        SEQ_FIELDS = ["md_entry_px", "md_entry_size", "security_id", "rpt_seq", "trading_reference_date", "settl_price_type", "md_update_action", "md_entry_type"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.DailyStatistics33Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Pricenull7(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_entry_size']['start'] = self._io.pos()
            self.md_entry_size = self._io.read_s4le()
            self._debug['md_entry_size']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['rpt_seq']['start'] = self._io.pos()
            self.rpt_seq = self._io.read_u4le()
            self._debug['rpt_seq']['end'] = self._io.pos()
            self._debug['trading_reference_date']['start'] = self._io.pos()
            self.trading_reference_date = self._io.read_u2le()
            self._debug['trading_reference_date']['end'] = self._io.pos()
            self._debug['settl_price_type']['start'] = self._io.pos()
            self.settl_price_type = Mdp3.SettlPriceType(self._io, self, self._root)
            self.settl_price_type._read()
            self._debug['settl_price_type']['end'] = self._io.pos()
            self._debug['md_update_action']['start'] = self._io.pos()
            self.md_update_action = KaitaiStream.resolve_enum(Mdp3.MdUpdateAction, self._io.read_u1())
            self._debug['md_update_action']['end'] = self._io.pos()
            self._debug['md_entry_type']['start'] = self._io.pos()
            self.md_entry_type = KaitaiStream.resolve_enum(Mdp3.MdEntryTypeDailyStatistics, self._io.read_u1())
            self._debug['md_entry_type']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()
            self.settl_price_type._fetch_instances()


    class DailyStatistics49Entry(KaitaiStruct):
        SEQ_FIELDS = ["md_entry_px", "md_entry_size", "security_id", "rpt_seq", "trading_reference_date", "settl_price_type", "md_update_action", "md_entry_type"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.DailyStatistics49Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Pricenull9(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_entry_size']['start'] = self._io.pos()
            self.md_entry_size = self._io.read_s4le()
            self._debug['md_entry_size']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['rpt_seq']['start'] = self._io.pos()
            self.rpt_seq = self._io.read_u4le()
            self._debug['rpt_seq']['end'] = self._io.pos()
            self._debug['trading_reference_date']['start'] = self._io.pos()
            self.trading_reference_date = self._io.read_u2le()
            self._debug['trading_reference_date']['end'] = self._io.pos()
            self._debug['settl_price_type']['start'] = self._io.pos()
            self.settl_price_type = Mdp3.SettlPriceType(self._io, self, self._root)
            self.settl_price_type._read()
            self._debug['settl_price_type']['end'] = self._io.pos()
            self._debug['md_update_action']['start'] = self._io.pos()
            self.md_update_action = KaitaiStream.resolve_enum(Mdp3.MdUpdateAction, self._io.read_u1())
            self._debug['md_update_action']['end'] = self._io.pos()
            self._debug['md_entry_type']['start'] = self._io.pos()
            self.md_entry_type = KaitaiStream.resolve_enum(Mdp3.MdEntryTypeDailyStatistics, self._io.read_u1())
            self._debug['md_entry_type']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()
            self.settl_price_type._fetch_instances()


    class Decimal7(KaitaiStruct):
        SEQ_FIELDS = ["mantissa"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Decimal7, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['mantissa']['start'] = self._io.pos()
            self.mantissa = self._io.read_s8le()
            self._debug['mantissa']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass

        @property
        def exponent(self):
            if hasattr(self, '_m_exponent'):
                return self._m_exponent

            self._m_exponent = -7
            return getattr(self, '_m_exponent', None)


    class Decimal9(KaitaiStruct):
        SEQ_FIELDS = ["mantissa"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Decimal9, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['mantissa']['start'] = self._io.pos()
            self.mantissa = self._io.read_s8le()
            self._debug['mantissa']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass

        @property
        def exponent(self):
            if hasattr(self, '_m_exponent'):
                return self._m_exponent

            self._m_exponent = -9
            return getattr(self, '_m_exponent', None)


    class DecimalQty(KaitaiStruct):
        SEQ_FIELDS = ["mantissa"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.DecimalQty, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['mantissa']['start'] = self._io.pos()
            self.mantissa = self._io.read_s4le()
            self._debug['mantissa']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass

        @property
        def exponent(self):
            if hasattr(self, '_m_exponent'):
                return self._m_exponent

            self._m_exponent = -4
            return getattr(self, '_m_exponent', None)


    class Decimalnull9(KaitaiStruct):
        SEQ_FIELDS = ["mantissa"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Decimalnull9, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['mantissa']['start'] = self._io.pos()
            self.mantissa = self._io.read_s8le()
            self._debug['mantissa']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass

        @property
        def exponent(self):
            if hasattr(self, '_m_exponent'):
                return self._m_exponent

            self._m_exponent = -9
            return getattr(self, '_m_exponent', None)


    class EventEntry(KaitaiStruct):
        SEQ_FIELDS = ["event_type", "event_time"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.EventEntry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['event_type']['start'] = self._io.pos()
            self.event_type = KaitaiStream.resolve_enum(Mdp3.EventType, self._io.read_u1())
            self._debug['event_type']['end'] = self._io.pos()
            self._debug['event_time']['start'] = self._io.pos()
            self.event_time = self._io.read_u8le()
            self._debug['event_time']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass


    class FixedIncome57Block(KaitaiStruct):
        SEQ_FIELDS = ["head", "currency", "settl_currency", "match_algorithm", "min_trade_vol", "max_trade_vol", "min_price_increment", "display_factor", "main_fraction", "sub_fraction", "price_display_format", "unit_of_measure", "unit_of_measure_qty", "trading_reference_price", "trading_reference_date", "high_limit_price", "low_limit_price", "max_price_variation", "min_price_increment_amount", "issue_date", "dated_date", "maturity_date", "coupon_rate", "par_value", "coupon_frequency_unit", "coupon_frequency_period", "coupon_day_count", "country_of_issue", "issuer", "financial_instrument_full_name", "security_alt_id", "security_alt_id_source", "price_quote_method", "party_role_clearing_org", "user_defined_instrument", "risk_set", "market_set", "instrument_guid"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.FixedIncome57Block, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Mdp3.InstrumentHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['currency']['start'] = self._io.pos()
            self.currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['currency']['end'] = self._io.pos()
            self._debug['settl_currency']['start'] = self._io.pos()
            self.settl_currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['settl_currency']['end'] = self._io.pos()
            self._debug['match_algorithm']['start'] = self._io.pos()
            self.match_algorithm = (KaitaiStream.bytes_terminate(self._io.read_bytes(1), 0, False)).decode(u"ISO-8859-1")
            self._debug['match_algorithm']['end'] = self._io.pos()
            self._debug['min_trade_vol']['start'] = self._io.pos()
            self.min_trade_vol = self._io.read_u4le()
            self._debug['min_trade_vol']['end'] = self._io.pos()
            self._debug['max_trade_vol']['start'] = self._io.pos()
            self.max_trade_vol = self._io.read_u4le()
            self._debug['max_trade_vol']['end'] = self._io.pos()
            self._debug['min_price_increment']['start'] = self._io.pos()
            self.min_price_increment = Mdp3.Pricenull9(self._io, self, self._root)
            self.min_price_increment._read()
            self._debug['min_price_increment']['end'] = self._io.pos()
            self._debug['display_factor']['start'] = self._io.pos()
            self.display_factor = Mdp3.Decimal9(self._io, self, self._root)
            self.display_factor._read()
            self._debug['display_factor']['end'] = self._io.pos()
            self._debug['main_fraction']['start'] = self._io.pos()
            self.main_fraction = self._io.read_u1()
            self._debug['main_fraction']['end'] = self._io.pos()
            self._debug['sub_fraction']['start'] = self._io.pos()
            self.sub_fraction = self._io.read_u1()
            self._debug['sub_fraction']['end'] = self._io.pos()
            self._debug['price_display_format']['start'] = self._io.pos()
            self.price_display_format = self._io.read_u1()
            self._debug['price_display_format']['end'] = self._io.pos()
            self._debug['unit_of_measure']['start'] = self._io.pos()
            self.unit_of_measure = (KaitaiStream.bytes_terminate(self._io.read_bytes(30), 0, False)).decode(u"ISO-8859-1")
            self._debug['unit_of_measure']['end'] = self._io.pos()
            self._debug['unit_of_measure_qty']['start'] = self._io.pos()
            self.unit_of_measure_qty = Mdp3.Decimalnull9(self._io, self, self._root)
            self.unit_of_measure_qty._read()
            self._debug['unit_of_measure_qty']['end'] = self._io.pos()
            self._debug['trading_reference_price']['start'] = self._io.pos()
            self.trading_reference_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.trading_reference_price._read()
            self._debug['trading_reference_price']['end'] = self._io.pos()
            self._debug['trading_reference_date']['start'] = self._io.pos()
            self.trading_reference_date = self._io.read_u2le()
            self._debug['trading_reference_date']['end'] = self._io.pos()
            self._debug['high_limit_price']['start'] = self._io.pos()
            self.high_limit_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.high_limit_price._read()
            self._debug['high_limit_price']['end'] = self._io.pos()
            self._debug['low_limit_price']['start'] = self._io.pos()
            self.low_limit_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.low_limit_price._read()
            self._debug['low_limit_price']['end'] = self._io.pos()
            self._debug['max_price_variation']['start'] = self._io.pos()
            self.max_price_variation = Mdp3.Pricenull9(self._io, self, self._root)
            self.max_price_variation._read()
            self._debug['max_price_variation']['end'] = self._io.pos()
            self._debug['min_price_increment_amount']['start'] = self._io.pos()
            self.min_price_increment_amount = Mdp3.Pricenull9(self._io, self, self._root)
            self.min_price_increment_amount._read()
            self._debug['min_price_increment_amount']['end'] = self._io.pos()
            self._debug['issue_date']['start'] = self._io.pos()
            self.issue_date = self._io.read_u2le()
            self._debug['issue_date']['end'] = self._io.pos()
            self._debug['dated_date']['start'] = self._io.pos()
            self.dated_date = self._io.read_u2le()
            self._debug['dated_date']['end'] = self._io.pos()
            self._debug['maturity_date']['start'] = self._io.pos()
            self.maturity_date = self._io.read_u2le()
            self._debug['maturity_date']['end'] = self._io.pos()
            self._debug['coupon_rate']['start'] = self._io.pos()
            self.coupon_rate = Mdp3.Decimalnull9(self._io, self, self._root)
            self.coupon_rate._read()
            self._debug['coupon_rate']['end'] = self._io.pos()
            self._debug['par_value']['start'] = self._io.pos()
            self.par_value = Mdp3.Pricenull9(self._io, self, self._root)
            self.par_value._read()
            self._debug['par_value']['end'] = self._io.pos()
            self._debug['coupon_frequency_unit']['start'] = self._io.pos()
            self.coupon_frequency_unit = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['coupon_frequency_unit']['end'] = self._io.pos()
            self._debug['coupon_frequency_period']['start'] = self._io.pos()
            self.coupon_frequency_period = self._io.read_u2le()
            self._debug['coupon_frequency_period']['end'] = self._io.pos()
            self._debug['coupon_day_count']['start'] = self._io.pos()
            self.coupon_day_count = (KaitaiStream.bytes_terminate(self._io.read_bytes(20), 0, False)).decode(u"ISO-8859-1")
            self._debug['coupon_day_count']['end'] = self._io.pos()
            self._debug['country_of_issue']['start'] = self._io.pos()
            self.country_of_issue = (KaitaiStream.bytes_terminate(self._io.read_bytes(2), 0, False)).decode(u"ISO-8859-1")
            self._debug['country_of_issue']['end'] = self._io.pos()
            self._debug['issuer']['start'] = self._io.pos()
            self.issuer = (KaitaiStream.bytes_terminate(self._io.read_bytes(25), 0, False)).decode(u"ISO-8859-1")
            self._debug['issuer']['end'] = self._io.pos()
            self._debug['financial_instrument_full_name']['start'] = self._io.pos()
            self.financial_instrument_full_name = (KaitaiStream.bytes_terminate(self._io.read_bytes(35), 0, False)).decode(u"ISO-8859-1")
            self._debug['financial_instrument_full_name']['end'] = self._io.pos()
            self._debug['security_alt_id']['start'] = self._io.pos()
            self.security_alt_id = (KaitaiStream.bytes_terminate(self._io.read_bytes(12), 0, False)).decode(u"ISO-8859-1")
            self._debug['security_alt_id']['end'] = self._io.pos()
            self._debug['security_alt_id_source']['start'] = self._io.pos()
            self.security_alt_id_source = KaitaiStream.resolve_enum(Mdp3.SecurityAltIdSource, self._io.read_u1())
            self._debug['security_alt_id_source']['end'] = self._io.pos()
            self._debug['price_quote_method']['start'] = self._io.pos()
            self.price_quote_method = (KaitaiStream.bytes_terminate(self._io.read_bytes(5), 0, False)).decode(u"ISO-8859-1")
            self._debug['price_quote_method']['end'] = self._io.pos()
            self._debug['party_role_clearing_org']['start'] = self._io.pos()
            self.party_role_clearing_org = (KaitaiStream.bytes_terminate(self._io.read_bytes(5), 0, False)).decode(u"ISO-8859-1")
            self._debug['party_role_clearing_org']['end'] = self._io.pos()
            self._debug['user_defined_instrument']['start'] = self._io.pos()
            self.user_defined_instrument = (KaitaiStream.bytes_terminate(self._io.read_bytes(1), 0, False)).decode(u"ISO-8859-1")
            self._debug['user_defined_instrument']['end'] = self._io.pos()
            self._debug['risk_set']['start'] = self._io.pos()
            self.risk_set = (KaitaiStream.bytes_terminate(self._io.read_bytes(6), 0, False)).decode(u"ISO-8859-1")
            self._debug['risk_set']['end'] = self._io.pos()
            self._debug['market_set']['start'] = self._io.pos()
            self.market_set = (KaitaiStream.bytes_terminate(self._io.read_bytes(6), 0, False)).decode(u"ISO-8859-1")
            self._debug['market_set']['end'] = self._io.pos()
            self._debug['instrument_guid']['start'] = self._io.pos()
            self.instrument_guid = self._io.read_u8le()
            self._debug['instrument_guid']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.head._fetch_instances()
            self.min_price_increment._fetch_instances()
            self.display_factor._fetch_instances()
            self.unit_of_measure_qty._fetch_instances()
            self.trading_reference_price._fetch_instances()
            self.high_limit_price._fetch_instances()
            self.low_limit_price._fetch_instances()
            self.max_price_variation._fetch_instances()
            self.min_price_increment_amount._fetch_instances()
            self.coupon_rate._fetch_instances()
            self.par_value._fetch_instances()


    class Future27Block(KaitaiStruct):
        SEQ_FIELDS = ["head", "maturity_month_year", "currency", "settl_currency", "match_algorithm", "min_trade_vol", "max_trade_vol", "min_price_increment", "display_factor", "main_fraction", "sub_fraction", "price_display_format", "unit_of_measure", "unit_of_measure_qty", "trading_reference_price", "settl_price_type", "open_interest_qty", "cleared_volume", "high_limit_price", "low_limit_price", "max_price_variation", "decay_quantity", "decay_start_date", "original_contract_size", "contract_multiplier", "contract_multiplier_unit", "flow_schedule_type", "min_price_increment_amount", "user_defined_instrument", "trading_reference_date"]
        def __init__(self, version, _io, _parent=None, _root=None):
            super(Mdp3.Future27Block, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Mdp3.InstrumentHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['maturity_month_year']['start'] = self._io.pos()
            self.maturity_month_year = Mdp3.MaturityMonthYear(self._io, self, self._root)
            self.maturity_month_year._read()
            self._debug['maturity_month_year']['end'] = self._io.pos()
            self._debug['currency']['start'] = self._io.pos()
            self.currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['currency']['end'] = self._io.pos()
            self._debug['settl_currency']['start'] = self._io.pos()
            self.settl_currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['settl_currency']['end'] = self._io.pos()
            self._debug['match_algorithm']['start'] = self._io.pos()
            self.match_algorithm = (KaitaiStream.bytes_terminate(self._io.read_bytes(1), 0, False)).decode(u"ISO-8859-1")
            self._debug['match_algorithm']['end'] = self._io.pos()
            self._debug['min_trade_vol']['start'] = self._io.pos()
            self.min_trade_vol = self._io.read_u4le()
            self._debug['min_trade_vol']['end'] = self._io.pos()
            self._debug['max_trade_vol']['start'] = self._io.pos()
            self.max_trade_vol = self._io.read_u4le()
            self._debug['max_trade_vol']['end'] = self._io.pos()
            self._debug['min_price_increment']['start'] = self._io.pos()
            self.min_price_increment = Mdp3.Price7(self._io, self, self._root)
            self.min_price_increment._read()
            self._debug['min_price_increment']['end'] = self._io.pos()
            self._debug['display_factor']['start'] = self._io.pos()
            self.display_factor = Mdp3.Decimal7(self._io, self, self._root)
            self.display_factor._read()
            self._debug['display_factor']['end'] = self._io.pos()
            self._debug['main_fraction']['start'] = self._io.pos()
            self.main_fraction = self._io.read_u1()
            self._debug['main_fraction']['end'] = self._io.pos()
            self._debug['sub_fraction']['start'] = self._io.pos()
            self.sub_fraction = self._io.read_u1()
            self._debug['sub_fraction']['end'] = self._io.pos()
            self._debug['price_display_format']['start'] = self._io.pos()
            self.price_display_format = self._io.read_u1()
            self._debug['price_display_format']['end'] = self._io.pos()
            self._debug['unit_of_measure']['start'] = self._io.pos()
            self.unit_of_measure = (KaitaiStream.bytes_terminate(self._io.read_bytes(30), 0, False)).decode(u"ISO-8859-1")
            self._debug['unit_of_measure']['end'] = self._io.pos()
            self._debug['unit_of_measure_qty']['start'] = self._io.pos()
            self.unit_of_measure_qty = Mdp3.Pricenull7(self._io, self, self._root)
            self.unit_of_measure_qty._read()
            self._debug['unit_of_measure_qty']['end'] = self._io.pos()
            self._debug['trading_reference_price']['start'] = self._io.pos()
            self.trading_reference_price = Mdp3.Pricenull7(self._io, self, self._root)
            self.trading_reference_price._read()
            self._debug['trading_reference_price']['end'] = self._io.pos()
            self._debug['settl_price_type']['start'] = self._io.pos()
            self.settl_price_type = Mdp3.SettlPriceType(self._io, self, self._root)
            self.settl_price_type._read()
            self._debug['settl_price_type']['end'] = self._io.pos()
            self._debug['open_interest_qty']['start'] = self._io.pos()
            self.open_interest_qty = self._io.read_s4le()
            self._debug['open_interest_qty']['end'] = self._io.pos()
            self._debug['cleared_volume']['start'] = self._io.pos()
            self.cleared_volume = self._io.read_s4le()
            self._debug['cleared_volume']['end'] = self._io.pos()
            self._debug['high_limit_price']['start'] = self._io.pos()
            self.high_limit_price = Mdp3.Pricenull7(self._io, self, self._root)
            self.high_limit_price._read()
            self._debug['high_limit_price']['end'] = self._io.pos()
            self._debug['low_limit_price']['start'] = self._io.pos()
            self.low_limit_price = Mdp3.Pricenull7(self._io, self, self._root)
            self.low_limit_price._read()
            self._debug['low_limit_price']['end'] = self._io.pos()
            self._debug['max_price_variation']['start'] = self._io.pos()
            self.max_price_variation = Mdp3.Pricenull7(self._io, self, self._root)
            self.max_price_variation._read()
            self._debug['max_price_variation']['end'] = self._io.pos()
            self._debug['decay_quantity']['start'] = self._io.pos()
            self.decay_quantity = self._io.read_s4le()
            self._debug['decay_quantity']['end'] = self._io.pos()
            self._debug['decay_start_date']['start'] = self._io.pos()
            self.decay_start_date = self._io.read_u2le()
            self._debug['decay_start_date']['end'] = self._io.pos()
            self._debug['original_contract_size']['start'] = self._io.pos()
            self.original_contract_size = self._io.read_s4le()
            self._debug['original_contract_size']['end'] = self._io.pos()
            self._debug['contract_multiplier']['start'] = self._io.pos()
            self.contract_multiplier = self._io.read_s4le()
            self._debug['contract_multiplier']['end'] = self._io.pos()
            self._debug['contract_multiplier_unit']['start'] = self._io.pos()
            self.contract_multiplier_unit = self._io.read_s1()
            self._debug['contract_multiplier_unit']['end'] = self._io.pos()
            self._debug['flow_schedule_type']['start'] = self._io.pos()
            self.flow_schedule_type = self._io.read_s1()
            self._debug['flow_schedule_type']['end'] = self._io.pos()
            self._debug['min_price_increment_amount']['start'] = self._io.pos()
            self.min_price_increment_amount = Mdp3.Pricenull7(self._io, self, self._root)
            self.min_price_increment_amount._read()
            self._debug['min_price_increment_amount']['end'] = self._io.pos()
            self._debug['user_defined_instrument']['start'] = self._io.pos()
            self.user_defined_instrument = (KaitaiStream.bytes_terminate(self._io.read_bytes(1), 0, False)).decode(u"ISO-8859-1")
            self._debug['user_defined_instrument']['end'] = self._io.pos()
            if self.version >= 6:
                pass
                self._debug['trading_reference_date']['start'] = self._io.pos()
                self.trading_reference_date = self._io.read_u2le()
                self._debug['trading_reference_date']['end'] = self._io.pos()



        def _fetch_instances(self):
            pass
            self.head._fetch_instances()
            self.maturity_month_year._fetch_instances()
            self.min_price_increment._fetch_instances()
            self.display_factor._fetch_instances()
            self.unit_of_measure_qty._fetch_instances()
            self.trading_reference_price._fetch_instances()
            self.settl_price_type._fetch_instances()
            self.high_limit_price._fetch_instances()
            self.low_limit_price._fetch_instances()
            self.max_price_variation._fetch_instances()
            self.min_price_increment_amount._fetch_instances()
            if self.version >= 6:
                pass



    class Future54Block(KaitaiStruct):
        SEQ_FIELDS = ["head", "maturity_month_year", "currency", "settl_currency", "match_algorithm", "min_trade_vol", "max_trade_vol", "min_price_increment", "display_factor", "main_fraction", "sub_fraction", "price_display_format", "unit_of_measure", "unit_of_measure_qty", "trading_reference_price", "settl_price_type", "open_interest_qty", "cleared_volume", "high_limit_price", "low_limit_price", "max_price_variation", "decay_quantity", "decay_start_date", "original_contract_size", "contract_multiplier", "contract_multiplier_unit", "flow_schedule_type", "min_price_increment_amount", "user_defined_instrument", "trading_reference_date", "instrument_guid"]
        def __init__(self, version, _io, _parent=None, _root=None):
            super(Mdp3.Future54Block, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Mdp3.InstrumentHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['maturity_month_year']['start'] = self._io.pos()
            self.maturity_month_year = Mdp3.MaturityMonthYear(self._io, self, self._root)
            self.maturity_month_year._read()
            self._debug['maturity_month_year']['end'] = self._io.pos()
            self._debug['currency']['start'] = self._io.pos()
            self.currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['currency']['end'] = self._io.pos()
            self._debug['settl_currency']['start'] = self._io.pos()
            self.settl_currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['settl_currency']['end'] = self._io.pos()
            self._debug['match_algorithm']['start'] = self._io.pos()
            self.match_algorithm = (KaitaiStream.bytes_terminate(self._io.read_bytes(1), 0, False)).decode(u"ISO-8859-1")
            self._debug['match_algorithm']['end'] = self._io.pos()
            self._debug['min_trade_vol']['start'] = self._io.pos()
            self.min_trade_vol = self._io.read_u4le()
            self._debug['min_trade_vol']['end'] = self._io.pos()
            self._debug['max_trade_vol']['start'] = self._io.pos()
            self.max_trade_vol = self._io.read_u4le()
            self._debug['max_trade_vol']['end'] = self._io.pos()
            self._debug['min_price_increment']['start'] = self._io.pos()
            self.min_price_increment = Mdp3.Price9(self._io, self, self._root)
            self.min_price_increment._read()
            self._debug['min_price_increment']['end'] = self._io.pos()
            self._debug['display_factor']['start'] = self._io.pos()
            self.display_factor = Mdp3.Decimal9(self._io, self, self._root)
            self.display_factor._read()
            self._debug['display_factor']['end'] = self._io.pos()
            self._debug['main_fraction']['start'] = self._io.pos()
            self.main_fraction = self._io.read_u1()
            self._debug['main_fraction']['end'] = self._io.pos()
            self._debug['sub_fraction']['start'] = self._io.pos()
            self.sub_fraction = self._io.read_u1()
            self._debug['sub_fraction']['end'] = self._io.pos()
            self._debug['price_display_format']['start'] = self._io.pos()
            self.price_display_format = self._io.read_u1()
            self._debug['price_display_format']['end'] = self._io.pos()
            self._debug['unit_of_measure']['start'] = self._io.pos()
            self.unit_of_measure = (KaitaiStream.bytes_terminate(self._io.read_bytes(30), 0, False)).decode(u"ISO-8859-1")
            self._debug['unit_of_measure']['end'] = self._io.pos()
            self._debug['unit_of_measure_qty']['start'] = self._io.pos()
            self.unit_of_measure_qty = Mdp3.Decimalnull9(self._io, self, self._root)
            self.unit_of_measure_qty._read()
            self._debug['unit_of_measure_qty']['end'] = self._io.pos()
            self._debug['trading_reference_price']['start'] = self._io.pos()
            self.trading_reference_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.trading_reference_price._read()
            self._debug['trading_reference_price']['end'] = self._io.pos()
            self._debug['settl_price_type']['start'] = self._io.pos()
            self.settl_price_type = Mdp3.SettlPriceType(self._io, self, self._root)
            self.settl_price_type._read()
            self._debug['settl_price_type']['end'] = self._io.pos()
            self._debug['open_interest_qty']['start'] = self._io.pos()
            self.open_interest_qty = self._io.read_s4le()
            self._debug['open_interest_qty']['end'] = self._io.pos()
            self._debug['cleared_volume']['start'] = self._io.pos()
            self.cleared_volume = self._io.read_s4le()
            self._debug['cleared_volume']['end'] = self._io.pos()
            self._debug['high_limit_price']['start'] = self._io.pos()
            self.high_limit_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.high_limit_price._read()
            self._debug['high_limit_price']['end'] = self._io.pos()
            self._debug['low_limit_price']['start'] = self._io.pos()
            self.low_limit_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.low_limit_price._read()
            self._debug['low_limit_price']['end'] = self._io.pos()
            self._debug['max_price_variation']['start'] = self._io.pos()
            self.max_price_variation = Mdp3.Pricenull9(self._io, self, self._root)
            self.max_price_variation._read()
            self._debug['max_price_variation']['end'] = self._io.pos()
            self._debug['decay_quantity']['start'] = self._io.pos()
            self.decay_quantity = self._io.read_s4le()
            self._debug['decay_quantity']['end'] = self._io.pos()
            self._debug['decay_start_date']['start'] = self._io.pos()
            self.decay_start_date = self._io.read_u2le()
            self._debug['decay_start_date']['end'] = self._io.pos()
            self._debug['original_contract_size']['start'] = self._io.pos()
            self.original_contract_size = self._io.read_s4le()
            self._debug['original_contract_size']['end'] = self._io.pos()
            self._debug['contract_multiplier']['start'] = self._io.pos()
            self.contract_multiplier = self._io.read_s4le()
            self._debug['contract_multiplier']['end'] = self._io.pos()
            self._debug['contract_multiplier_unit']['start'] = self._io.pos()
            self.contract_multiplier_unit = self._io.read_s1()
            self._debug['contract_multiplier_unit']['end'] = self._io.pos()
            self._debug['flow_schedule_type']['start'] = self._io.pos()
            self.flow_schedule_type = self._io.read_s1()
            self._debug['flow_schedule_type']['end'] = self._io.pos()
            self._debug['min_price_increment_amount']['start'] = self._io.pos()
            self.min_price_increment_amount = Mdp3.Pricenull9(self._io, self, self._root)
            self.min_price_increment_amount._read()
            self._debug['min_price_increment_amount']['end'] = self._io.pos()
            self._debug['user_defined_instrument']['start'] = self._io.pos()
            self.user_defined_instrument = (KaitaiStream.bytes_terminate(self._io.read_bytes(1), 0, False)).decode(u"ISO-8859-1")
            self._debug['user_defined_instrument']['end'] = self._io.pos()
            self._debug['trading_reference_date']['start'] = self._io.pos()
            self.trading_reference_date = self._io.read_u2le()
            self._debug['trading_reference_date']['end'] = self._io.pos()
            if self.version >= 10:
                pass
                self._debug['instrument_guid']['start'] = self._io.pos()
                self.instrument_guid = self._io.read_u8le()
                self._debug['instrument_guid']['end'] = self._io.pos()



        def _fetch_instances(self):
            pass
            self.head._fetch_instances()
            self.maturity_month_year._fetch_instances()
            self.min_price_increment._fetch_instances()
            self.display_factor._fetch_instances()
            self.unit_of_measure_qty._fetch_instances()
            self.trading_reference_price._fetch_instances()
            self.settl_price_type._fetch_instances()
            self.high_limit_price._fetch_instances()
            self.low_limit_price._fetch_instances()
            self.max_price_variation._fetch_instances()
            self.min_price_increment_amount._fetch_instances()
            if self.version >= 10:
                pass



    class Fx63Block(KaitaiStruct):
        SEQ_FIELDS = ["head", "currency", "settl_currency", "price_quote_currency", "match_algorithm", "min_trade_vol", "max_trade_vol", "min_price_increment", "display_factor", "price_precision", "unit_of_measure", "unit_of_measure_qty", "high_limit_price", "low_limit_price", "max_price_variation", "user_defined_instrument", "financial_instrument_full_name", "fx_currency_symbol", "settl_type", "intervening_days", "fx_benchmark_rate_fix", "rate_source", "fix_rate_local_time", "fix_rate_local_time_zone", "min_quote_life", "max_price_discretion_offset", "instrument_guid", "maturity_month_year", "settlement_locale", "alt_min_price_increment", "alt_min_quote_life", "alt_price_increment_constraint", "max_bid_ask_constraint"]
        def __init__(self, version, _io, _parent=None, _root=None):
            super(Mdp3.Fx63Block, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Mdp3.InstrumentHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['currency']['start'] = self._io.pos()
            self.currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['currency']['end'] = self._io.pos()
            self._debug['settl_currency']['start'] = self._io.pos()
            self.settl_currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['settl_currency']['end'] = self._io.pos()
            self._debug['price_quote_currency']['start'] = self._io.pos()
            self.price_quote_currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['price_quote_currency']['end'] = self._io.pos()
            self._debug['match_algorithm']['start'] = self._io.pos()
            self.match_algorithm = (KaitaiStream.bytes_terminate(self._io.read_bytes(1), 0, False)).decode(u"ISO-8859-1")
            self._debug['match_algorithm']['end'] = self._io.pos()
            self._debug['min_trade_vol']['start'] = self._io.pos()
            self.min_trade_vol = self._io.read_u4le()
            self._debug['min_trade_vol']['end'] = self._io.pos()
            self._debug['max_trade_vol']['start'] = self._io.pos()
            self.max_trade_vol = self._io.read_u4le()
            self._debug['max_trade_vol']['end'] = self._io.pos()
            self._debug['min_price_increment']['start'] = self._io.pos()
            self.min_price_increment = Mdp3.Price9(self._io, self, self._root)
            self.min_price_increment._read()
            self._debug['min_price_increment']['end'] = self._io.pos()
            self._debug['display_factor']['start'] = self._io.pos()
            self.display_factor = Mdp3.Decimal9(self._io, self, self._root)
            self.display_factor._read()
            self._debug['display_factor']['end'] = self._io.pos()
            self._debug['price_precision']['start'] = self._io.pos()
            self.price_precision = self._io.read_u1()
            self._debug['price_precision']['end'] = self._io.pos()
            self._debug['unit_of_measure']['start'] = self._io.pos()
            self.unit_of_measure = (KaitaiStream.bytes_terminate(self._io.read_bytes(30), 0, False)).decode(u"ISO-8859-1")
            self._debug['unit_of_measure']['end'] = self._io.pos()
            self._debug['unit_of_measure_qty']['start'] = self._io.pos()
            self.unit_of_measure_qty = Mdp3.Decimalnull9(self._io, self, self._root)
            self.unit_of_measure_qty._read()
            self._debug['unit_of_measure_qty']['end'] = self._io.pos()
            self._debug['high_limit_price']['start'] = self._io.pos()
            self.high_limit_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.high_limit_price._read()
            self._debug['high_limit_price']['end'] = self._io.pos()
            self._debug['low_limit_price']['start'] = self._io.pos()
            self.low_limit_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.low_limit_price._read()
            self._debug['low_limit_price']['end'] = self._io.pos()
            self._debug['max_price_variation']['start'] = self._io.pos()
            self.max_price_variation = Mdp3.Pricenull9(self._io, self, self._root)
            self.max_price_variation._read()
            self._debug['max_price_variation']['end'] = self._io.pos()
            self._debug['user_defined_instrument']['start'] = self._io.pos()
            self.user_defined_instrument = (KaitaiStream.bytes_terminate(self._io.read_bytes(1), 0, False)).decode(u"ISO-8859-1")
            self._debug['user_defined_instrument']['end'] = self._io.pos()
            self._debug['financial_instrument_full_name']['start'] = self._io.pos()
            self.financial_instrument_full_name = (KaitaiStream.bytes_terminate(self._io.read_bytes(35), 0, False)).decode(u"ISO-8859-1")
            self._debug['financial_instrument_full_name']['end'] = self._io.pos()
            self._debug['fx_currency_symbol']['start'] = self._io.pos()
            self.fx_currency_symbol = (KaitaiStream.bytes_terminate(self._io.read_bytes(7), 0, False)).decode(u"ISO-8859-1")
            self._debug['fx_currency_symbol']['end'] = self._io.pos()
            self._debug['settl_type']['start'] = self._io.pos()
            self.settl_type = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['settl_type']['end'] = self._io.pos()
            self._debug['intervening_days']['start'] = self._io.pos()
            self.intervening_days = self._io.read_u2le()
            self._debug['intervening_days']['end'] = self._io.pos()
            self._debug['fx_benchmark_rate_fix']['start'] = self._io.pos()
            self.fx_benchmark_rate_fix = (KaitaiStream.bytes_terminate(self._io.read_bytes(20), 0, False)).decode(u"ISO-8859-1")
            self._debug['fx_benchmark_rate_fix']['end'] = self._io.pos()
            self._debug['rate_source']['start'] = self._io.pos()
            self.rate_source = (KaitaiStream.bytes_terminate(self._io.read_bytes(12), 0, False)).decode(u"ISO-8859-1")
            self._debug['rate_source']['end'] = self._io.pos()
            self._debug['fix_rate_local_time']['start'] = self._io.pos()
            self.fix_rate_local_time = (KaitaiStream.bytes_terminate(self._io.read_bytes(8), 0, False)).decode(u"ISO-8859-1")
            self._debug['fix_rate_local_time']['end'] = self._io.pos()
            self._debug['fix_rate_local_time_zone']['start'] = self._io.pos()
            self.fix_rate_local_time_zone = (KaitaiStream.bytes_terminate(self._io.read_bytes(20), 0, False)).decode(u"ISO-8859-1")
            self._debug['fix_rate_local_time_zone']['end'] = self._io.pos()
            self._debug['min_quote_life']['start'] = self._io.pos()
            self.min_quote_life = self._io.read_u4le()
            self._debug['min_quote_life']['end'] = self._io.pos()
            self._debug['max_price_discretion_offset']['start'] = self._io.pos()
            self.max_price_discretion_offset = Mdp3.Price9(self._io, self, self._root)
            self.max_price_discretion_offset._read()
            self._debug['max_price_discretion_offset']['end'] = self._io.pos()
            self._debug['instrument_guid']['start'] = self._io.pos()
            self.instrument_guid = self._io.read_u8le()
            self._debug['instrument_guid']['end'] = self._io.pos()
            self._debug['maturity_month_year']['start'] = self._io.pos()
            self.maturity_month_year = Mdp3.MaturityMonthYear(self._io, self, self._root)
            self.maturity_month_year._read()
            self._debug['maturity_month_year']['end'] = self._io.pos()
            self._debug['settlement_locale']['start'] = self._io.pos()
            self.settlement_locale = (KaitaiStream.bytes_terminate(self._io.read_bytes(8), 0, False)).decode(u"ISO-8859-1")
            self._debug['settlement_locale']['end'] = self._io.pos()
            if self.version >= 13:
                pass
                self._debug['alt_min_price_increment']['start'] = self._io.pos()
                self.alt_min_price_increment = Mdp3.Pricenull9(self._io, self, self._root)
                self.alt_min_price_increment._read()
                self._debug['alt_min_price_increment']['end'] = self._io.pos()

            if self.version >= 13:
                pass
                self._debug['alt_min_quote_life']['start'] = self._io.pos()
                self.alt_min_quote_life = self._io.read_u4le()
                self._debug['alt_min_quote_life']['end'] = self._io.pos()

            if self.version >= 13:
                pass
                self._debug['alt_price_increment_constraint']['start'] = self._io.pos()
                self.alt_price_increment_constraint = Mdp3.Pricenull9(self._io, self, self._root)
                self.alt_price_increment_constraint._read()
                self._debug['alt_price_increment_constraint']['end'] = self._io.pos()

            if self.version >= 13:
                pass
                self._debug['max_bid_ask_constraint']['start'] = self._io.pos()
                self.max_bid_ask_constraint = Mdp3.Pricenull9(self._io, self, self._root)
                self.max_bid_ask_constraint._read()
                self._debug['max_bid_ask_constraint']['end'] = self._io.pos()



        def _fetch_instances(self):
            pass
            self.head._fetch_instances()
            self.min_price_increment._fetch_instances()
            self.display_factor._fetch_instances()
            self.unit_of_measure_qty._fetch_instances()
            self.high_limit_price._fetch_instances()
            self.low_limit_price._fetch_instances()
            self.max_price_variation._fetch_instances()
            self.max_price_discretion_offset._fetch_instances()
            self.maturity_month_year._fetch_instances()
            if self.version >= 13:
                pass
                self.alt_min_price_increment._fetch_instances()

            if self.version >= 13:
                pass

            if self.version >= 13:
                pass
                self.alt_price_increment_constraint._fetch_instances()

            if self.version >= 13:
                pass
                self.max_bid_ask_constraint._fetch_instances()



    class GroupSize(KaitaiStruct):
        """Dimension of a group; an empty group is still sent as its dimension."""
        SEQ_FIELDS = ["block_length", "num_in_group"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.GroupSize, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block_length']['start'] = self._io.pos()
            self.block_length = self._io.read_u2le()
            self._debug['block_length']['end'] = self._io.pos()
            self._debug['num_in_group']['start'] = self._io.pos()
            self.num_in_group = self._io.read_u1()
            self._debug['num_in_group']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass


    class GroupSize8Byte(KaitaiStruct):
        """Dimension of the groups of order ids."""
        SEQ_FIELDS = ["block_length", "padding", "num_in_group"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.GroupSize8Byte, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block_length']['start'] = self._io.pos()
            self.block_length = self._io.read_u2le()
            self._debug['block_length']['end'] = self._io.pos()
            self._debug['padding']['start'] = self._io.pos()
            self.padding = self._io.read_bytes(5)
            self._debug['padding']['end'] = self._io.pos()
            self._debug['num_in_group']['start'] = self._io.pos()
            self.num_in_group = self._io.read_u1()
            self._debug['num_in_group']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass


    class InstAttribEntry(KaitaiStruct):
        SEQ_FIELDS = ["inst_attrib_value"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.InstAttribEntry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['inst_attrib_value']['start'] = self._io.pos()
            self.inst_attrib_value = Mdp3.InstAttribValue(self._io, self, self._root)
            self.inst_attrib_value._read()
            self._debug['inst_attrib_value']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.inst_attrib_value._fetch_instances()

        @property
        def inst_attrib_type(self):
            if hasattr(self, '_m_inst_attrib_type'):
                return self._m_inst_attrib_type

            self._m_inst_attrib_type = 24
            return getattr(self, '_m_inst_attrib_type', None)


    class InstAttribValue(KaitaiStruct):
        SEQ_FIELDS = ["electronic_match_eligible", "order_cross_eligible", "block_trade_eligible", "efp_eligible", "ebf_eligible", "efs_eligible", "efr_eligible", "otc_eligible", "ilink_indicative_mass_quoting_eligible", "negative_strike_eligible", "negative_price_outright_eligible", "is_fractional", "volatility_quoted_option", "rfq_cross_eligible", "zero_price_outright_eligible", "decaying_product_eligibility", "variable_product_eligibility", "daily_product_eligibility", "gt_orders_eligibility", "implied_matching_eligibility", "triangulation_eligible", "variable_cab_eligible", "inverted_book", "is_aon_instrument", "sef_regulated", "mtf_regulated", "efix_instrument", "hedge_instrument", "reserved"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.InstAttribValue, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['electronic_match_eligible']['start'] = self._io.pos()
            self.electronic_match_eligible = self._io.read_bits_int_le(1) != 0
            self._debug['electronic_match_eligible']['end'] = self._io.pos()
            self._debug['order_cross_eligible']['start'] = self._io.pos()
            self.order_cross_eligible = self._io.read_bits_int_le(1) != 0
            self._debug['order_cross_eligible']['end'] = self._io.pos()
            self._debug['block_trade_eligible']['start'] = self._io.pos()
            self.block_trade_eligible = self._io.read_bits_int_le(1) != 0
            self._debug['block_trade_eligible']['end'] = self._io.pos()
            self._debug['efp_eligible']['start'] = self._io.pos()
            self.efp_eligible = self._io.read_bits_int_le(1) != 0
            self._debug['efp_eligible']['end'] = self._io.pos()
            self._debug['ebf_eligible']['start'] = self._io.pos()
            self.ebf_eligible = self._io.read_bits_int_le(1) != 0
            self._debug['ebf_eligible']['end'] = self._io.pos()
            self._debug['efs_eligible']['start'] = self._io.pos()
            self.efs_eligible = self._io.read_bits_int_le(1) != 0
            self._debug['efs_eligible']['end'] = self._io.pos()
            self._debug['efr_eligible']['start'] = self._io.pos()
            self.efr_eligible = self._io.read_bits_int_le(1) != 0
            self._debug['efr_eligible']['end'] = self._io.pos()
            self._debug['otc_eligible']['start'] = self._io.pos()
            self.otc_eligible = self._io.read_bits_int_le(1) != 0
            self._debug['otc_eligible']['end'] = self._io.pos()
            self._debug['ilink_indicative_mass_quoting_eligible']['start'] = self._io.pos()
            self.ilink_indicative_mass_quoting_eligible = self._io.read_bits_int_le(1) != 0
            self._debug['ilink_indicative_mass_quoting_eligible']['end'] = self._io.pos()
            self._debug['negative_strike_eligible']['start'] = self._io.pos()
            self.negative_strike_eligible = self._io.read_bits_int_le(1) != 0
            self._debug['negative_strike_eligible']['end'] = self._io.pos()
            self._debug['negative_price_outright_eligible']['start'] = self._io.pos()
            self.negative_price_outright_eligible = self._io.read_bits_int_le(1) != 0
            self._debug['negative_price_outright_eligible']['end'] = self._io.pos()
            self._debug['is_fractional']['start'] = self._io.pos()
            self.is_fractional = self._io.read_bits_int_le(1) != 0
            self._debug['is_fractional']['end'] = self._io.pos()
            self._debug['volatility_quoted_option']['start'] = self._io.pos()
            self.volatility_quoted_option = self._io.read_bits_int_le(1) != 0
            self._debug['volatility_quoted_option']['end'] = self._io.pos()
            self._debug['rfq_cross_eligible']['start'] = self._io.pos()
            self.rfq_cross_eligible = self._io.read_bits_int_le(1) != 0
            self._debug['rfq_cross_eligible']['end'] = self._io.pos()
            self._debug['zero_price_outright_eligible']['start'] = self._io.pos()
            self.zero_price_outright_eligible = self._io.read_bits_int_le(1) != 0
            self._debug['zero_price_outright_eligible']['end'] = self._io.pos()
            self._debug['decaying_product_eligibility']['start'] = self._io.pos()
            self.decaying_product_eligibility = self._io.read_bits_int_le(1) != 0
            self._debug['decaying_product_eligibility']['end'] = self._io.pos()
            self._debug['variable_product_eligibility']['start'] = self._io.pos()
            self.variable_product_eligibility = self._io.read_bits_int_le(1) != 0
            self._debug['variable_product_eligibility']['end'] = self._io.pos()
            self._debug['daily_product_eligibility']['start'] = self._io.pos()
            self.daily_product_eligibility = self._io.read_bits_int_le(1) != 0
            self._debug['daily_product_eligibility']['end'] = self._io.pos()
            self._debug['gt_orders_eligibility']['start'] = self._io.pos()
            self.gt_orders_eligibility = self._io.read_bits_int_le(1) != 0
            self._debug['gt_orders_eligibility']['end'] = self._io.pos()
            self._debug['implied_matching_eligibility']['start'] = self._io.pos()
            self.implied_matching_eligibility = self._io.read_bits_int_le(1) != 0
            self._debug['implied_matching_eligibility']['end'] = self._io.pos()
            self._debug['triangulation_eligible']['start'] = self._io.pos()
            self.triangulation_eligible = self._io.read_bits_int_le(1) != 0
            self._debug['triangulation_eligible']['end'] = self._io.pos()
            self._debug['variable_cab_eligible']['start'] = self._io.pos()
            self.variable_cab_eligible = self._io.read_bits_int_le(1) != 0
            self._debug['variable_cab_eligible']['end'] = self._io.pos()
            self._debug['inverted_book']['start'] = self._io.pos()
            self.inverted_book = self._io.read_bits_int_le(1) != 0
            self._debug['inverted_book']['end'] = self._io.pos()
            self._debug['is_aon_instrument']['start'] = self._io.pos()
            self.is_aon_instrument = self._io.read_bits_int_le(1) != 0
            self._debug['is_aon_instrument']['end'] = self._io.pos()
            self._debug['sef_regulated']['start'] = self._io.pos()
            self.sef_regulated = self._io.read_bits_int_le(1) != 0
            self._debug['sef_regulated']['end'] = self._io.pos()
            self._debug['mtf_regulated']['start'] = self._io.pos()
            self.mtf_regulated = self._io.read_bits_int_le(1) != 0
            self._debug['mtf_regulated']['end'] = self._io.pos()
            self._debug['efix_instrument']['start'] = self._io.pos()
            self.efix_instrument = self._io.read_bits_int_le(1) != 0
            self._debug['efix_instrument']['end'] = self._io.pos()
            self._debug['hedge_instrument']['start'] = self._io.pos()
            self.hedge_instrument = self._io.read_bits_int_le(1) != 0
            self._debug['hedge_instrument']['end'] = self._io.pos()
            self._debug['reserved']['start'] = self._io.pos()
            self.reserved = self._io.read_bits_int_le(4)
            self._debug['reserved']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass


    class InstrumentHead(KaitaiStruct):
        """The first 71 bytes of every definition."""
        SEQ_FIELDS = ["match_event_indicator", "tot_num_reports", "security_update_action", "last_update_time", "md_security_trading_status", "appl_id", "market_segment_id", "underlying_product", "security_exchange", "security_group", "asset", "symbol", "security_id", "security_type", "cfi_code"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.InstrumentHead, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['match_event_indicator']['start'] = self._io.pos()
            self.match_event_indicator = Mdp3.MatchEventIndicator(self._io, self, self._root)
            self.match_event_indicator._read()
            self._debug['match_event_indicator']['end'] = self._io.pos()
            self._debug['tot_num_reports']['start'] = self._io.pos()
            self.tot_num_reports = self._io.read_u4le()
            self._debug['tot_num_reports']['end'] = self._io.pos()
            self._debug['security_update_action']['start'] = self._io.pos()
            self.security_update_action = KaitaiStream.resolve_enum(Mdp3.SecurityUpdateAction, self._io.read_u1())
            self._debug['security_update_action']['end'] = self._io.pos()
            self._debug['last_update_time']['start'] = self._io.pos()
            self.last_update_time = self._io.read_u8le()
            self._debug['last_update_time']['end'] = self._io.pos()
            self._debug['md_security_trading_status']['start'] = self._io.pos()
            self.md_security_trading_status = KaitaiStream.resolve_enum(Mdp3.SecurityTradingStatus, self._io.read_u1())
            self._debug['md_security_trading_status']['end'] = self._io.pos()
            self._debug['appl_id']['start'] = self._io.pos()
            self.appl_id = self._io.read_s2le()
            self._debug['appl_id']['end'] = self._io.pos()
            self._debug['market_segment_id']['start'] = self._io.pos()
            self.market_segment_id = self._io.read_u1()
            self._debug['market_segment_id']['end'] = self._io.pos()
            self._debug['underlying_product']['start'] = self._io.pos()
            self.underlying_product = self._io.read_u1()
            self._debug['underlying_product']['end'] = self._io.pos()
            self._debug['security_exchange']['start'] = self._io.pos()
            self.security_exchange = (KaitaiStream.bytes_terminate(self._io.read_bytes(4), 0, False)).decode(u"ISO-8859-1")
            self._debug['security_exchange']['end'] = self._io.pos()
            self._debug['security_group']['start'] = self._io.pos()
            self.security_group = (KaitaiStream.bytes_terminate(self._io.read_bytes(6), 0, False)).decode(u"ISO-8859-1")
            self._debug['security_group']['end'] = self._io.pos()
            self._debug['asset']['start'] = self._io.pos()
            self.asset = (KaitaiStream.bytes_terminate(self._io.read_bytes(6), 0, False)).decode(u"ISO-8859-1")
            self._debug['asset']['end'] = self._io.pos()
            self._debug['symbol']['start'] = self._io.pos()
            self.symbol = (KaitaiStream.bytes_terminate(self._io.read_bytes(20), 0, False)).decode(u"ISO-8859-1")
            self._debug['symbol']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['security_type']['start'] = self._io.pos()
            self.security_type = (KaitaiStream.bytes_terminate(self._io.read_bytes(6), 0, False)).decode(u"ISO-8859-1")
            self._debug['security_type']['end'] = self._io.pos()
            self._debug['cfi_code']['start'] = self._io.pos()
            self.cfi_code = (KaitaiStream.bytes_terminate(self._io.read_bytes(6), 0, False)).decode(u"ISO-8859-1")
            self._debug['cfi_code']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.match_event_indicator._fetch_instances()

        @property
        def security_id_source(self):
            if hasattr(self, '_m_security_id_source'):
                return self._m_security_id_source

            self._m_security_id_source = 56
            return getattr(self, '_m_security_id_source', None)


    class Leg29Entry(KaitaiStruct):
        SEQ_FIELDS = ["leg_security_id", "leg_side", "leg_ratio_qty", "leg_price", "leg_option_delta"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Leg29Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['leg_security_id']['start'] = self._io.pos()
            self.leg_security_id = self._io.read_s4le()
            self._debug['leg_security_id']['end'] = self._io.pos()
            self._debug['leg_side']['start'] = self._io.pos()
            self.leg_side = KaitaiStream.resolve_enum(Mdp3.LegSide, self._io.read_u1())
            self._debug['leg_side']['end'] = self._io.pos()
            self._debug['leg_ratio_qty']['start'] = self._io.pos()
            self.leg_ratio_qty = self._io.read_s1()
            self._debug['leg_ratio_qty']['end'] = self._io.pos()
            self._debug['leg_price']['start'] = self._io.pos()
            self.leg_price = Mdp3.Pricenull7(self._io, self, self._root)
            self.leg_price._read()
            self._debug['leg_price']['end'] = self._io.pos()
            self._debug['leg_option_delta']['start'] = self._io.pos()
            self.leg_option_delta = Mdp3.DecimalQty(self._io, self, self._root)
            self.leg_option_delta._read()
            self._debug['leg_option_delta']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.leg_price._fetch_instances()
            self.leg_option_delta._fetch_instances()

        @property
        def leg_security_id_source(self):
            if hasattr(self, '_m_leg_security_id_source'):
                return self._m_leg_security_id_source

            self._m_leg_security_id_source = 56
            return getattr(self, '_m_leg_security_id_source', None)


    class Leg56Entry(KaitaiStruct):
        SEQ_FIELDS = ["leg_security_id", "leg_side", "leg_ratio_qty", "leg_price", "leg_option_delta"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Leg56Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['leg_security_id']['start'] = self._io.pos()
            self.leg_security_id = self._io.read_s4le()
            self._debug['leg_security_id']['end'] = self._io.pos()
            self._debug['leg_side']['start'] = self._io.pos()
            self.leg_side = KaitaiStream.resolve_enum(Mdp3.LegSide, self._io.read_u1())
            self._debug['leg_side']['end'] = self._io.pos()
            self._debug['leg_ratio_qty']['start'] = self._io.pos()
            self.leg_ratio_qty = self._io.read_s1()
            self._debug['leg_ratio_qty']['end'] = self._io.pos()
            self._debug['leg_price']['start'] = self._io.pos()
            self.leg_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.leg_price._read()
            self._debug['leg_price']['end'] = self._io.pos()
            self._debug['leg_option_delta']['start'] = self._io.pos()
            self.leg_option_delta = Mdp3.DecimalQty(self._io, self, self._root)
            self.leg_option_delta._read()
            self._debug['leg_option_delta']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.leg_price._fetch_instances()
            self.leg_option_delta._fetch_instances()

        @property
        def leg_security_id_source(self):
            if hasattr(self, '_m_leg_security_id_source'):
                return self._m_leg_security_id_source

            self._m_leg_security_id_source = 56
            return getattr(self, '_m_leg_security_id_source', None)


    class LimitsBanding34Entry(KaitaiStruct):
        SEQ_FIELDS = ["high_limit_price", "low_limit_price", "max_price_variation", "security_id", "rpt_seq"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.LimitsBanding34Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['high_limit_price']['start'] = self._io.pos()
            self.high_limit_price = Mdp3.Pricenull7(self._io, self, self._root)
            self.high_limit_price._read()
            self._debug['high_limit_price']['end'] = self._io.pos()
            self._debug['low_limit_price']['start'] = self._io.pos()
            self.low_limit_price = Mdp3.Pricenull7(self._io, self, self._root)
            self.low_limit_price._read()
            self._debug['low_limit_price']['end'] = self._io.pos()
            self._debug['max_price_variation']['start'] = self._io.pos()
            self.max_price_variation = Mdp3.Pricenull7(self._io, self, self._root)
            self.max_price_variation._read()
            self._debug['max_price_variation']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['rpt_seq']['start'] = self._io.pos()
            self.rpt_seq = self._io.read_u4le()
            self._debug['rpt_seq']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.high_limit_price._fetch_instances()
            self.low_limit_price._fetch_instances()
            self.max_price_variation._fetch_instances()

        @property
        def md_entry_type(self):
            if hasattr(self, '_m_md_entry_type'):
                return self._m_md_entry_type

            self._m_md_entry_type = 103
            return getattr(self, '_m_md_entry_type', None)

        @property
        def md_update_action(self):
            if hasattr(self, '_m_md_update_action'):
                return self._m_md_update_action

            self._m_md_update_action = 0
            return getattr(self, '_m_md_update_action', None)


    class LimitsBanding50Entry(KaitaiStruct):
        SEQ_FIELDS = ["high_limit_price", "low_limit_price", "max_price_variation", "security_id", "rpt_seq"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.LimitsBanding50Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['high_limit_price']['start'] = self._io.pos()
            self.high_limit_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.high_limit_price._read()
            self._debug['high_limit_price']['end'] = self._io.pos()
            self._debug['low_limit_price']['start'] = self._io.pos()
            self.low_limit_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.low_limit_price._read()
            self._debug['low_limit_price']['end'] = self._io.pos()
            self._debug['max_price_variation']['start'] = self._io.pos()
            self.max_price_variation = Mdp3.Pricenull9(self._io, self, self._root)
            self.max_price_variation._read()
            self._debug['max_price_variation']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['rpt_seq']['start'] = self._io.pos()
            self.rpt_seq = self._io.read_u4le()
            self._debug['rpt_seq']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.high_limit_price._fetch_instances()
            self.low_limit_price._fetch_instances()
            self.max_price_variation._fetch_instances()

        @property
        def md_entry_type(self):
            if hasattr(self, '_m_md_entry_type'):
                return self._m_md_entry_type

            self._m_md_entry_type = 103
            return getattr(self, '_m_md_entry_type', None)

        @property
        def md_update_action(self):
            if hasattr(self, '_m_md_update_action'):
                return self._m_md_update_action

            self._m_md_update_action = 0
            return getattr(self, '_m_md_update_action', None)


    class LotTypeRule63Entry(KaitaiStruct):
        SEQ_FIELDS = ["lot_type", "min_lot_size"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.LotTypeRule63Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['lot_type']['start'] = self._io.pos()
            self.lot_type = self._io.read_s1()
            self._debug['lot_type']['end'] = self._io.pos()
            self._debug['min_lot_size']['start'] = self._io.pos()
            self.min_lot_size = self._io.read_u8le()
            self._debug['min_lot_size']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass


    class LotTypeRuleEntry(KaitaiStruct):
        SEQ_FIELDS = ["lot_type", "min_lot_size"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.LotTypeRuleEntry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['lot_type']['start'] = self._io.pos()
            self.lot_type = self._io.read_s1()
            self._debug['lot_type']['end'] = self._io.pos()
            self._debug['min_lot_size']['start'] = self._io.pos()
            self.min_lot_size = Mdp3.DecimalQty(self._io, self, self._root)
            self.min_lot_size._read()
            self._debug['min_lot_size']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.min_lot_size._fetch_instances()


    class MatchEventIndicator(KaitaiStruct):
        """Ends of the parts of an event, in the order in which the parts are sent."""
        SEQ_FIELDS = ["last_trade_msg", "last_volume_msg", "last_quote_msg", "last_stats_msg", "last_implied_msg", "recovery_msg", "reserved", "end_of_event"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.MatchEventIndicator, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['last_trade_msg']['start'] = self._io.pos()
            self.last_trade_msg = self._io.read_bits_int_le(1) != 0
            self._debug['last_trade_msg']['end'] = self._io.pos()
            self._debug['last_volume_msg']['start'] = self._io.pos()
            self.last_volume_msg = self._io.read_bits_int_le(1) != 0
            self._debug['last_volume_msg']['end'] = self._io.pos()
            self._debug['last_quote_msg']['start'] = self._io.pos()
            self.last_quote_msg = self._io.read_bits_int_le(1) != 0
            self._debug['last_quote_msg']['end'] = self._io.pos()
            self._debug['last_stats_msg']['start'] = self._io.pos()
            self.last_stats_msg = self._io.read_bits_int_le(1) != 0
            self._debug['last_stats_msg']['end'] = self._io.pos()
            self._debug['last_implied_msg']['start'] = self._io.pos()
            self.last_implied_msg = self._io.read_bits_int_le(1) != 0
            self._debug['last_implied_msg']['end'] = self._io.pos()
            self._debug['recovery_msg']['start'] = self._io.pos()
            self.recovery_msg = self._io.read_bits_int_le(1) != 0
            self._debug['recovery_msg']['end'] = self._io.pos()
            self._debug['reserved']['start'] = self._io.pos()
            self.reserved = self._io.read_bits_int_le(1) != 0
            self._debug['reserved']['end'] = self._io.pos()
            self._debug['end_of_event']['start'] = self._io.pos()
            self.end_of_event = self._io.read_bits_int_le(1) != 0
            self._debug['end_of_event']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass


    class MaturityMonthYear(KaitaiStruct):
        """Each part is null on its own."""
        SEQ_FIELDS = ["year", "month", "day", "week"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.MaturityMonthYear, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['year']['start'] = self._io.pos()
            self.year = self._io.read_u2le()
            self._debug['year']['end'] = self._io.pos()
            self._debug['month']['start'] = self._io.pos()
            self.month = self._io.read_u1()
            self._debug['month']['end'] = self._io.pos()
            self._debug['day']['start'] = self._io.pos()
            self.day = self._io.read_u1()
            self._debug['day']['end'] = self._io.pos()
            self._debug['week']['start'] = self._io.pos()
            self.week = self._io.read_u1()
            self._debug['week']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass


    class MdFeedTypeEntry(KaitaiStruct):
        SEQ_FIELDS = ["md_feed_type", "market_depth"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.MdFeedTypeEntry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_feed_type']['start'] = self._io.pos()
            self.md_feed_type = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['md_feed_type']['end'] = self._io.pos()
            self._debug['market_depth']['start'] = self._io.pos()
            self.market_depth = self._io.read_s1()
            self._debug['market_depth']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass


    class MdIncrementalRefreshBook32(KaitaiStruct):
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries", "no_order_id_entries_size", "no_order_id_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdIncrementalRefreshBook32, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.Book32Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()
            if self.version >= 7:
                pass
                self._debug['no_order_id_entries_size']['start'] = self._io.pos()
                self.no_order_id_entries_size = Mdp3.GroupSize8Byte(self._io, self, self._root)
                self.no_order_id_entries_size._read()
                self._debug['no_order_id_entries_size']['end'] = self._io.pos()

            if self.version >= 7:
                pass
                self._debug['no_order_id_entries']['start'] = self._io.pos()
                self._debug['no_order_id_entries']['arr'] = []
                self._raw_no_order_id_entries = []
                self.no_order_id_entries = []
                for i in range(self.no_order_id_entries_size.num_in_group):
                    self._debug['no_order_id_entries']['arr'].append({'start': self._io.pos()})
                    self._raw_no_order_id_entries.append(self._io.read_bytes(self.no_order_id_entries_size.block_length))
                    _io__raw_no_order_id_entries = KaitaiStream(BytesIO(self._raw_no_order_id_entries[i]))
                    _t_no_order_id_entries = Mdp3.OrderIdEntry(_io__raw_no_order_id_entries, self, self._root)
                    try:
                        _t_no_order_id_entries._read()
                    finally:
                        self.no_order_id_entries.append(_t_no_order_id_entries)
                    self._debug['no_order_id_entries']['arr'][i]['end'] = self._io.pos()

                self._debug['no_order_id_entries']['end'] = self._io.pos()



        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()

            if self.version >= 7:
                pass
                self.no_order_id_entries_size._fetch_instances()

            if self.version >= 7:
                pass
                for i in range(len(self.no_order_id_entries)):
                    pass
                    self.no_order_id_entries[i]._fetch_instances()




    class MdIncrementalRefreshBook46(KaitaiStruct):
        """Supersedes 32."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries", "no_order_id_entries_size", "no_order_id_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdIncrementalRefreshBook46, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.Book46Entry(self.version, _io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()
            self._debug['no_order_id_entries_size']['start'] = self._io.pos()
            self.no_order_id_entries_size = Mdp3.GroupSize8Byte(self._io, self, self._root)
            self.no_order_id_entries_size._read()
            self._debug['no_order_id_entries_size']['end'] = self._io.pos()
            self._debug['no_order_id_entries']['start'] = self._io.pos()
            self._debug['no_order_id_entries']['arr'] = []
            self._raw_no_order_id_entries = []
            self.no_order_id_entries = []
            for i in range(self.no_order_id_entries_size.num_in_group):
                self._debug['no_order_id_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_order_id_entries.append(self._io.read_bytes(self.no_order_id_entries_size.block_length))
                _io__raw_no_order_id_entries = KaitaiStream(BytesIO(self._raw_no_order_id_entries[i]))
                _t_no_order_id_entries = Mdp3.OrderIdEntry(_io__raw_no_order_id_entries, self, self._root)
                try:
                    _t_no_order_id_entries._read()
                finally:
                    self.no_order_id_entries.append(_t_no_order_id_entries)
                self._debug['no_order_id_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_order_id_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()

            self.no_order_id_entries_size._fetch_instances()
            for i in range(len(self.no_order_id_entries)):
                pass
                self.no_order_id_entries[i]._fetch_instances()



    class MdIncrementalRefreshBookLongQty64(KaitaiStruct):
        """46 with quantities of 64 bits."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries", "no_order_id_entries_size", "no_order_id_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdIncrementalRefreshBookLongQty64, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.Book64Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()
            self._debug['no_order_id_entries_size']['start'] = self._io.pos()
            self.no_order_id_entries_size = Mdp3.GroupSize8Byte(self._io, self, self._root)
            self.no_order_id_entries_size._read()
            self._debug['no_order_id_entries_size']['end'] = self._io.pos()
            self._debug['no_order_id_entries']['start'] = self._io.pos()
            self._debug['no_order_id_entries']['arr'] = []
            self._raw_no_order_id_entries = []
            self.no_order_id_entries = []
            for i in range(self.no_order_id_entries_size.num_in_group):
                self._debug['no_order_id_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_order_id_entries.append(self._io.read_bytes(self.no_order_id_entries_size.block_length))
                _io__raw_no_order_id_entries = KaitaiStream(BytesIO(self._raw_no_order_id_entries[i]))
                _t_no_order_id_entries = Mdp3.OrderIdEntry(_io__raw_no_order_id_entries, self, self._root)
                try:
                    _t_no_order_id_entries._read()
                finally:
                    self.no_order_id_entries.append(_t_no_order_id_entries)
                self._debug['no_order_id_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_order_id_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()

            self.no_order_id_entries_size._fetch_instances()
            for i in range(len(self.no_order_id_entries)):
                pass
                self.no_order_id_entries[i]._fetch_instances()



    class MdIncrementalRefreshDailyStatistics33(KaitaiStruct):
        """Settlement, fixing, cleared volume, open interest."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdIncrementalRefreshDailyStatistics33, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.DailyStatistics33Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class MdIncrementalRefreshDailyStatistics49(KaitaiStruct):
        """Supersedes 33."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdIncrementalRefreshDailyStatistics49, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.DailyStatistics49Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class MdIncrementalRefreshLimitsBanding34(KaitaiStruct):
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdIncrementalRefreshLimitsBanding34, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.LimitsBanding34Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class MdIncrementalRefreshLimitsBanding50(KaitaiStruct):
        """Supersedes 34."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdIncrementalRefreshLimitsBanding50, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.LimitsBanding50Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class MdIncrementalRefreshOrderBook43(KaitaiStruct):
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdIncrementalRefreshOrderBook43, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.OrderBook43Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class MdIncrementalRefreshOrderBook47(KaitaiStruct):
        """Supersedes 43."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdIncrementalRefreshOrderBook47, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.OrderBook47Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class MdIncrementalRefreshSessionStatistics35(KaitaiStruct):
        """Open, high, low and the like."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdIncrementalRefreshSessionStatistics35, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.SessionStatistics35Entry(self.version, _io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class MdIncrementalRefreshSessionStatistics51(KaitaiStruct):
        """Supersedes 35."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdIncrementalRefreshSessionStatistics51, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.SessionStatistics51Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class MdIncrementalRefreshSessionStatisticsLongQty67(KaitaiStruct):
        """51 with quantities of 64 bits."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdIncrementalRefreshSessionStatisticsLongQty67, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.SessionStatistics67Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class MdIncrementalRefreshTrade36(KaitaiStruct):
        """Left the schema with version 9."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdIncrementalRefreshTrade36, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.Trade36Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class MdIncrementalRefreshTradeSummary42(KaitaiStruct):
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries", "no_order_id_entries_size", "no_order_id_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdIncrementalRefreshTradeSummary42, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.Trade42Entry(self.version, _io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()
            self._debug['no_order_id_entries_size']['start'] = self._io.pos()
            self.no_order_id_entries_size = Mdp3.GroupSize8Byte(self._io, self, self._root)
            self.no_order_id_entries_size._read()
            self._debug['no_order_id_entries_size']['end'] = self._io.pos()
            self._debug['no_order_id_entries']['start'] = self._io.pos()
            self._debug['no_order_id_entries']['arr'] = []
            self._raw_no_order_id_entries = []
            self.no_order_id_entries = []
            for i in range(self.no_order_id_entries_size.num_in_group):
                self._debug['no_order_id_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_order_id_entries.append(self._io.read_bytes(self.no_order_id_entries_size.block_length))
                _io__raw_no_order_id_entries = KaitaiStream(BytesIO(self._raw_no_order_id_entries[i]))
                _t_no_order_id_entries = Mdp3.TradeOrderEntry(_io__raw_no_order_id_entries, self, self._root)
                try:
                    _t_no_order_id_entries._read()
                finally:
                    self.no_order_id_entries.append(_t_no_order_id_entries)
                self._debug['no_order_id_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_order_id_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()

            self.no_order_id_entries_size._fetch_instances()
            for i in range(len(self.no_order_id_entries)):
                pass
                self.no_order_id_entries[i]._fetch_instances()



    class MdIncrementalRefreshTradeSummary48(KaitaiStruct):
        """Supersedes 42."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries", "no_order_id_entries_size", "no_order_id_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdIncrementalRefreshTradeSummary48, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.Trade48Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()
            self._debug['no_order_id_entries_size']['start'] = self._io.pos()
            self.no_order_id_entries_size = Mdp3.GroupSize8Byte(self._io, self, self._root)
            self.no_order_id_entries_size._read()
            self._debug['no_order_id_entries_size']['end'] = self._io.pos()
            self._debug['no_order_id_entries']['start'] = self._io.pos()
            self._debug['no_order_id_entries']['arr'] = []
            self._raw_no_order_id_entries = []
            self.no_order_id_entries = []
            for i in range(self.no_order_id_entries_size.num_in_group):
                self._debug['no_order_id_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_order_id_entries.append(self._io.read_bytes(self.no_order_id_entries_size.block_length))
                _io__raw_no_order_id_entries = KaitaiStream(BytesIO(self._raw_no_order_id_entries[i]))
                _t_no_order_id_entries = Mdp3.TradeOrderEntry(_io__raw_no_order_id_entries, self, self._root)
                try:
                    _t_no_order_id_entries._read()
                finally:
                    self.no_order_id_entries.append(_t_no_order_id_entries)
                self._debug['no_order_id_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_order_id_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()

            self.no_order_id_entries_size._fetch_instances()
            for i in range(len(self.no_order_id_entries)):
                pass
                self.no_order_id_entries[i]._fetch_instances()



    class MdIncrementalRefreshTradeSummaryLongQty65(KaitaiStruct):
        """48 with quantities of 64 bits."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries", "no_order_id_entries_size", "no_order_id_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdIncrementalRefreshTradeSummaryLongQty65, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.Trade65Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()
            self._debug['no_order_id_entries_size']['start'] = self._io.pos()
            self.no_order_id_entries_size = Mdp3.GroupSize8Byte(self._io, self, self._root)
            self.no_order_id_entries_size._read()
            self._debug['no_order_id_entries_size']['end'] = self._io.pos()
            self._debug['no_order_id_entries']['start'] = self._io.pos()
            self._debug['no_order_id_entries']['arr'] = []
            self._raw_no_order_id_entries = []
            self.no_order_id_entries = []
            for i in range(self.no_order_id_entries_size.num_in_group):
                self._debug['no_order_id_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_order_id_entries.append(self._io.read_bytes(self.no_order_id_entries_size.block_length))
                _io__raw_no_order_id_entries = KaitaiStream(BytesIO(self._raw_no_order_id_entries[i]))
                _t_no_order_id_entries = Mdp3.TradeOrderEntry(_io__raw_no_order_id_entries, self, self._root)
                try:
                    _t_no_order_id_entries._read()
                finally:
                    self.no_order_id_entries.append(_t_no_order_id_entries)
                self._debug['no_order_id_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_order_id_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()

            self.no_order_id_entries_size._fetch_instances()
            for i in range(len(self.no_order_id_entries)):
                pass
                self.no_order_id_entries[i]._fetch_instances()



    class MdIncrementalRefreshVolume37(KaitaiStruct):
        """Electronic volume of the session."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdIncrementalRefreshVolume37, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.Volume37Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class MdIncrementalRefreshVolumeLongQty66(KaitaiStruct):
        """37 with quantities of 64 bits."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdIncrementalRefreshVolumeLongQty66, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.RefreshBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.Volume66Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class MdInstrumentDefinitionFixedIncome57(KaitaiStruct):
        SEQ_FIELDS = ["block", "no_events_size", "no_events", "no_md_feed_types_size", "no_md_feed_types", "no_inst_attrib_size", "no_inst_attrib", "no_lot_type_rules_size", "no_lot_type_rules"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdInstrumentDefinitionFixedIncome57, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.FixedIncome57Block(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_events_size']['start'] = self._io.pos()
            self.no_events_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_events_size._read()
            self._debug['no_events_size']['end'] = self._io.pos()
            self._debug['no_events']['start'] = self._io.pos()
            self._debug['no_events']['arr'] = []
            self._raw_no_events = []
            self.no_events = []
            for i in range(self.no_events_size.num_in_group):
                self._debug['no_events']['arr'].append({'start': self._io.pos()})
                self._raw_no_events.append(self._io.read_bytes(self.no_events_size.block_length))
                _io__raw_no_events = KaitaiStream(BytesIO(self._raw_no_events[i]))
                _t_no_events = Mdp3.EventEntry(_io__raw_no_events, self, self._root)
                try:
                    _t_no_events._read()
                finally:
                    self.no_events.append(_t_no_events)
                self._debug['no_events']['arr'][i]['end'] = self._io.pos()

            self._debug['no_events']['end'] = self._io.pos()
            self._debug['no_md_feed_types_size']['start'] = self._io.pos()
            self.no_md_feed_types_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_feed_types_size._read()
            self._debug['no_md_feed_types_size']['end'] = self._io.pos()
            self._debug['no_md_feed_types']['start'] = self._io.pos()
            self._debug['no_md_feed_types']['arr'] = []
            self._raw_no_md_feed_types = []
            self.no_md_feed_types = []
            for i in range(self.no_md_feed_types_size.num_in_group):
                self._debug['no_md_feed_types']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_feed_types.append(self._io.read_bytes(self.no_md_feed_types_size.block_length))
                _io__raw_no_md_feed_types = KaitaiStream(BytesIO(self._raw_no_md_feed_types[i]))
                _t_no_md_feed_types = Mdp3.MdFeedTypeEntry(_io__raw_no_md_feed_types, self, self._root)
                try:
                    _t_no_md_feed_types._read()
                finally:
                    self.no_md_feed_types.append(_t_no_md_feed_types)
                self._debug['no_md_feed_types']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_feed_types']['end'] = self._io.pos()
            self._debug['no_inst_attrib_size']['start'] = self._io.pos()
            self.no_inst_attrib_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_inst_attrib_size._read()
            self._debug['no_inst_attrib_size']['end'] = self._io.pos()
            self._debug['no_inst_attrib']['start'] = self._io.pos()
            self._debug['no_inst_attrib']['arr'] = []
            self._raw_no_inst_attrib = []
            self.no_inst_attrib = []
            for i in range(self.no_inst_attrib_size.num_in_group):
                self._debug['no_inst_attrib']['arr'].append({'start': self._io.pos()})
                self._raw_no_inst_attrib.append(self._io.read_bytes(self.no_inst_attrib_size.block_length))
                _io__raw_no_inst_attrib = KaitaiStream(BytesIO(self._raw_no_inst_attrib[i]))
                _t_no_inst_attrib = Mdp3.InstAttribEntry(_io__raw_no_inst_attrib, self, self._root)
                try:
                    _t_no_inst_attrib._read()
                finally:
                    self.no_inst_attrib.append(_t_no_inst_attrib)
                self._debug['no_inst_attrib']['arr'][i]['end'] = self._io.pos()

            self._debug['no_inst_attrib']['end'] = self._io.pos()
            self._debug['no_lot_type_rules_size']['start'] = self._io.pos()
            self.no_lot_type_rules_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_lot_type_rules_size._read()
            self._debug['no_lot_type_rules_size']['end'] = self._io.pos()
            self._debug['no_lot_type_rules']['start'] = self._io.pos()
            self._debug['no_lot_type_rules']['arr'] = []
            self._raw_no_lot_type_rules = []
            self.no_lot_type_rules = []
            for i in range(self.no_lot_type_rules_size.num_in_group):
                self._debug['no_lot_type_rules']['arr'].append({'start': self._io.pos()})
                self._raw_no_lot_type_rules.append(self._io.read_bytes(self.no_lot_type_rules_size.block_length))
                _io__raw_no_lot_type_rules = KaitaiStream(BytesIO(self._raw_no_lot_type_rules[i]))
                _t_no_lot_type_rules = Mdp3.LotTypeRuleEntry(_io__raw_no_lot_type_rules, self, self._root)
                try:
                    _t_no_lot_type_rules._read()
                finally:
                    self.no_lot_type_rules.append(_t_no_lot_type_rules)
                self._debug['no_lot_type_rules']['arr'][i]['end'] = self._io.pos()

            self._debug['no_lot_type_rules']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_events_size._fetch_instances()
            for i in range(len(self.no_events)):
                pass
                self.no_events[i]._fetch_instances()

            self.no_md_feed_types_size._fetch_instances()
            for i in range(len(self.no_md_feed_types)):
                pass
                self.no_md_feed_types[i]._fetch_instances()

            self.no_inst_attrib_size._fetch_instances()
            for i in range(len(self.no_inst_attrib)):
                pass
                self.no_inst_attrib[i]._fetch_instances()

            self.no_lot_type_rules_size._fetch_instances()
            for i in range(len(self.no_lot_type_rules)):
                pass
                self.no_lot_type_rules[i]._fetch_instances()



    class MdInstrumentDefinitionFuture27(KaitaiStruct):
        SEQ_FIELDS = ["block", "no_events_size", "no_events", "no_md_feed_types_size", "no_md_feed_types", "no_inst_attrib_size", "no_inst_attrib", "no_lot_type_rules_size", "no_lot_type_rules"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdInstrumentDefinitionFuture27, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.Future27Block(self.version, _io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_events_size']['start'] = self._io.pos()
            self.no_events_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_events_size._read()
            self._debug['no_events_size']['end'] = self._io.pos()
            self._debug['no_events']['start'] = self._io.pos()
            self._debug['no_events']['arr'] = []
            self._raw_no_events = []
            self.no_events = []
            for i in range(self.no_events_size.num_in_group):
                self._debug['no_events']['arr'].append({'start': self._io.pos()})
                self._raw_no_events.append(self._io.read_bytes(self.no_events_size.block_length))
                _io__raw_no_events = KaitaiStream(BytesIO(self._raw_no_events[i]))
                _t_no_events = Mdp3.EventEntry(_io__raw_no_events, self, self._root)
                try:
                    _t_no_events._read()
                finally:
                    self.no_events.append(_t_no_events)
                self._debug['no_events']['arr'][i]['end'] = self._io.pos()

            self._debug['no_events']['end'] = self._io.pos()
            self._debug['no_md_feed_types_size']['start'] = self._io.pos()
            self.no_md_feed_types_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_feed_types_size._read()
            self._debug['no_md_feed_types_size']['end'] = self._io.pos()
            self._debug['no_md_feed_types']['start'] = self._io.pos()
            self._debug['no_md_feed_types']['arr'] = []
            self._raw_no_md_feed_types = []
            self.no_md_feed_types = []
            for i in range(self.no_md_feed_types_size.num_in_group):
                self._debug['no_md_feed_types']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_feed_types.append(self._io.read_bytes(self.no_md_feed_types_size.block_length))
                _io__raw_no_md_feed_types = KaitaiStream(BytesIO(self._raw_no_md_feed_types[i]))
                _t_no_md_feed_types = Mdp3.MdFeedTypeEntry(_io__raw_no_md_feed_types, self, self._root)
                try:
                    _t_no_md_feed_types._read()
                finally:
                    self.no_md_feed_types.append(_t_no_md_feed_types)
                self._debug['no_md_feed_types']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_feed_types']['end'] = self._io.pos()
            self._debug['no_inst_attrib_size']['start'] = self._io.pos()
            self.no_inst_attrib_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_inst_attrib_size._read()
            self._debug['no_inst_attrib_size']['end'] = self._io.pos()
            self._debug['no_inst_attrib']['start'] = self._io.pos()
            self._debug['no_inst_attrib']['arr'] = []
            self._raw_no_inst_attrib = []
            self.no_inst_attrib = []
            for i in range(self.no_inst_attrib_size.num_in_group):
                self._debug['no_inst_attrib']['arr'].append({'start': self._io.pos()})
                self._raw_no_inst_attrib.append(self._io.read_bytes(self.no_inst_attrib_size.block_length))
                _io__raw_no_inst_attrib = KaitaiStream(BytesIO(self._raw_no_inst_attrib[i]))
                _t_no_inst_attrib = Mdp3.InstAttribEntry(_io__raw_no_inst_attrib, self, self._root)
                try:
                    _t_no_inst_attrib._read()
                finally:
                    self.no_inst_attrib.append(_t_no_inst_attrib)
                self._debug['no_inst_attrib']['arr'][i]['end'] = self._io.pos()

            self._debug['no_inst_attrib']['end'] = self._io.pos()
            self._debug['no_lot_type_rules_size']['start'] = self._io.pos()
            self.no_lot_type_rules_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_lot_type_rules_size._read()
            self._debug['no_lot_type_rules_size']['end'] = self._io.pos()
            self._debug['no_lot_type_rules']['start'] = self._io.pos()
            self._debug['no_lot_type_rules']['arr'] = []
            self._raw_no_lot_type_rules = []
            self.no_lot_type_rules = []
            for i in range(self.no_lot_type_rules_size.num_in_group):
                self._debug['no_lot_type_rules']['arr'].append({'start': self._io.pos()})
                self._raw_no_lot_type_rules.append(self._io.read_bytes(self.no_lot_type_rules_size.block_length))
                _io__raw_no_lot_type_rules = KaitaiStream(BytesIO(self._raw_no_lot_type_rules[i]))
                _t_no_lot_type_rules = Mdp3.LotTypeRuleEntry(_io__raw_no_lot_type_rules, self, self._root)
                try:
                    _t_no_lot_type_rules._read()
                finally:
                    self.no_lot_type_rules.append(_t_no_lot_type_rules)
                self._debug['no_lot_type_rules']['arr'][i]['end'] = self._io.pos()

            self._debug['no_lot_type_rules']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_events_size._fetch_instances()
            for i in range(len(self.no_events)):
                pass
                self.no_events[i]._fetch_instances()

            self.no_md_feed_types_size._fetch_instances()
            for i in range(len(self.no_md_feed_types)):
                pass
                self.no_md_feed_types[i]._fetch_instances()

            self.no_inst_attrib_size._fetch_instances()
            for i in range(len(self.no_inst_attrib)):
                pass
                self.no_inst_attrib[i]._fetch_instances()

            self.no_lot_type_rules_size._fetch_instances()
            for i in range(len(self.no_lot_type_rules)):
                pass
                self.no_lot_type_rules[i]._fetch_instances()



    class MdInstrumentDefinitionFuture54(KaitaiStruct):
        """Supersedes 27."""
        SEQ_FIELDS = ["block", "no_events_size", "no_events", "no_md_feed_types_size", "no_md_feed_types", "no_inst_attrib_size", "no_inst_attrib", "no_lot_type_rules_size", "no_lot_type_rules"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdInstrumentDefinitionFuture54, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.Future54Block(self.version, _io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_events_size']['start'] = self._io.pos()
            self.no_events_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_events_size._read()
            self._debug['no_events_size']['end'] = self._io.pos()
            self._debug['no_events']['start'] = self._io.pos()
            self._debug['no_events']['arr'] = []
            self._raw_no_events = []
            self.no_events = []
            for i in range(self.no_events_size.num_in_group):
                self._debug['no_events']['arr'].append({'start': self._io.pos()})
                self._raw_no_events.append(self._io.read_bytes(self.no_events_size.block_length))
                _io__raw_no_events = KaitaiStream(BytesIO(self._raw_no_events[i]))
                _t_no_events = Mdp3.EventEntry(_io__raw_no_events, self, self._root)
                try:
                    _t_no_events._read()
                finally:
                    self.no_events.append(_t_no_events)
                self._debug['no_events']['arr'][i]['end'] = self._io.pos()

            self._debug['no_events']['end'] = self._io.pos()
            self._debug['no_md_feed_types_size']['start'] = self._io.pos()
            self.no_md_feed_types_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_feed_types_size._read()
            self._debug['no_md_feed_types_size']['end'] = self._io.pos()
            self._debug['no_md_feed_types']['start'] = self._io.pos()
            self._debug['no_md_feed_types']['arr'] = []
            self._raw_no_md_feed_types = []
            self.no_md_feed_types = []
            for i in range(self.no_md_feed_types_size.num_in_group):
                self._debug['no_md_feed_types']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_feed_types.append(self._io.read_bytes(self.no_md_feed_types_size.block_length))
                _io__raw_no_md_feed_types = KaitaiStream(BytesIO(self._raw_no_md_feed_types[i]))
                _t_no_md_feed_types = Mdp3.MdFeedTypeEntry(_io__raw_no_md_feed_types, self, self._root)
                try:
                    _t_no_md_feed_types._read()
                finally:
                    self.no_md_feed_types.append(_t_no_md_feed_types)
                self._debug['no_md_feed_types']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_feed_types']['end'] = self._io.pos()
            self._debug['no_inst_attrib_size']['start'] = self._io.pos()
            self.no_inst_attrib_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_inst_attrib_size._read()
            self._debug['no_inst_attrib_size']['end'] = self._io.pos()
            self._debug['no_inst_attrib']['start'] = self._io.pos()
            self._debug['no_inst_attrib']['arr'] = []
            self._raw_no_inst_attrib = []
            self.no_inst_attrib = []
            for i in range(self.no_inst_attrib_size.num_in_group):
                self._debug['no_inst_attrib']['arr'].append({'start': self._io.pos()})
                self._raw_no_inst_attrib.append(self._io.read_bytes(self.no_inst_attrib_size.block_length))
                _io__raw_no_inst_attrib = KaitaiStream(BytesIO(self._raw_no_inst_attrib[i]))
                _t_no_inst_attrib = Mdp3.InstAttribEntry(_io__raw_no_inst_attrib, self, self._root)
                try:
                    _t_no_inst_attrib._read()
                finally:
                    self.no_inst_attrib.append(_t_no_inst_attrib)
                self._debug['no_inst_attrib']['arr'][i]['end'] = self._io.pos()

            self._debug['no_inst_attrib']['end'] = self._io.pos()
            self._debug['no_lot_type_rules_size']['start'] = self._io.pos()
            self.no_lot_type_rules_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_lot_type_rules_size._read()
            self._debug['no_lot_type_rules_size']['end'] = self._io.pos()
            self._debug['no_lot_type_rules']['start'] = self._io.pos()
            self._debug['no_lot_type_rules']['arr'] = []
            self._raw_no_lot_type_rules = []
            self.no_lot_type_rules = []
            for i in range(self.no_lot_type_rules_size.num_in_group):
                self._debug['no_lot_type_rules']['arr'].append({'start': self._io.pos()})
                self._raw_no_lot_type_rules.append(self._io.read_bytes(self.no_lot_type_rules_size.block_length))
                _io__raw_no_lot_type_rules = KaitaiStream(BytesIO(self._raw_no_lot_type_rules[i]))
                _t_no_lot_type_rules = Mdp3.LotTypeRuleEntry(_io__raw_no_lot_type_rules, self, self._root)
                try:
                    _t_no_lot_type_rules._read()
                finally:
                    self.no_lot_type_rules.append(_t_no_lot_type_rules)
                self._debug['no_lot_type_rules']['arr'][i]['end'] = self._io.pos()

            self._debug['no_lot_type_rules']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_events_size._fetch_instances()
            for i in range(len(self.no_events)):
                pass
                self.no_events[i]._fetch_instances()

            self.no_md_feed_types_size._fetch_instances()
            for i in range(len(self.no_md_feed_types)):
                pass
                self.no_md_feed_types[i]._fetch_instances()

            self.no_inst_attrib_size._fetch_instances()
            for i in range(len(self.no_inst_attrib)):
                pass
                self.no_inst_attrib[i]._fetch_instances()

            self.no_lot_type_rules_size._fetch_instances()
            for i in range(len(self.no_lot_type_rules)):
                pass
                self.no_lot_type_rules[i]._fetch_instances()



    class MdInstrumentDefinitionFx63(KaitaiStruct):
        SEQ_FIELDS = ["block", "no_events_size", "no_events", "no_md_feed_types_size", "no_md_feed_types", "no_inst_attrib_size", "no_inst_attrib", "no_lot_type_rules_size", "no_lot_type_rules", "no_trading_sessions_size", "no_trading_sessions"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdInstrumentDefinitionFx63, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.Fx63Block(self.version, _io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_events_size']['start'] = self._io.pos()
            self.no_events_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_events_size._read()
            self._debug['no_events_size']['end'] = self._io.pos()
            self._debug['no_events']['start'] = self._io.pos()
            self._debug['no_events']['arr'] = []
            self._raw_no_events = []
            self.no_events = []
            for i in range(self.no_events_size.num_in_group):
                self._debug['no_events']['arr'].append({'start': self._io.pos()})
                self._raw_no_events.append(self._io.read_bytes(self.no_events_size.block_length))
                _io__raw_no_events = KaitaiStream(BytesIO(self._raw_no_events[i]))
                _t_no_events = Mdp3.EventEntry(_io__raw_no_events, self, self._root)
                try:
                    _t_no_events._read()
                finally:
                    self.no_events.append(_t_no_events)
                self._debug['no_events']['arr'][i]['end'] = self._io.pos()

            self._debug['no_events']['end'] = self._io.pos()
            self._debug['no_md_feed_types_size']['start'] = self._io.pos()
            self.no_md_feed_types_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_feed_types_size._read()
            self._debug['no_md_feed_types_size']['end'] = self._io.pos()
            self._debug['no_md_feed_types']['start'] = self._io.pos()
            self._debug['no_md_feed_types']['arr'] = []
            self._raw_no_md_feed_types = []
            self.no_md_feed_types = []
            for i in range(self.no_md_feed_types_size.num_in_group):
                self._debug['no_md_feed_types']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_feed_types.append(self._io.read_bytes(self.no_md_feed_types_size.block_length))
                _io__raw_no_md_feed_types = KaitaiStream(BytesIO(self._raw_no_md_feed_types[i]))
                _t_no_md_feed_types = Mdp3.MdFeedTypeEntry(_io__raw_no_md_feed_types, self, self._root)
                try:
                    _t_no_md_feed_types._read()
                finally:
                    self.no_md_feed_types.append(_t_no_md_feed_types)
                self._debug['no_md_feed_types']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_feed_types']['end'] = self._io.pos()
            self._debug['no_inst_attrib_size']['start'] = self._io.pos()
            self.no_inst_attrib_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_inst_attrib_size._read()
            self._debug['no_inst_attrib_size']['end'] = self._io.pos()
            self._debug['no_inst_attrib']['start'] = self._io.pos()
            self._debug['no_inst_attrib']['arr'] = []
            self._raw_no_inst_attrib = []
            self.no_inst_attrib = []
            for i in range(self.no_inst_attrib_size.num_in_group):
                self._debug['no_inst_attrib']['arr'].append({'start': self._io.pos()})
                self._raw_no_inst_attrib.append(self._io.read_bytes(self.no_inst_attrib_size.block_length))
                _io__raw_no_inst_attrib = KaitaiStream(BytesIO(self._raw_no_inst_attrib[i]))
                _t_no_inst_attrib = Mdp3.InstAttribEntry(_io__raw_no_inst_attrib, self, self._root)
                try:
                    _t_no_inst_attrib._read()
                finally:
                    self.no_inst_attrib.append(_t_no_inst_attrib)
                self._debug['no_inst_attrib']['arr'][i]['end'] = self._io.pos()

            self._debug['no_inst_attrib']['end'] = self._io.pos()
            self._debug['no_lot_type_rules_size']['start'] = self._io.pos()
            self.no_lot_type_rules_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_lot_type_rules_size._read()
            self._debug['no_lot_type_rules_size']['end'] = self._io.pos()
            self._debug['no_lot_type_rules']['start'] = self._io.pos()
            self._debug['no_lot_type_rules']['arr'] = []
            self._raw_no_lot_type_rules = []
            self.no_lot_type_rules = []
            for i in range(self.no_lot_type_rules_size.num_in_group):
                self._debug['no_lot_type_rules']['arr'].append({'start': self._io.pos()})
                self._raw_no_lot_type_rules.append(self._io.read_bytes(self.no_lot_type_rules_size.block_length))
                _io__raw_no_lot_type_rules = KaitaiStream(BytesIO(self._raw_no_lot_type_rules[i]))
                _t_no_lot_type_rules = Mdp3.LotTypeRule63Entry(_io__raw_no_lot_type_rules, self, self._root)
                try:
                    _t_no_lot_type_rules._read()
                finally:
                    self.no_lot_type_rules.append(_t_no_lot_type_rules)
                self._debug['no_lot_type_rules']['arr'][i]['end'] = self._io.pos()

            self._debug['no_lot_type_rules']['end'] = self._io.pos()
            self._debug['no_trading_sessions_size']['start'] = self._io.pos()
            self.no_trading_sessions_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_trading_sessions_size._read()
            self._debug['no_trading_sessions_size']['end'] = self._io.pos()
            self._debug['no_trading_sessions']['start'] = self._io.pos()
            self._debug['no_trading_sessions']['arr'] = []
            self._raw_no_trading_sessions = []
            self.no_trading_sessions = []
            for i in range(self.no_trading_sessions_size.num_in_group):
                self._debug['no_trading_sessions']['arr'].append({'start': self._io.pos()})
                self._raw_no_trading_sessions.append(self._io.read_bytes(self.no_trading_sessions_size.block_length))
                _io__raw_no_trading_sessions = KaitaiStream(BytesIO(self._raw_no_trading_sessions[i]))
                _t_no_trading_sessions = Mdp3.TradingSessionEntry(_io__raw_no_trading_sessions, self, self._root)
                try:
                    _t_no_trading_sessions._read()
                finally:
                    self.no_trading_sessions.append(_t_no_trading_sessions)
                self._debug['no_trading_sessions']['arr'][i]['end'] = self._io.pos()

            self._debug['no_trading_sessions']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_events_size._fetch_instances()
            for i in range(len(self.no_events)):
                pass
                self.no_events[i]._fetch_instances()

            self.no_md_feed_types_size._fetch_instances()
            for i in range(len(self.no_md_feed_types)):
                pass
                self.no_md_feed_types[i]._fetch_instances()

            self.no_inst_attrib_size._fetch_instances()
            for i in range(len(self.no_inst_attrib)):
                pass
                self.no_inst_attrib[i]._fetch_instances()

            self.no_lot_type_rules_size._fetch_instances()
            for i in range(len(self.no_lot_type_rules)):
                pass
                self.no_lot_type_rules[i]._fetch_instances()

            self.no_trading_sessions_size._fetch_instances()
            for i in range(len(self.no_trading_sessions)):
                pass
                self.no_trading_sessions[i]._fetch_instances()



    class MdInstrumentDefinitionOption41(KaitaiStruct):
        SEQ_FIELDS = ["block", "no_events_size", "no_events", "no_md_feed_types_size", "no_md_feed_types", "no_inst_attrib_size", "no_inst_attrib", "no_lot_type_rules_size", "no_lot_type_rules", "no_underlyings_size", "no_underlyings", "no_related_instruments_size", "no_related_instruments"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdInstrumentDefinitionOption41, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.Option41Block(self.version, _io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_events_size']['start'] = self._io.pos()
            self.no_events_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_events_size._read()
            self._debug['no_events_size']['end'] = self._io.pos()
            self._debug['no_events']['start'] = self._io.pos()
            self._debug['no_events']['arr'] = []
            self._raw_no_events = []
            self.no_events = []
            for i in range(self.no_events_size.num_in_group):
                self._debug['no_events']['arr'].append({'start': self._io.pos()})
                self._raw_no_events.append(self._io.read_bytes(self.no_events_size.block_length))
                _io__raw_no_events = KaitaiStream(BytesIO(self._raw_no_events[i]))
                _t_no_events = Mdp3.EventEntry(_io__raw_no_events, self, self._root)
                try:
                    _t_no_events._read()
                finally:
                    self.no_events.append(_t_no_events)
                self._debug['no_events']['arr'][i]['end'] = self._io.pos()

            self._debug['no_events']['end'] = self._io.pos()
            self._debug['no_md_feed_types_size']['start'] = self._io.pos()
            self.no_md_feed_types_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_feed_types_size._read()
            self._debug['no_md_feed_types_size']['end'] = self._io.pos()
            self._debug['no_md_feed_types']['start'] = self._io.pos()
            self._debug['no_md_feed_types']['arr'] = []
            self._raw_no_md_feed_types = []
            self.no_md_feed_types = []
            for i in range(self.no_md_feed_types_size.num_in_group):
                self._debug['no_md_feed_types']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_feed_types.append(self._io.read_bytes(self.no_md_feed_types_size.block_length))
                _io__raw_no_md_feed_types = KaitaiStream(BytesIO(self._raw_no_md_feed_types[i]))
                _t_no_md_feed_types = Mdp3.MdFeedTypeEntry(_io__raw_no_md_feed_types, self, self._root)
                try:
                    _t_no_md_feed_types._read()
                finally:
                    self.no_md_feed_types.append(_t_no_md_feed_types)
                self._debug['no_md_feed_types']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_feed_types']['end'] = self._io.pos()
            self._debug['no_inst_attrib_size']['start'] = self._io.pos()
            self.no_inst_attrib_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_inst_attrib_size._read()
            self._debug['no_inst_attrib_size']['end'] = self._io.pos()
            self._debug['no_inst_attrib']['start'] = self._io.pos()
            self._debug['no_inst_attrib']['arr'] = []
            self._raw_no_inst_attrib = []
            self.no_inst_attrib = []
            for i in range(self.no_inst_attrib_size.num_in_group):
                self._debug['no_inst_attrib']['arr'].append({'start': self._io.pos()})
                self._raw_no_inst_attrib.append(self._io.read_bytes(self.no_inst_attrib_size.block_length))
                _io__raw_no_inst_attrib = KaitaiStream(BytesIO(self._raw_no_inst_attrib[i]))
                _t_no_inst_attrib = Mdp3.InstAttribEntry(_io__raw_no_inst_attrib, self, self._root)
                try:
                    _t_no_inst_attrib._read()
                finally:
                    self.no_inst_attrib.append(_t_no_inst_attrib)
                self._debug['no_inst_attrib']['arr'][i]['end'] = self._io.pos()

            self._debug['no_inst_attrib']['end'] = self._io.pos()
            self._debug['no_lot_type_rules_size']['start'] = self._io.pos()
            self.no_lot_type_rules_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_lot_type_rules_size._read()
            self._debug['no_lot_type_rules_size']['end'] = self._io.pos()
            self._debug['no_lot_type_rules']['start'] = self._io.pos()
            self._debug['no_lot_type_rules']['arr'] = []
            self._raw_no_lot_type_rules = []
            self.no_lot_type_rules = []
            for i in range(self.no_lot_type_rules_size.num_in_group):
                self._debug['no_lot_type_rules']['arr'].append({'start': self._io.pos()})
                self._raw_no_lot_type_rules.append(self._io.read_bytes(self.no_lot_type_rules_size.block_length))
                _io__raw_no_lot_type_rules = KaitaiStream(BytesIO(self._raw_no_lot_type_rules[i]))
                _t_no_lot_type_rules = Mdp3.LotTypeRuleEntry(_io__raw_no_lot_type_rules, self, self._root)
                try:
                    _t_no_lot_type_rules._read()
                finally:
                    self.no_lot_type_rules.append(_t_no_lot_type_rules)
                self._debug['no_lot_type_rules']['arr'][i]['end'] = self._io.pos()

            self._debug['no_lot_type_rules']['end'] = self._io.pos()
            self._debug['no_underlyings_size']['start'] = self._io.pos()
            self.no_underlyings_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_underlyings_size._read()
            self._debug['no_underlyings_size']['end'] = self._io.pos()
            self._debug['no_underlyings']['start'] = self._io.pos()
            self._debug['no_underlyings']['arr'] = []
            self._raw_no_underlyings = []
            self.no_underlyings = []
            for i in range(self.no_underlyings_size.num_in_group):
                self._debug['no_underlyings']['arr'].append({'start': self._io.pos()})
                self._raw_no_underlyings.append(self._io.read_bytes(self.no_underlyings_size.block_length))
                _io__raw_no_underlyings = KaitaiStream(BytesIO(self._raw_no_underlyings[i]))
                _t_no_underlyings = Mdp3.UnderlyingEntry(_io__raw_no_underlyings, self, self._root)
                try:
                    _t_no_underlyings._read()
                finally:
                    self.no_underlyings.append(_t_no_underlyings)
                self._debug['no_underlyings']['arr'][i]['end'] = self._io.pos()

            self._debug['no_underlyings']['end'] = self._io.pos()
            if self.version >= 7:
                pass
                self._debug['no_related_instruments_size']['start'] = self._io.pos()
                self.no_related_instruments_size = Mdp3.GroupSize(self._io, self, self._root)
                self.no_related_instruments_size._read()
                self._debug['no_related_instruments_size']['end'] = self._io.pos()

            if self.version >= 7:
                pass
                self._debug['no_related_instruments']['start'] = self._io.pos()
                self._debug['no_related_instruments']['arr'] = []
                self._raw_no_related_instruments = []
                self.no_related_instruments = []
                for i in range(self.no_related_instruments_size.num_in_group):
                    self._debug['no_related_instruments']['arr'].append({'start': self._io.pos()})
                    self._raw_no_related_instruments.append(self._io.read_bytes(self.no_related_instruments_size.block_length))
                    _io__raw_no_related_instruments = KaitaiStream(BytesIO(self._raw_no_related_instruments[i]))
                    _t_no_related_instruments = Mdp3.RelatedInstrumentEntry(_io__raw_no_related_instruments, self, self._root)
                    try:
                        _t_no_related_instruments._read()
                    finally:
                        self.no_related_instruments.append(_t_no_related_instruments)
                    self._debug['no_related_instruments']['arr'][i]['end'] = self._io.pos()

                self._debug['no_related_instruments']['end'] = self._io.pos()



        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_events_size._fetch_instances()
            for i in range(len(self.no_events)):
                pass
                self.no_events[i]._fetch_instances()

            self.no_md_feed_types_size._fetch_instances()
            for i in range(len(self.no_md_feed_types)):
                pass
                self.no_md_feed_types[i]._fetch_instances()

            self.no_inst_attrib_size._fetch_instances()
            for i in range(len(self.no_inst_attrib)):
                pass
                self.no_inst_attrib[i]._fetch_instances()

            self.no_lot_type_rules_size._fetch_instances()
            for i in range(len(self.no_lot_type_rules)):
                pass
                self.no_lot_type_rules[i]._fetch_instances()

            self.no_underlyings_size._fetch_instances()
            for i in range(len(self.no_underlyings)):
                pass
                self.no_underlyings[i]._fetch_instances()

            if self.version >= 7:
                pass
                self.no_related_instruments_size._fetch_instances()

            if self.version >= 7:
                pass
                for i in range(len(self.no_related_instruments)):
                    pass
                    self.no_related_instruments[i]._fetch_instances()




    class MdInstrumentDefinitionOption55(KaitaiStruct):
        """Supersedes 41."""
        SEQ_FIELDS = ["block", "no_events_size", "no_events", "no_md_feed_types_size", "no_md_feed_types", "no_inst_attrib_size", "no_inst_attrib", "no_lot_type_rules_size", "no_lot_type_rules", "no_underlyings_size", "no_underlyings", "no_related_instruments_size", "no_related_instruments"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdInstrumentDefinitionOption55, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.Option55Block(self.version, _io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_events_size']['start'] = self._io.pos()
            self.no_events_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_events_size._read()
            self._debug['no_events_size']['end'] = self._io.pos()
            self._debug['no_events']['start'] = self._io.pos()
            self._debug['no_events']['arr'] = []
            self._raw_no_events = []
            self.no_events = []
            for i in range(self.no_events_size.num_in_group):
                self._debug['no_events']['arr'].append({'start': self._io.pos()})
                self._raw_no_events.append(self._io.read_bytes(self.no_events_size.block_length))
                _io__raw_no_events = KaitaiStream(BytesIO(self._raw_no_events[i]))
                _t_no_events = Mdp3.EventEntry(_io__raw_no_events, self, self._root)
                try:
                    _t_no_events._read()
                finally:
                    self.no_events.append(_t_no_events)
                self._debug['no_events']['arr'][i]['end'] = self._io.pos()

            self._debug['no_events']['end'] = self._io.pos()
            self._debug['no_md_feed_types_size']['start'] = self._io.pos()
            self.no_md_feed_types_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_feed_types_size._read()
            self._debug['no_md_feed_types_size']['end'] = self._io.pos()
            self._debug['no_md_feed_types']['start'] = self._io.pos()
            self._debug['no_md_feed_types']['arr'] = []
            self._raw_no_md_feed_types = []
            self.no_md_feed_types = []
            for i in range(self.no_md_feed_types_size.num_in_group):
                self._debug['no_md_feed_types']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_feed_types.append(self._io.read_bytes(self.no_md_feed_types_size.block_length))
                _io__raw_no_md_feed_types = KaitaiStream(BytesIO(self._raw_no_md_feed_types[i]))
                _t_no_md_feed_types = Mdp3.MdFeedTypeEntry(_io__raw_no_md_feed_types, self, self._root)
                try:
                    _t_no_md_feed_types._read()
                finally:
                    self.no_md_feed_types.append(_t_no_md_feed_types)
                self._debug['no_md_feed_types']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_feed_types']['end'] = self._io.pos()
            self._debug['no_inst_attrib_size']['start'] = self._io.pos()
            self.no_inst_attrib_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_inst_attrib_size._read()
            self._debug['no_inst_attrib_size']['end'] = self._io.pos()
            self._debug['no_inst_attrib']['start'] = self._io.pos()
            self._debug['no_inst_attrib']['arr'] = []
            self._raw_no_inst_attrib = []
            self.no_inst_attrib = []
            for i in range(self.no_inst_attrib_size.num_in_group):
                self._debug['no_inst_attrib']['arr'].append({'start': self._io.pos()})
                self._raw_no_inst_attrib.append(self._io.read_bytes(self.no_inst_attrib_size.block_length))
                _io__raw_no_inst_attrib = KaitaiStream(BytesIO(self._raw_no_inst_attrib[i]))
                _t_no_inst_attrib = Mdp3.InstAttribEntry(_io__raw_no_inst_attrib, self, self._root)
                try:
                    _t_no_inst_attrib._read()
                finally:
                    self.no_inst_attrib.append(_t_no_inst_attrib)
                self._debug['no_inst_attrib']['arr'][i]['end'] = self._io.pos()

            self._debug['no_inst_attrib']['end'] = self._io.pos()
            self._debug['no_lot_type_rules_size']['start'] = self._io.pos()
            self.no_lot_type_rules_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_lot_type_rules_size._read()
            self._debug['no_lot_type_rules_size']['end'] = self._io.pos()
            self._debug['no_lot_type_rules']['start'] = self._io.pos()
            self._debug['no_lot_type_rules']['arr'] = []
            self._raw_no_lot_type_rules = []
            self.no_lot_type_rules = []
            for i in range(self.no_lot_type_rules_size.num_in_group):
                self._debug['no_lot_type_rules']['arr'].append({'start': self._io.pos()})
                self._raw_no_lot_type_rules.append(self._io.read_bytes(self.no_lot_type_rules_size.block_length))
                _io__raw_no_lot_type_rules = KaitaiStream(BytesIO(self._raw_no_lot_type_rules[i]))
                _t_no_lot_type_rules = Mdp3.LotTypeRuleEntry(_io__raw_no_lot_type_rules, self, self._root)
                try:
                    _t_no_lot_type_rules._read()
                finally:
                    self.no_lot_type_rules.append(_t_no_lot_type_rules)
                self._debug['no_lot_type_rules']['arr'][i]['end'] = self._io.pos()

            self._debug['no_lot_type_rules']['end'] = self._io.pos()
            self._debug['no_underlyings_size']['start'] = self._io.pos()
            self.no_underlyings_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_underlyings_size._read()
            self._debug['no_underlyings_size']['end'] = self._io.pos()
            self._debug['no_underlyings']['start'] = self._io.pos()
            self._debug['no_underlyings']['arr'] = []
            self._raw_no_underlyings = []
            self.no_underlyings = []
            for i in range(self.no_underlyings_size.num_in_group):
                self._debug['no_underlyings']['arr'].append({'start': self._io.pos()})
                self._raw_no_underlyings.append(self._io.read_bytes(self.no_underlyings_size.block_length))
                _io__raw_no_underlyings = KaitaiStream(BytesIO(self._raw_no_underlyings[i]))
                _t_no_underlyings = Mdp3.UnderlyingEntry(_io__raw_no_underlyings, self, self._root)
                try:
                    _t_no_underlyings._read()
                finally:
                    self.no_underlyings.append(_t_no_underlyings)
                self._debug['no_underlyings']['arr'][i]['end'] = self._io.pos()

            self._debug['no_underlyings']['end'] = self._io.pos()
            self._debug['no_related_instruments_size']['start'] = self._io.pos()
            self.no_related_instruments_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_related_instruments_size._read()
            self._debug['no_related_instruments_size']['end'] = self._io.pos()
            self._debug['no_related_instruments']['start'] = self._io.pos()
            self._debug['no_related_instruments']['arr'] = []
            self._raw_no_related_instruments = []
            self.no_related_instruments = []
            for i in range(self.no_related_instruments_size.num_in_group):
                self._debug['no_related_instruments']['arr'].append({'start': self._io.pos()})
                self._raw_no_related_instruments.append(self._io.read_bytes(self.no_related_instruments_size.block_length))
                _io__raw_no_related_instruments = KaitaiStream(BytesIO(self._raw_no_related_instruments[i]))
                _t_no_related_instruments = Mdp3.RelatedInstrumentEntry(_io__raw_no_related_instruments, self, self._root)
                try:
                    _t_no_related_instruments._read()
                finally:
                    self.no_related_instruments.append(_t_no_related_instruments)
                self._debug['no_related_instruments']['arr'][i]['end'] = self._io.pos()

            self._debug['no_related_instruments']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_events_size._fetch_instances()
            for i in range(len(self.no_events)):
                pass
                self.no_events[i]._fetch_instances()

            self.no_md_feed_types_size._fetch_instances()
            for i in range(len(self.no_md_feed_types)):
                pass
                self.no_md_feed_types[i]._fetch_instances()

            self.no_inst_attrib_size._fetch_instances()
            for i in range(len(self.no_inst_attrib)):
                pass
                self.no_inst_attrib[i]._fetch_instances()

            self.no_lot_type_rules_size._fetch_instances()
            for i in range(len(self.no_lot_type_rules)):
                pass
                self.no_lot_type_rules[i]._fetch_instances()

            self.no_underlyings_size._fetch_instances()
            for i in range(len(self.no_underlyings)):
                pass
                self.no_underlyings[i]._fetch_instances()

            self.no_related_instruments_size._fetch_instances()
            for i in range(len(self.no_related_instruments)):
                pass
                self.no_related_instruments[i]._fetch_instances()



    class MdInstrumentDefinitionRepo58(KaitaiStruct):
        SEQ_FIELDS = ["block", "no_events_size", "no_events", "no_md_feed_types_size", "no_md_feed_types", "no_inst_attrib_size", "no_inst_attrib", "no_lot_type_rules_size", "no_lot_type_rules", "no_underlyings_size", "no_underlyings", "no_related_instruments_size", "no_related_instruments", "no_broken_dates_size", "no_broken_dates"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdInstrumentDefinitionRepo58, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.Repo58Block(self.version, _io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_events_size']['start'] = self._io.pos()
            self.no_events_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_events_size._read()
            self._debug['no_events_size']['end'] = self._io.pos()
            self._debug['no_events']['start'] = self._io.pos()
            self._debug['no_events']['arr'] = []
            self._raw_no_events = []
            self.no_events = []
            for i in range(self.no_events_size.num_in_group):
                self._debug['no_events']['arr'].append({'start': self._io.pos()})
                self._raw_no_events.append(self._io.read_bytes(self.no_events_size.block_length))
                _io__raw_no_events = KaitaiStream(BytesIO(self._raw_no_events[i]))
                _t_no_events = Mdp3.EventEntry(_io__raw_no_events, self, self._root)
                try:
                    _t_no_events._read()
                finally:
                    self.no_events.append(_t_no_events)
                self._debug['no_events']['arr'][i]['end'] = self._io.pos()

            self._debug['no_events']['end'] = self._io.pos()
            self._debug['no_md_feed_types_size']['start'] = self._io.pos()
            self.no_md_feed_types_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_feed_types_size._read()
            self._debug['no_md_feed_types_size']['end'] = self._io.pos()
            self._debug['no_md_feed_types']['start'] = self._io.pos()
            self._debug['no_md_feed_types']['arr'] = []
            self._raw_no_md_feed_types = []
            self.no_md_feed_types = []
            for i in range(self.no_md_feed_types_size.num_in_group):
                self._debug['no_md_feed_types']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_feed_types.append(self._io.read_bytes(self.no_md_feed_types_size.block_length))
                _io__raw_no_md_feed_types = KaitaiStream(BytesIO(self._raw_no_md_feed_types[i]))
                _t_no_md_feed_types = Mdp3.MdFeedTypeEntry(_io__raw_no_md_feed_types, self, self._root)
                try:
                    _t_no_md_feed_types._read()
                finally:
                    self.no_md_feed_types.append(_t_no_md_feed_types)
                self._debug['no_md_feed_types']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_feed_types']['end'] = self._io.pos()
            self._debug['no_inst_attrib_size']['start'] = self._io.pos()
            self.no_inst_attrib_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_inst_attrib_size._read()
            self._debug['no_inst_attrib_size']['end'] = self._io.pos()
            self._debug['no_inst_attrib']['start'] = self._io.pos()
            self._debug['no_inst_attrib']['arr'] = []
            self._raw_no_inst_attrib = []
            self.no_inst_attrib = []
            for i in range(self.no_inst_attrib_size.num_in_group):
                self._debug['no_inst_attrib']['arr'].append({'start': self._io.pos()})
                self._raw_no_inst_attrib.append(self._io.read_bytes(self.no_inst_attrib_size.block_length))
                _io__raw_no_inst_attrib = KaitaiStream(BytesIO(self._raw_no_inst_attrib[i]))
                _t_no_inst_attrib = Mdp3.InstAttribEntry(_io__raw_no_inst_attrib, self, self._root)
                try:
                    _t_no_inst_attrib._read()
                finally:
                    self.no_inst_attrib.append(_t_no_inst_attrib)
                self._debug['no_inst_attrib']['arr'][i]['end'] = self._io.pos()

            self._debug['no_inst_attrib']['end'] = self._io.pos()
            self._debug['no_lot_type_rules_size']['start'] = self._io.pos()
            self.no_lot_type_rules_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_lot_type_rules_size._read()
            self._debug['no_lot_type_rules_size']['end'] = self._io.pos()
            self._debug['no_lot_type_rules']['start'] = self._io.pos()
            self._debug['no_lot_type_rules']['arr'] = []
            self._raw_no_lot_type_rules = []
            self.no_lot_type_rules = []
            for i in range(self.no_lot_type_rules_size.num_in_group):
                self._debug['no_lot_type_rules']['arr'].append({'start': self._io.pos()})
                self._raw_no_lot_type_rules.append(self._io.read_bytes(self.no_lot_type_rules_size.block_length))
                _io__raw_no_lot_type_rules = KaitaiStream(BytesIO(self._raw_no_lot_type_rules[i]))
                _t_no_lot_type_rules = Mdp3.LotTypeRuleEntry(_io__raw_no_lot_type_rules, self, self._root)
                try:
                    _t_no_lot_type_rules._read()
                finally:
                    self.no_lot_type_rules.append(_t_no_lot_type_rules)
                self._debug['no_lot_type_rules']['arr'][i]['end'] = self._io.pos()

            self._debug['no_lot_type_rules']['end'] = self._io.pos()
            self._debug['no_underlyings_size']['start'] = self._io.pos()
            self.no_underlyings_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_underlyings_size._read()
            self._debug['no_underlyings_size']['end'] = self._io.pos()
            self._debug['no_underlyings']['start'] = self._io.pos()
            self._debug['no_underlyings']['arr'] = []
            self._raw_no_underlyings = []
            self.no_underlyings = []
            for i in range(self.no_underlyings_size.num_in_group):
                self._debug['no_underlyings']['arr'].append({'start': self._io.pos()})
                self._raw_no_underlyings.append(self._io.read_bytes(self.no_underlyings_size.block_length))
                _io__raw_no_underlyings = KaitaiStream(BytesIO(self._raw_no_underlyings[i]))
                _t_no_underlyings = Mdp3.Underlying58Entry(self.version, _io__raw_no_underlyings, self, self._root)
                try:
                    _t_no_underlyings._read()
                finally:
                    self.no_underlyings.append(_t_no_underlyings)
                self._debug['no_underlyings']['arr'][i]['end'] = self._io.pos()

            self._debug['no_underlyings']['end'] = self._io.pos()
            self._debug['no_related_instruments_size']['start'] = self._io.pos()
            self.no_related_instruments_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_related_instruments_size._read()
            self._debug['no_related_instruments_size']['end'] = self._io.pos()
            self._debug['no_related_instruments']['start'] = self._io.pos()
            self._debug['no_related_instruments']['arr'] = []
            self._raw_no_related_instruments = []
            self.no_related_instruments = []
            for i in range(self.no_related_instruments_size.num_in_group):
                self._debug['no_related_instruments']['arr'].append({'start': self._io.pos()})
                self._raw_no_related_instruments.append(self._io.read_bytes(self.no_related_instruments_size.block_length))
                _io__raw_no_related_instruments = KaitaiStream(BytesIO(self._raw_no_related_instruments[i]))
                _t_no_related_instruments = Mdp3.RelatedInstrument58Entry(_io__raw_no_related_instruments, self, self._root)
                try:
                    _t_no_related_instruments._read()
                finally:
                    self.no_related_instruments.append(_t_no_related_instruments)
                self._debug['no_related_instruments']['arr'][i]['end'] = self._io.pos()

            self._debug['no_related_instruments']['end'] = self._io.pos()
            if self.version >= 13:
                pass
                self._debug['no_broken_dates_size']['start'] = self._io.pos()
                self.no_broken_dates_size = Mdp3.GroupSize(self._io, self, self._root)
                self.no_broken_dates_size._read()
                self._debug['no_broken_dates_size']['end'] = self._io.pos()

            if self.version >= 13:
                pass
                self._debug['no_broken_dates']['start'] = self._io.pos()
                self._debug['no_broken_dates']['arr'] = []
                self._raw_no_broken_dates = []
                self.no_broken_dates = []
                for i in range(self.no_broken_dates_size.num_in_group):
                    self._debug['no_broken_dates']['arr'].append({'start': self._io.pos()})
                    self._raw_no_broken_dates.append(self._io.read_bytes(self.no_broken_dates_size.block_length))
                    _io__raw_no_broken_dates = KaitaiStream(BytesIO(self._raw_no_broken_dates[i]))
                    _t_no_broken_dates = Mdp3.BrokenDateEntry(_io__raw_no_broken_dates, self, self._root)
                    try:
                        _t_no_broken_dates._read()
                    finally:
                        self.no_broken_dates.append(_t_no_broken_dates)
                    self._debug['no_broken_dates']['arr'][i]['end'] = self._io.pos()

                self._debug['no_broken_dates']['end'] = self._io.pos()



        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_events_size._fetch_instances()
            for i in range(len(self.no_events)):
                pass
                self.no_events[i]._fetch_instances()

            self.no_md_feed_types_size._fetch_instances()
            for i in range(len(self.no_md_feed_types)):
                pass
                self.no_md_feed_types[i]._fetch_instances()

            self.no_inst_attrib_size._fetch_instances()
            for i in range(len(self.no_inst_attrib)):
                pass
                self.no_inst_attrib[i]._fetch_instances()

            self.no_lot_type_rules_size._fetch_instances()
            for i in range(len(self.no_lot_type_rules)):
                pass
                self.no_lot_type_rules[i]._fetch_instances()

            self.no_underlyings_size._fetch_instances()
            for i in range(len(self.no_underlyings)):
                pass
                self.no_underlyings[i]._fetch_instances()

            self.no_related_instruments_size._fetch_instances()
            for i in range(len(self.no_related_instruments)):
                pass
                self.no_related_instruments[i]._fetch_instances()

            if self.version >= 13:
                pass
                self.no_broken_dates_size._fetch_instances()

            if self.version >= 13:
                pass
                for i in range(len(self.no_broken_dates)):
                    pass
                    self.no_broken_dates[i]._fetch_instances()




    class MdInstrumentDefinitionSpread29(KaitaiStruct):
        SEQ_FIELDS = ["block", "no_events_size", "no_events", "no_md_feed_types_size", "no_md_feed_types", "no_inst_attrib_size", "no_inst_attrib", "no_lot_type_rules_size", "no_lot_type_rules", "no_legs_size", "no_legs"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdInstrumentDefinitionSpread29, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.Spread29Block(self.version, _io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_events_size']['start'] = self._io.pos()
            self.no_events_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_events_size._read()
            self._debug['no_events_size']['end'] = self._io.pos()
            self._debug['no_events']['start'] = self._io.pos()
            self._debug['no_events']['arr'] = []
            self._raw_no_events = []
            self.no_events = []
            for i in range(self.no_events_size.num_in_group):
                self._debug['no_events']['arr'].append({'start': self._io.pos()})
                self._raw_no_events.append(self._io.read_bytes(self.no_events_size.block_length))
                _io__raw_no_events = KaitaiStream(BytesIO(self._raw_no_events[i]))
                _t_no_events = Mdp3.EventEntry(_io__raw_no_events, self, self._root)
                try:
                    _t_no_events._read()
                finally:
                    self.no_events.append(_t_no_events)
                self._debug['no_events']['arr'][i]['end'] = self._io.pos()

            self._debug['no_events']['end'] = self._io.pos()
            self._debug['no_md_feed_types_size']['start'] = self._io.pos()
            self.no_md_feed_types_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_feed_types_size._read()
            self._debug['no_md_feed_types_size']['end'] = self._io.pos()
            self._debug['no_md_feed_types']['start'] = self._io.pos()
            self._debug['no_md_feed_types']['arr'] = []
            self._raw_no_md_feed_types = []
            self.no_md_feed_types = []
            for i in range(self.no_md_feed_types_size.num_in_group):
                self._debug['no_md_feed_types']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_feed_types.append(self._io.read_bytes(self.no_md_feed_types_size.block_length))
                _io__raw_no_md_feed_types = KaitaiStream(BytesIO(self._raw_no_md_feed_types[i]))
                _t_no_md_feed_types = Mdp3.MdFeedTypeEntry(_io__raw_no_md_feed_types, self, self._root)
                try:
                    _t_no_md_feed_types._read()
                finally:
                    self.no_md_feed_types.append(_t_no_md_feed_types)
                self._debug['no_md_feed_types']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_feed_types']['end'] = self._io.pos()
            self._debug['no_inst_attrib_size']['start'] = self._io.pos()
            self.no_inst_attrib_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_inst_attrib_size._read()
            self._debug['no_inst_attrib_size']['end'] = self._io.pos()
            self._debug['no_inst_attrib']['start'] = self._io.pos()
            self._debug['no_inst_attrib']['arr'] = []
            self._raw_no_inst_attrib = []
            self.no_inst_attrib = []
            for i in range(self.no_inst_attrib_size.num_in_group):
                self._debug['no_inst_attrib']['arr'].append({'start': self._io.pos()})
                self._raw_no_inst_attrib.append(self._io.read_bytes(self.no_inst_attrib_size.block_length))
                _io__raw_no_inst_attrib = KaitaiStream(BytesIO(self._raw_no_inst_attrib[i]))
                _t_no_inst_attrib = Mdp3.InstAttribEntry(_io__raw_no_inst_attrib, self, self._root)
                try:
                    _t_no_inst_attrib._read()
                finally:
                    self.no_inst_attrib.append(_t_no_inst_attrib)
                self._debug['no_inst_attrib']['arr'][i]['end'] = self._io.pos()

            self._debug['no_inst_attrib']['end'] = self._io.pos()
            self._debug['no_lot_type_rules_size']['start'] = self._io.pos()
            self.no_lot_type_rules_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_lot_type_rules_size._read()
            self._debug['no_lot_type_rules_size']['end'] = self._io.pos()
            self._debug['no_lot_type_rules']['start'] = self._io.pos()
            self._debug['no_lot_type_rules']['arr'] = []
            self._raw_no_lot_type_rules = []
            self.no_lot_type_rules = []
            for i in range(self.no_lot_type_rules_size.num_in_group):
                self._debug['no_lot_type_rules']['arr'].append({'start': self._io.pos()})
                self._raw_no_lot_type_rules.append(self._io.read_bytes(self.no_lot_type_rules_size.block_length))
                _io__raw_no_lot_type_rules = KaitaiStream(BytesIO(self._raw_no_lot_type_rules[i]))
                _t_no_lot_type_rules = Mdp3.LotTypeRuleEntry(_io__raw_no_lot_type_rules, self, self._root)
                try:
                    _t_no_lot_type_rules._read()
                finally:
                    self.no_lot_type_rules.append(_t_no_lot_type_rules)
                self._debug['no_lot_type_rules']['arr'][i]['end'] = self._io.pos()

            self._debug['no_lot_type_rules']['end'] = self._io.pos()
            self._debug['no_legs_size']['start'] = self._io.pos()
            self.no_legs_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_legs_size._read()
            self._debug['no_legs_size']['end'] = self._io.pos()
            self._debug['no_legs']['start'] = self._io.pos()
            self._debug['no_legs']['arr'] = []
            self._raw_no_legs = []
            self.no_legs = []
            for i in range(self.no_legs_size.num_in_group):
                self._debug['no_legs']['arr'].append({'start': self._io.pos()})
                self._raw_no_legs.append(self._io.read_bytes(self.no_legs_size.block_length))
                _io__raw_no_legs = KaitaiStream(BytesIO(self._raw_no_legs[i]))
                _t_no_legs = Mdp3.Leg29Entry(_io__raw_no_legs, self, self._root)
                try:
                    _t_no_legs._read()
                finally:
                    self.no_legs.append(_t_no_legs)
                self._debug['no_legs']['arr'][i]['end'] = self._io.pos()

            self._debug['no_legs']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_events_size._fetch_instances()
            for i in range(len(self.no_events)):
                pass
                self.no_events[i]._fetch_instances()

            self.no_md_feed_types_size._fetch_instances()
            for i in range(len(self.no_md_feed_types)):
                pass
                self.no_md_feed_types[i]._fetch_instances()

            self.no_inst_attrib_size._fetch_instances()
            for i in range(len(self.no_inst_attrib)):
                pass
                self.no_inst_attrib[i]._fetch_instances()

            self.no_lot_type_rules_size._fetch_instances()
            for i in range(len(self.no_lot_type_rules)):
                pass
                self.no_lot_type_rules[i]._fetch_instances()

            self.no_legs_size._fetch_instances()
            for i in range(len(self.no_legs)):
                pass
                self.no_legs[i]._fetch_instances()



    class MdInstrumentDefinitionSpread56(KaitaiStruct):
        """Supersedes 29."""
        SEQ_FIELDS = ["block", "no_events_size", "no_events", "no_md_feed_types_size", "no_md_feed_types", "no_inst_attrib_size", "no_inst_attrib", "no_lot_type_rules_size", "no_lot_type_rules", "no_legs_size", "no_legs"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.MdInstrumentDefinitionSpread56, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.Spread56Block(self.version, _io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_events_size']['start'] = self._io.pos()
            self.no_events_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_events_size._read()
            self._debug['no_events_size']['end'] = self._io.pos()
            self._debug['no_events']['start'] = self._io.pos()
            self._debug['no_events']['arr'] = []
            self._raw_no_events = []
            self.no_events = []
            for i in range(self.no_events_size.num_in_group):
                self._debug['no_events']['arr'].append({'start': self._io.pos()})
                self._raw_no_events.append(self._io.read_bytes(self.no_events_size.block_length))
                _io__raw_no_events = KaitaiStream(BytesIO(self._raw_no_events[i]))
                _t_no_events = Mdp3.EventEntry(_io__raw_no_events, self, self._root)
                try:
                    _t_no_events._read()
                finally:
                    self.no_events.append(_t_no_events)
                self._debug['no_events']['arr'][i]['end'] = self._io.pos()

            self._debug['no_events']['end'] = self._io.pos()
            self._debug['no_md_feed_types_size']['start'] = self._io.pos()
            self.no_md_feed_types_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_feed_types_size._read()
            self._debug['no_md_feed_types_size']['end'] = self._io.pos()
            self._debug['no_md_feed_types']['start'] = self._io.pos()
            self._debug['no_md_feed_types']['arr'] = []
            self._raw_no_md_feed_types = []
            self.no_md_feed_types = []
            for i in range(self.no_md_feed_types_size.num_in_group):
                self._debug['no_md_feed_types']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_feed_types.append(self._io.read_bytes(self.no_md_feed_types_size.block_length))
                _io__raw_no_md_feed_types = KaitaiStream(BytesIO(self._raw_no_md_feed_types[i]))
                _t_no_md_feed_types = Mdp3.MdFeedTypeEntry(_io__raw_no_md_feed_types, self, self._root)
                try:
                    _t_no_md_feed_types._read()
                finally:
                    self.no_md_feed_types.append(_t_no_md_feed_types)
                self._debug['no_md_feed_types']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_feed_types']['end'] = self._io.pos()
            self._debug['no_inst_attrib_size']['start'] = self._io.pos()
            self.no_inst_attrib_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_inst_attrib_size._read()
            self._debug['no_inst_attrib_size']['end'] = self._io.pos()
            self._debug['no_inst_attrib']['start'] = self._io.pos()
            self._debug['no_inst_attrib']['arr'] = []
            self._raw_no_inst_attrib = []
            self.no_inst_attrib = []
            for i in range(self.no_inst_attrib_size.num_in_group):
                self._debug['no_inst_attrib']['arr'].append({'start': self._io.pos()})
                self._raw_no_inst_attrib.append(self._io.read_bytes(self.no_inst_attrib_size.block_length))
                _io__raw_no_inst_attrib = KaitaiStream(BytesIO(self._raw_no_inst_attrib[i]))
                _t_no_inst_attrib = Mdp3.InstAttribEntry(_io__raw_no_inst_attrib, self, self._root)
                try:
                    _t_no_inst_attrib._read()
                finally:
                    self.no_inst_attrib.append(_t_no_inst_attrib)
                self._debug['no_inst_attrib']['arr'][i]['end'] = self._io.pos()

            self._debug['no_inst_attrib']['end'] = self._io.pos()
            self._debug['no_lot_type_rules_size']['start'] = self._io.pos()
            self.no_lot_type_rules_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_lot_type_rules_size._read()
            self._debug['no_lot_type_rules_size']['end'] = self._io.pos()
            self._debug['no_lot_type_rules']['start'] = self._io.pos()
            self._debug['no_lot_type_rules']['arr'] = []
            self._raw_no_lot_type_rules = []
            self.no_lot_type_rules = []
            for i in range(self.no_lot_type_rules_size.num_in_group):
                self._debug['no_lot_type_rules']['arr'].append({'start': self._io.pos()})
                self._raw_no_lot_type_rules.append(self._io.read_bytes(self.no_lot_type_rules_size.block_length))
                _io__raw_no_lot_type_rules = KaitaiStream(BytesIO(self._raw_no_lot_type_rules[i]))
                _t_no_lot_type_rules = Mdp3.LotTypeRuleEntry(_io__raw_no_lot_type_rules, self, self._root)
                try:
                    _t_no_lot_type_rules._read()
                finally:
                    self.no_lot_type_rules.append(_t_no_lot_type_rules)
                self._debug['no_lot_type_rules']['arr'][i]['end'] = self._io.pos()

            self._debug['no_lot_type_rules']['end'] = self._io.pos()
            self._debug['no_legs_size']['start'] = self._io.pos()
            self.no_legs_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_legs_size._read()
            self._debug['no_legs_size']['end'] = self._io.pos()
            self._debug['no_legs']['start'] = self._io.pos()
            self._debug['no_legs']['arr'] = []
            self._raw_no_legs = []
            self.no_legs = []
            for i in range(self.no_legs_size.num_in_group):
                self._debug['no_legs']['arr'].append({'start': self._io.pos()})
                self._raw_no_legs.append(self._io.read_bytes(self.no_legs_size.block_length))
                _io__raw_no_legs = KaitaiStream(BytesIO(self._raw_no_legs[i]))
                _t_no_legs = Mdp3.Leg56Entry(_io__raw_no_legs, self, self._root)
                try:
                    _t_no_legs._read()
                finally:
                    self.no_legs.append(_t_no_legs)
                self._debug['no_legs']['arr'][i]['end'] = self._io.pos()

            self._debug['no_legs']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_events_size._fetch_instances()
            for i in range(len(self.no_events)):
                pass
                self.no_events[i]._fetch_instances()

            self.no_md_feed_types_size._fetch_instances()
            for i in range(len(self.no_md_feed_types)):
                pass
                self.no_md_feed_types[i]._fetch_instances()

            self.no_inst_attrib_size._fetch_instances()
            for i in range(len(self.no_inst_attrib)):
                pass
                self.no_inst_attrib[i]._fetch_instances()

            self.no_lot_type_rules_size._fetch_instances()
            for i in range(len(self.no_lot_type_rules)):
                pass
                self.no_lot_type_rules[i]._fetch_instances()

            self.no_legs_size._fetch_instances()
            for i in range(len(self.no_legs)):
                pass
                self.no_legs[i]._fetch_instances()



    class Option41Block(KaitaiStruct):
        SEQ_FIELDS = ["head", "put_or_call", "maturity_month_year", "currency", "strike_price", "strike_currency", "settl_currency", "min_cab_price", "match_algorithm", "min_trade_vol", "max_trade_vol", "min_price_increment", "min_price_increment_amount", "display_factor", "tick_rule", "main_fraction", "sub_fraction", "price_display_format", "unit_of_measure", "unit_of_measure_qty", "trading_reference_price", "settl_price_type", "cleared_volume", "open_interest_qty", "low_limit_price", "high_limit_price", "user_defined_instrument", "trading_reference_date"]
        def __init__(self, version, _io, _parent=None, _root=None):
            super(Mdp3.Option41Block, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Mdp3.InstrumentHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['put_or_call']['start'] = self._io.pos()
            self.put_or_call = KaitaiStream.resolve_enum(Mdp3.PutOrCall, self._io.read_u1())
            self._debug['put_or_call']['end'] = self._io.pos()
            self._debug['maturity_month_year']['start'] = self._io.pos()
            self.maturity_month_year = Mdp3.MaturityMonthYear(self._io, self, self._root)
            self.maturity_month_year._read()
            self._debug['maturity_month_year']['end'] = self._io.pos()
            self._debug['currency']['start'] = self._io.pos()
            self.currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['currency']['end'] = self._io.pos()
            self._debug['strike_price']['start'] = self._io.pos()
            self.strike_price = Mdp3.Pricenull7(self._io, self, self._root)
            self.strike_price._read()
            self._debug['strike_price']['end'] = self._io.pos()
            self._debug['strike_currency']['start'] = self._io.pos()
            self.strike_currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['strike_currency']['end'] = self._io.pos()
            self._debug['settl_currency']['start'] = self._io.pos()
            self.settl_currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['settl_currency']['end'] = self._io.pos()
            self._debug['min_cab_price']['start'] = self._io.pos()
            self.min_cab_price = Mdp3.Pricenull7(self._io, self, self._root)
            self.min_cab_price._read()
            self._debug['min_cab_price']['end'] = self._io.pos()
            self._debug['match_algorithm']['start'] = self._io.pos()
            self.match_algorithm = (KaitaiStream.bytes_terminate(self._io.read_bytes(1), 0, False)).decode(u"ISO-8859-1")
            self._debug['match_algorithm']['end'] = self._io.pos()
            self._debug['min_trade_vol']['start'] = self._io.pos()
            self.min_trade_vol = self._io.read_u4le()
            self._debug['min_trade_vol']['end'] = self._io.pos()
            self._debug['max_trade_vol']['start'] = self._io.pos()
            self.max_trade_vol = self._io.read_u4le()
            self._debug['max_trade_vol']['end'] = self._io.pos()
            self._debug['min_price_increment']['start'] = self._io.pos()
            self.min_price_increment = Mdp3.Pricenull7(self._io, self, self._root)
            self.min_price_increment._read()
            self._debug['min_price_increment']['end'] = self._io.pos()
            self._debug['min_price_increment_amount']['start'] = self._io.pos()
            self.min_price_increment_amount = Mdp3.Pricenull7(self._io, self, self._root)
            self.min_price_increment_amount._read()
            self._debug['min_price_increment_amount']['end'] = self._io.pos()
            self._debug['display_factor']['start'] = self._io.pos()
            self.display_factor = Mdp3.Decimal7(self._io, self, self._root)
            self.display_factor._read()
            self._debug['display_factor']['end'] = self._io.pos()
            self._debug['tick_rule']['start'] = self._io.pos()
            self.tick_rule = self._io.read_s1()
            self._debug['tick_rule']['end'] = self._io.pos()
            self._debug['main_fraction']['start'] = self._io.pos()
            self.main_fraction = self._io.read_u1()
            self._debug['main_fraction']['end'] = self._io.pos()
            self._debug['sub_fraction']['start'] = self._io.pos()
            self.sub_fraction = self._io.read_u1()
            self._debug['sub_fraction']['end'] = self._io.pos()
            self._debug['price_display_format']['start'] = self._io.pos()
            self.price_display_format = self._io.read_u1()
            self._debug['price_display_format']['end'] = self._io.pos()
            self._debug['unit_of_measure']['start'] = self._io.pos()
            self.unit_of_measure = (KaitaiStream.bytes_terminate(self._io.read_bytes(30), 0, False)).decode(u"ISO-8859-1")
            self._debug['unit_of_measure']['end'] = self._io.pos()
            self._debug['unit_of_measure_qty']['start'] = self._io.pos()
            self.unit_of_measure_qty = Mdp3.Pricenull7(self._io, self, self._root)
            self.unit_of_measure_qty._read()
            self._debug['unit_of_measure_qty']['end'] = self._io.pos()
            self._debug['trading_reference_price']['start'] = self._io.pos()
            self.trading_reference_price = Mdp3.Pricenull7(self._io, self, self._root)
            self.trading_reference_price._read()
            self._debug['trading_reference_price']['end'] = self._io.pos()
            self._debug['settl_price_type']['start'] = self._io.pos()
            self.settl_price_type = Mdp3.SettlPriceType(self._io, self, self._root)
            self.settl_price_type._read()
            self._debug['settl_price_type']['end'] = self._io.pos()
            self._debug['cleared_volume']['start'] = self._io.pos()
            self.cleared_volume = self._io.read_s4le()
            self._debug['cleared_volume']['end'] = self._io.pos()
            self._debug['open_interest_qty']['start'] = self._io.pos()
            self.open_interest_qty = self._io.read_s4le()
            self._debug['open_interest_qty']['end'] = self._io.pos()
            self._debug['low_limit_price']['start'] = self._io.pos()
            self.low_limit_price = Mdp3.Pricenull7(self._io, self, self._root)
            self.low_limit_price._read()
            self._debug['low_limit_price']['end'] = self._io.pos()
            self._debug['high_limit_price']['start'] = self._io.pos()
            self.high_limit_price = Mdp3.Pricenull7(self._io, self, self._root)
            self.high_limit_price._read()
            self._debug['high_limit_price']['end'] = self._io.pos()
            self._debug['user_defined_instrument']['start'] = self._io.pos()
            self.user_defined_instrument = (KaitaiStream.bytes_terminate(self._io.read_bytes(1), 0, False)).decode(u"ISO-8859-1")
            self._debug['user_defined_instrument']['end'] = self._io.pos()
            if self.version >= 6:
                pass
                self._debug['trading_reference_date']['start'] = self._io.pos()
                self.trading_reference_date = self._io.read_u2le()
                self._debug['trading_reference_date']['end'] = self._io.pos()



        def _fetch_instances(self):
            pass
            self.head._fetch_instances()
            self.maturity_month_year._fetch_instances()
            self.strike_price._fetch_instances()
            self.min_cab_price._fetch_instances()
            self.min_price_increment._fetch_instances()
            self.min_price_increment_amount._fetch_instances()
            self.display_factor._fetch_instances()
            self.unit_of_measure_qty._fetch_instances()
            self.trading_reference_price._fetch_instances()
            self.settl_price_type._fetch_instances()
            self.low_limit_price._fetch_instances()
            self.high_limit_price._fetch_instances()
            if self.version >= 6:
                pass



    class Option55Block(KaitaiStruct):
        SEQ_FIELDS = ["head", "put_or_call", "maturity_month_year", "currency", "strike_price", "strike_currency", "settl_currency", "min_cab_price", "match_algorithm", "min_trade_vol", "max_trade_vol", "min_price_increment", "min_price_increment_amount", "display_factor", "tick_rule", "main_fraction", "sub_fraction", "price_display_format", "unit_of_measure", "unit_of_measure_qty", "trading_reference_price", "settl_price_type", "cleared_volume", "open_interest_qty", "low_limit_price", "high_limit_price", "user_defined_instrument", "trading_reference_date", "instrument_guid"]
        def __init__(self, version, _io, _parent=None, _root=None):
            super(Mdp3.Option55Block, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Mdp3.InstrumentHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['put_or_call']['start'] = self._io.pos()
            self.put_or_call = KaitaiStream.resolve_enum(Mdp3.PutOrCall, self._io.read_u1())
            self._debug['put_or_call']['end'] = self._io.pos()
            self._debug['maturity_month_year']['start'] = self._io.pos()
            self.maturity_month_year = Mdp3.MaturityMonthYear(self._io, self, self._root)
            self.maturity_month_year._read()
            self._debug['maturity_month_year']['end'] = self._io.pos()
            self._debug['currency']['start'] = self._io.pos()
            self.currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['currency']['end'] = self._io.pos()
            self._debug['strike_price']['start'] = self._io.pos()
            self.strike_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.strike_price._read()
            self._debug['strike_price']['end'] = self._io.pos()
            self._debug['strike_currency']['start'] = self._io.pos()
            self.strike_currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['strike_currency']['end'] = self._io.pos()
            self._debug['settl_currency']['start'] = self._io.pos()
            self.settl_currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['settl_currency']['end'] = self._io.pos()
            self._debug['min_cab_price']['start'] = self._io.pos()
            self.min_cab_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.min_cab_price._read()
            self._debug['min_cab_price']['end'] = self._io.pos()
            self._debug['match_algorithm']['start'] = self._io.pos()
            self.match_algorithm = (KaitaiStream.bytes_terminate(self._io.read_bytes(1), 0, False)).decode(u"ISO-8859-1")
            self._debug['match_algorithm']['end'] = self._io.pos()
            self._debug['min_trade_vol']['start'] = self._io.pos()
            self.min_trade_vol = self._io.read_u4le()
            self._debug['min_trade_vol']['end'] = self._io.pos()
            self._debug['max_trade_vol']['start'] = self._io.pos()
            self.max_trade_vol = self._io.read_u4le()
            self._debug['max_trade_vol']['end'] = self._io.pos()
            self._debug['min_price_increment']['start'] = self._io.pos()
            self.min_price_increment = Mdp3.Pricenull9(self._io, self, self._root)
            self.min_price_increment._read()
            self._debug['min_price_increment']['end'] = self._io.pos()
            self._debug['min_price_increment_amount']['start'] = self._io.pos()
            self.min_price_increment_amount = Mdp3.Pricenull9(self._io, self, self._root)
            self.min_price_increment_amount._read()
            self._debug['min_price_increment_amount']['end'] = self._io.pos()
            self._debug['display_factor']['start'] = self._io.pos()
            self.display_factor = Mdp3.Decimal9(self._io, self, self._root)
            self.display_factor._read()
            self._debug['display_factor']['end'] = self._io.pos()
            self._debug['tick_rule']['start'] = self._io.pos()
            self.tick_rule = self._io.read_s1()
            self._debug['tick_rule']['end'] = self._io.pos()
            self._debug['main_fraction']['start'] = self._io.pos()
            self.main_fraction = self._io.read_u1()
            self._debug['main_fraction']['end'] = self._io.pos()
            self._debug['sub_fraction']['start'] = self._io.pos()
            self.sub_fraction = self._io.read_u1()
            self._debug['sub_fraction']['end'] = self._io.pos()
            self._debug['price_display_format']['start'] = self._io.pos()
            self.price_display_format = self._io.read_u1()
            self._debug['price_display_format']['end'] = self._io.pos()
            self._debug['unit_of_measure']['start'] = self._io.pos()
            self.unit_of_measure = (KaitaiStream.bytes_terminate(self._io.read_bytes(30), 0, False)).decode(u"ISO-8859-1")
            self._debug['unit_of_measure']['end'] = self._io.pos()
            self._debug['unit_of_measure_qty']['start'] = self._io.pos()
            self.unit_of_measure_qty = Mdp3.Decimalnull9(self._io, self, self._root)
            self.unit_of_measure_qty._read()
            self._debug['unit_of_measure_qty']['end'] = self._io.pos()
            self._debug['trading_reference_price']['start'] = self._io.pos()
            self.trading_reference_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.trading_reference_price._read()
            self._debug['trading_reference_price']['end'] = self._io.pos()
            self._debug['settl_price_type']['start'] = self._io.pos()
            self.settl_price_type = Mdp3.SettlPriceType(self._io, self, self._root)
            self.settl_price_type._read()
            self._debug['settl_price_type']['end'] = self._io.pos()
            self._debug['cleared_volume']['start'] = self._io.pos()
            self.cleared_volume = self._io.read_s4le()
            self._debug['cleared_volume']['end'] = self._io.pos()
            self._debug['open_interest_qty']['start'] = self._io.pos()
            self.open_interest_qty = self._io.read_s4le()
            self._debug['open_interest_qty']['end'] = self._io.pos()
            self._debug['low_limit_price']['start'] = self._io.pos()
            self.low_limit_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.low_limit_price._read()
            self._debug['low_limit_price']['end'] = self._io.pos()
            self._debug['high_limit_price']['start'] = self._io.pos()
            self.high_limit_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.high_limit_price._read()
            self._debug['high_limit_price']['end'] = self._io.pos()
            self._debug['user_defined_instrument']['start'] = self._io.pos()
            self.user_defined_instrument = (KaitaiStream.bytes_terminate(self._io.read_bytes(1), 0, False)).decode(u"ISO-8859-1")
            self._debug['user_defined_instrument']['end'] = self._io.pos()
            self._debug['trading_reference_date']['start'] = self._io.pos()
            self.trading_reference_date = self._io.read_u2le()
            self._debug['trading_reference_date']['end'] = self._io.pos()
            if self.version >= 10:
                pass
                self._debug['instrument_guid']['start'] = self._io.pos()
                self.instrument_guid = self._io.read_u8le()
                self._debug['instrument_guid']['end'] = self._io.pos()



        def _fetch_instances(self):
            pass
            self.head._fetch_instances()
            self.maturity_month_year._fetch_instances()
            self.strike_price._fetch_instances()
            self.min_cab_price._fetch_instances()
            self.min_price_increment._fetch_instances()
            self.min_price_increment_amount._fetch_instances()
            self.display_factor._fetch_instances()
            self.unit_of_measure_qty._fetch_instances()
            self.trading_reference_price._fetch_instances()
            self.settl_price_type._fetch_instances()
            self.low_limit_price._fetch_instances()
            self.high_limit_price._fetch_instances()
            if self.version >= 10:
                pass



    class OrderBook43Entry(KaitaiStruct):
        SEQ_FIELDS = ["order_id", "md_order_priority", "md_entry_px", "md_display_qty", "security_id", "md_update_action", "md_entry_type"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.OrderBook43Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['order_id']['start'] = self._io.pos()
            self.order_id = self._io.read_u8le()
            self._debug['order_id']['end'] = self._io.pos()
            self._debug['md_order_priority']['start'] = self._io.pos()
            self.md_order_priority = self._io.read_u8le()
            self._debug['md_order_priority']['end'] = self._io.pos()
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Pricenull7(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_display_qty']['start'] = self._io.pos()
            self.md_display_qty = self._io.read_s4le()
            self._debug['md_display_qty']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['md_update_action']['start'] = self._io.pos()
            self.md_update_action = KaitaiStream.resolve_enum(Mdp3.MdUpdateAction, self._io.read_u1())
            self._debug['md_update_action']['end'] = self._io.pos()
            self._debug['md_entry_type']['start'] = self._io.pos()
            self.md_entry_type = KaitaiStream.resolve_enum(Mdp3.MdEntryTypeBook, self._io.read_u1())
            self._debug['md_entry_type']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()


    class OrderBook47Entry(KaitaiStruct):
        SEQ_FIELDS = ["order_id", "md_order_priority", "md_entry_px", "md_display_qty", "security_id", "md_update_action", "md_entry_type"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.OrderBook47Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['order_id']['start'] = self._io.pos()
            self.order_id = self._io.read_u8le()
            self._debug['order_id']['end'] = self._io.pos()
            self._debug['md_order_priority']['start'] = self._io.pos()
            self.md_order_priority = self._io.read_u8le()
            self._debug['md_order_priority']['end'] = self._io.pos()
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Pricenull9(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_display_qty']['start'] = self._io.pos()
            self.md_display_qty = self._io.read_s4le()
            self._debug['md_display_qty']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['md_update_action']['start'] = self._io.pos()
            self.md_update_action = KaitaiStream.resolve_enum(Mdp3.MdUpdateAction, self._io.read_u1())
            self._debug['md_update_action']['end'] = self._io.pos()
            self._debug['md_entry_type']['start'] = self._io.pos()
            self.md_entry_type = KaitaiStream.resolve_enum(Mdp3.MdEntryTypeBook, self._io.read_u1())
            self._debug['md_entry_type']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()


    class OrderIdEntry(KaitaiStruct):
        """What happened to one order behind a level of the first group."""
        SEQ_FIELDS = ["order_id", "md_order_priority", "md_display_qty", "reference_id", "order_update_action"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.OrderIdEntry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['order_id']['start'] = self._io.pos()
            self.order_id = self._io.read_u8le()
            self._debug['order_id']['end'] = self._io.pos()
            self._debug['md_order_priority']['start'] = self._io.pos()
            self.md_order_priority = self._io.read_u8le()
            self._debug['md_order_priority']['end'] = self._io.pos()
            self._debug['md_display_qty']['start'] = self._io.pos()
            self.md_display_qty = self._io.read_s4le()
            self._debug['md_display_qty']['end'] = self._io.pos()
            self._debug['reference_id']['start'] = self._io.pos()
            self.reference_id = self._io.read_u1()
            self._debug['reference_id']['end'] = self._io.pos()
            self._debug['order_update_action']['start'] = self._io.pos()
            self.order_update_action = KaitaiStream.resolve_enum(Mdp3.OrderUpdateAction, self._io.read_u1())
            self._debug['order_update_action']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass


    class Price7(KaitaiStruct):
        """Prices of the templates below 46."""
        SEQ_FIELDS = ["mantissa"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Price7, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['mantissa']['start'] = self._io.pos()
            self.mantissa = self._io.read_s8le()
            self._debug['mantissa']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass

        @property
        def exponent(self):
            if hasattr(self, '_m_exponent'):
                return self._m_exponent

            self._m_exponent = -7
            return getattr(self, '_m_exponent', None)


    class Price9(KaitaiStruct):
        SEQ_FIELDS = ["mantissa"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Price9, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['mantissa']['start'] = self._io.pos()
            self.mantissa = self._io.read_s8le()
            self._debug['mantissa']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass

        @property
        def exponent(self):
            if hasattr(self, '_m_exponent'):
                return self._m_exponent

            self._m_exponent = -9
            return getattr(self, '_m_exponent', None)


    class Pricenull7(KaitaiStruct):
        SEQ_FIELDS = ["mantissa"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Pricenull7, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['mantissa']['start'] = self._io.pos()
            self.mantissa = self._io.read_s8le()
            self._debug['mantissa']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass

        @property
        def exponent(self):
            if hasattr(self, '_m_exponent'):
                return self._m_exponent

            self._m_exponent = -7
            return getattr(self, '_m_exponent', None)


    class Pricenull9(KaitaiStruct):
        SEQ_FIELDS = ["mantissa"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Pricenull9, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['mantissa']['start'] = self._io.pos()
            self.mantissa = self._io.read_s8le()
            self._debug['mantissa']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass

        @property
        def exponent(self):
            if hasattr(self, '_m_exponent'):
                return self._m_exponent

            self._m_exponent = -9
            return getattr(self, '_m_exponent', None)


    class QuoteRequest39(KaitaiStruct):
        SEQ_FIELDS = ["block", "no_related_sym_size", "no_related_sym"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.QuoteRequest39, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.QuoteRequest39Block(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_related_sym_size']['start'] = self._io.pos()
            self.no_related_sym_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_related_sym_size._read()
            self._debug['no_related_sym_size']['end'] = self._io.pos()
            self._debug['no_related_sym']['start'] = self._io.pos()
            self._debug['no_related_sym']['arr'] = []
            self._raw_no_related_sym = []
            self.no_related_sym = []
            for i in range(self.no_related_sym_size.num_in_group):
                self._debug['no_related_sym']['arr'].append({'start': self._io.pos()})
                self._raw_no_related_sym.append(self._io.read_bytes(self.no_related_sym_size.block_length))
                _io__raw_no_related_sym = KaitaiStream(BytesIO(self._raw_no_related_sym[i]))
                _t_no_related_sym = Mdp3.QuoteRequest39Entry(_io__raw_no_related_sym, self, self._root)
                try:
                    _t_no_related_sym._read()
                finally:
                    self.no_related_sym.append(_t_no_related_sym)
                self._debug['no_related_sym']['arr'][i]['end'] = self._io.pos()

            self._debug['no_related_sym']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_related_sym_size._fetch_instances()
            for i in range(len(self.no_related_sym)):
                pass
                self.no_related_sym[i]._fetch_instances()



    class QuoteRequest39Block(KaitaiStruct):
        SEQ_FIELDS = ["transact_time", "quote_req_id", "match_event_indicator"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.QuoteRequest39Block, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['transact_time']['start'] = self._io.pos()
            self.transact_time = self._io.read_u8le()
            self._debug['transact_time']['end'] = self._io.pos()
            self._debug['quote_req_id']['start'] = self._io.pos()
            self.quote_req_id = (KaitaiStream.bytes_terminate(self._io.read_bytes(23), 0, False)).decode(u"ISO-8859-1")
            self._debug['quote_req_id']['end'] = self._io.pos()
            self._debug['match_event_indicator']['start'] = self._io.pos()
            self.match_event_indicator = Mdp3.MatchEventIndicator(self._io, self, self._root)
            self.match_event_indicator._read()
            self._debug['match_event_indicator']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.match_event_indicator._fetch_instances()


    class QuoteRequest39Entry(KaitaiStruct):
        SEQ_FIELDS = ["symbol", "security_id", "order_qty", "quote_type", "side"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.QuoteRequest39Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['symbol']['start'] = self._io.pos()
            self.symbol = (KaitaiStream.bytes_terminate(self._io.read_bytes(20), 0, False)).decode(u"ISO-8859-1")
            self._debug['symbol']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['order_qty']['start'] = self._io.pos()
            self.order_qty = self._io.read_s4le()
            self._debug['order_qty']['end'] = self._io.pos()
            self._debug['quote_type']['start'] = self._io.pos()
            self.quote_type = self._io.read_s1()
            self._debug['quote_type']['end'] = self._io.pos()
            self._debug['side']['start'] = self._io.pos()
            self.side = self._io.read_s1()
            self._debug['side']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass


    class RefreshBlock(KaitaiStruct):
        """Root of the incremental messages."""
        SEQ_FIELDS = ["transact_time", "match_event_indicator"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.RefreshBlock, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['transact_time']['start'] = self._io.pos()
            self.transact_time = self._io.read_u8le()
            self._debug['transact_time']['end'] = self._io.pos()
            self._debug['match_event_indicator']['start'] = self._io.pos()
            self.match_event_indicator = Mdp3.MatchEventIndicator(self._io, self, self._root)
            self.match_event_indicator._read()
            self._debug['match_event_indicator']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.match_event_indicator._fetch_instances()


    class RelatedInstrument58Entry(KaitaiStruct):
        SEQ_FIELDS = ["related_security_id", "related_symbol", "related_instrument_guid"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.RelatedInstrument58Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['related_security_id']['start'] = self._io.pos()
            self.related_security_id = self._io.read_s4le()
            self._debug['related_security_id']['end'] = self._io.pos()
            self._debug['related_symbol']['start'] = self._io.pos()
            self.related_symbol = (KaitaiStream.bytes_terminate(self._io.read_bytes(20), 0, False)).decode(u"ISO-8859-1")
            self._debug['related_symbol']['end'] = self._io.pos()
            self._debug['related_instrument_guid']['start'] = self._io.pos()
            self.related_instrument_guid = self._io.read_u8le()
            self._debug['related_instrument_guid']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass

        @property
        def related_security_id_source(self):
            if hasattr(self, '_m_related_security_id_source'):
                return self._m_related_security_id_source

            self._m_related_security_id_source = 56
            return getattr(self, '_m_related_security_id_source', None)


    class RelatedInstrumentEntry(KaitaiStruct):
        SEQ_FIELDS = ["related_security_id", "related_symbol"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.RelatedInstrumentEntry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['related_security_id']['start'] = self._io.pos()
            self.related_security_id = self._io.read_s4le()
            self._debug['related_security_id']['end'] = self._io.pos()
            self._debug['related_symbol']['start'] = self._io.pos()
            self.related_symbol = (KaitaiStream.bytes_terminate(self._io.read_bytes(20), 0, False)).decode(u"ISO-8859-1")
            self._debug['related_symbol']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass

        @property
        def related_security_id_source(self):
            if hasattr(self, '_m_related_security_id_source'):
                return self._m_related_security_id_source

            self._m_related_security_id_source = 56
            return getattr(self, '_m_related_security_id_source', None)


    class Repo58Block(KaitaiStruct):
        SEQ_FIELDS = ["head", "currency", "settl_currency", "match_algorithm", "min_trade_vol", "max_trade_vol", "min_price_increment", "display_factor", "unit_of_measure", "unit_of_measure_qty", "trading_reference_price", "trading_reference_date", "high_limit_price", "low_limit_price", "max_price_variation", "financial_instrument_full_name", "party_role_clearing_org", "start_date", "end_date", "termination_type", "security_sub_type", "money_or_par", "max_no_of_substitutions", "price_quote_method", "user_defined_instrument", "risk_set", "market_set", "instrument_guid", "term_code", "broken_date_term_type"]
        def __init__(self, version, _io, _parent=None, _root=None):
            super(Mdp3.Repo58Block, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Mdp3.InstrumentHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['currency']['start'] = self._io.pos()
            self.currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['currency']['end'] = self._io.pos()
            self._debug['settl_currency']['start'] = self._io.pos()
            self.settl_currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['settl_currency']['end'] = self._io.pos()
            self._debug['match_algorithm']['start'] = self._io.pos()
            self.match_algorithm = (KaitaiStream.bytes_terminate(self._io.read_bytes(1), 0, False)).decode(u"ISO-8859-1")
            self._debug['match_algorithm']['end'] = self._io.pos()
            self._debug['min_trade_vol']['start'] = self._io.pos()
            self.min_trade_vol = self._io.read_u4le()
            self._debug['min_trade_vol']['end'] = self._io.pos()
            self._debug['max_trade_vol']['start'] = self._io.pos()
            self.max_trade_vol = self._io.read_u4le()
            self._debug['max_trade_vol']['end'] = self._io.pos()
            self._debug['min_price_increment']['start'] = self._io.pos()
            self.min_price_increment = Mdp3.Price9(self._io, self, self._root)
            self.min_price_increment._read()
            self._debug['min_price_increment']['end'] = self._io.pos()
            self._debug['display_factor']['start'] = self._io.pos()
            self.display_factor = Mdp3.Decimal9(self._io, self, self._root)
            self.display_factor._read()
            self._debug['display_factor']['end'] = self._io.pos()
            self._debug['unit_of_measure']['start'] = self._io.pos()
            self.unit_of_measure = (KaitaiStream.bytes_terminate(self._io.read_bytes(30), 0, False)).decode(u"ISO-8859-1")
            self._debug['unit_of_measure']['end'] = self._io.pos()
            self._debug['unit_of_measure_qty']['start'] = self._io.pos()
            self.unit_of_measure_qty = Mdp3.Decimalnull9(self._io, self, self._root)
            self.unit_of_measure_qty._read()
            self._debug['unit_of_measure_qty']['end'] = self._io.pos()
            self._debug['trading_reference_price']['start'] = self._io.pos()
            self.trading_reference_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.trading_reference_price._read()
            self._debug['trading_reference_price']['end'] = self._io.pos()
            self._debug['trading_reference_date']['start'] = self._io.pos()
            self.trading_reference_date = self._io.read_u2le()
            self._debug['trading_reference_date']['end'] = self._io.pos()
            self._debug['high_limit_price']['start'] = self._io.pos()
            self.high_limit_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.high_limit_price._read()
            self._debug['high_limit_price']['end'] = self._io.pos()
            self._debug['low_limit_price']['start'] = self._io.pos()
            self.low_limit_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.low_limit_price._read()
            self._debug['low_limit_price']['end'] = self._io.pos()
            self._debug['max_price_variation']['start'] = self._io.pos()
            self.max_price_variation = Mdp3.Pricenull9(self._io, self, self._root)
            self.max_price_variation._read()
            self._debug['max_price_variation']['end'] = self._io.pos()
            self._debug['financial_instrument_full_name']['start'] = self._io.pos()
            self.financial_instrument_full_name = (KaitaiStream.bytes_terminate(self._io.read_bytes(35), 0, False)).decode(u"ISO-8859-1")
            self._debug['financial_instrument_full_name']['end'] = self._io.pos()
            self._debug['party_role_clearing_org']['start'] = self._io.pos()
            self.party_role_clearing_org = (KaitaiStream.bytes_terminate(self._io.read_bytes(5), 0, False)).decode(u"ISO-8859-1")
            self._debug['party_role_clearing_org']['end'] = self._io.pos()
            self._debug['start_date']['start'] = self._io.pos()
            self.start_date = self._io.read_u2le()
            self._debug['start_date']['end'] = self._io.pos()
            self._debug['end_date']['start'] = self._io.pos()
            self.end_date = self._io.read_u2le()
            self._debug['end_date']['end'] = self._io.pos()
            self._debug['termination_type']['start'] = self._io.pos()
            self.termination_type = (KaitaiStream.bytes_terminate(self._io.read_bytes(8), 0, False)).decode(u"ISO-8859-1")
            self._debug['termination_type']['end'] = self._io.pos()
            self._debug['security_sub_type']['start'] = self._io.pos()
            self.security_sub_type = KaitaiStream.resolve_enum(Mdp3.RepoSubType, self._io.read_u1())
            self._debug['security_sub_type']['end'] = self._io.pos()
            self._debug['money_or_par']['start'] = self._io.pos()
            self.money_or_par = KaitaiStream.resolve_enum(Mdp3.MoneyOrPar, self._io.read_u1())
            self._debug['money_or_par']['end'] = self._io.pos()
            self._debug['max_no_of_substitutions']['start'] = self._io.pos()
            self.max_no_of_substitutions = self._io.read_u1()
            self._debug['max_no_of_substitutions']['end'] = self._io.pos()
            self._debug['price_quote_method']['start'] = self._io.pos()
            self.price_quote_method = (KaitaiStream.bytes_terminate(self._io.read_bytes(5), 0, False)).decode(u"ISO-8859-1")
            self._debug['price_quote_method']['end'] = self._io.pos()
            self._debug['user_defined_instrument']['start'] = self._io.pos()
            self.user_defined_instrument = (KaitaiStream.bytes_terminate(self._io.read_bytes(1), 0, False)).decode(u"ISO-8859-1")
            self._debug['user_defined_instrument']['end'] = self._io.pos()
            self._debug['risk_set']['start'] = self._io.pos()
            self.risk_set = (KaitaiStream.bytes_terminate(self._io.read_bytes(6), 0, False)).decode(u"ISO-8859-1")
            self._debug['risk_set']['end'] = self._io.pos()
            self._debug['market_set']['start'] = self._io.pos()
            self.market_set = (KaitaiStream.bytes_terminate(self._io.read_bytes(6), 0, False)).decode(u"ISO-8859-1")
            self._debug['market_set']['end'] = self._io.pos()
            self._debug['instrument_guid']['start'] = self._io.pos()
            self.instrument_guid = self._io.read_u8le()
            self._debug['instrument_guid']['end'] = self._io.pos()
            if self.version >= 11:
                pass
                self._debug['term_code']['start'] = self._io.pos()
                self.term_code = (KaitaiStream.bytes_terminate(self._io.read_bytes(20), 0, False)).decode(u"ISO-8859-1")
                self._debug['term_code']['end'] = self._io.pos()

            if self.version >= 13:
                pass
                self._debug['broken_date_term_type']['start'] = self._io.pos()
                self.broken_date_term_type = self._io.read_u1()
                self._debug['broken_date_term_type']['end'] = self._io.pos()



        def _fetch_instances(self):
            pass
            self.head._fetch_instances()
            self.min_price_increment._fetch_instances()
            self.display_factor._fetch_instances()
            self.unit_of_measure_qty._fetch_instances()
            self.trading_reference_price._fetch_instances()
            self.high_limit_price._fetch_instances()
            self.low_limit_price._fetch_instances()
            self.max_price_variation._fetch_instances()
            if self.version >= 11:
                pass

            if self.version >= 13:
                pass



    class SecurityStatus30(KaitaiStruct):
        """Of one instrument, of all of an asset, or of a whole security group."""
        SEQ_FIELDS = ["block"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.SecurityStatus30, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.SecurityStatus30Block(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()


    class SecurityStatus30Block(KaitaiStruct):
        SEQ_FIELDS = ["transact_time", "security_group", "asset", "security_id", "trade_date", "match_event_indicator", "security_trading_status", "halt_reason", "security_trading_event"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.SecurityStatus30Block, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['transact_time']['start'] = self._io.pos()
            self.transact_time = self._io.read_u8le()
            self._debug['transact_time']['end'] = self._io.pos()
            self._debug['security_group']['start'] = self._io.pos()
            self.security_group = (KaitaiStream.bytes_terminate(self._io.read_bytes(6), 0, False)).decode(u"ISO-8859-1")
            self._debug['security_group']['end'] = self._io.pos()
            self._debug['asset']['start'] = self._io.pos()
            self.asset = (KaitaiStream.bytes_terminate(self._io.read_bytes(6), 0, False)).decode(u"ISO-8859-1")
            self._debug['asset']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['trade_date']['start'] = self._io.pos()
            self.trade_date = self._io.read_u2le()
            self._debug['trade_date']['end'] = self._io.pos()
            self._debug['match_event_indicator']['start'] = self._io.pos()
            self.match_event_indicator = Mdp3.MatchEventIndicator(self._io, self, self._root)
            self.match_event_indicator._read()
            self._debug['match_event_indicator']['end'] = self._io.pos()
            self._debug['security_trading_status']['start'] = self._io.pos()
            self.security_trading_status = KaitaiStream.resolve_enum(Mdp3.SecurityTradingStatus, self._io.read_u1())
            self._debug['security_trading_status']['end'] = self._io.pos()
            self._debug['halt_reason']['start'] = self._io.pos()
            self.halt_reason = KaitaiStream.resolve_enum(Mdp3.HaltReason, self._io.read_u1())
            self._debug['halt_reason']['end'] = self._io.pos()
            self._debug['security_trading_event']['start'] = self._io.pos()
            self.security_trading_event = KaitaiStream.resolve_enum(Mdp3.SecurityTradingEvent, self._io.read_u1())
            self._debug['security_trading_event']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.match_event_indicator._fetch_instances()


    class SecurityStatusWorkup60(KaitaiStruct):
        SEQ_FIELDS = ["block", "no_order_id_entries_size", "no_order_id_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.SecurityStatusWorkup60, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.SecurityStatusWorkup60Block(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_order_id_entries_size']['start'] = self._io.pos()
            self.no_order_id_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_order_id_entries_size._read()
            self._debug['no_order_id_entries_size']['end'] = self._io.pos()
            self._debug['no_order_id_entries']['start'] = self._io.pos()
            self._debug['no_order_id_entries']['arr'] = []
            self._raw_no_order_id_entries = []
            self.no_order_id_entries = []
            for i in range(self.no_order_id_entries_size.num_in_group):
                self._debug['no_order_id_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_order_id_entries.append(self._io.read_bytes(self.no_order_id_entries_size.block_length))
                _io__raw_no_order_id_entries = KaitaiStream(BytesIO(self._raw_no_order_id_entries[i]))
                _t_no_order_id_entries = Mdp3.WorkupOrderEntry(_io__raw_no_order_id_entries, self, self._root)
                try:
                    _t_no_order_id_entries._read()
                finally:
                    self.no_order_id_entries.append(_t_no_order_id_entries)
                self._debug['no_order_id_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_order_id_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_order_id_entries_size._fetch_instances()
            for i in range(len(self.no_order_id_entries)):
                pass
                self.no_order_id_entries[i]._fetch_instances()



    class SecurityStatusWorkup60Block(KaitaiStruct):
        SEQ_FIELDS = ["transact_time", "md_entry_px", "security_id", "match_event_indicator", "trade_date", "trade_link_id", "security_trading_status", "halt_reason", "security_trading_event"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.SecurityStatusWorkup60Block, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['transact_time']['start'] = self._io.pos()
            self.transact_time = self._io.read_u8le()
            self._debug['transact_time']['end'] = self._io.pos()
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Pricenull9(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['match_event_indicator']['start'] = self._io.pos()
            self.match_event_indicator = Mdp3.MatchEventIndicator(self._io, self, self._root)
            self.match_event_indicator._read()
            self._debug['match_event_indicator']['end'] = self._io.pos()
            self._debug['trade_date']['start'] = self._io.pos()
            self.trade_date = self._io.read_u2le()
            self._debug['trade_date']['end'] = self._io.pos()
            self._debug['trade_link_id']['start'] = self._io.pos()
            self.trade_link_id = self._io.read_u4le()
            self._debug['trade_link_id']['end'] = self._io.pos()
            self._debug['security_trading_status']['start'] = self._io.pos()
            self.security_trading_status = KaitaiStream.resolve_enum(Mdp3.WorkupTradingStatus, self._io.read_u1())
            self._debug['security_trading_status']['end'] = self._io.pos()
            self._debug['halt_reason']['start'] = self._io.pos()
            self.halt_reason = KaitaiStream.resolve_enum(Mdp3.HaltReason, self._io.read_u1())
            self._debug['halt_reason']['end'] = self._io.pos()
            self._debug['security_trading_event']['start'] = self._io.pos()
            self.security_trading_event = KaitaiStream.resolve_enum(Mdp3.SecurityTradingEvent, self._io.read_u1())
            self._debug['security_trading_event']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()
            self.match_event_indicator._fetch_instances()


    class SessionStatistics35Entry(KaitaiStruct):
        SEQ_FIELDS = ["md_entry_px", "security_id", "rpt_seq", "open_close_settl_flag", "md_update_action", "md_entry_type", "md_entry_size"]
        def __init__(self, version, _io, _parent=None, _root=None):
            super(Mdp3.SessionStatistics35Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Price7(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['rpt_seq']['start'] = self._io.pos()
            self.rpt_seq = self._io.read_u4le()
            self._debug['rpt_seq']['end'] = self._io.pos()
            self._debug['open_close_settl_flag']['start'] = self._io.pos()
            self.open_close_settl_flag = KaitaiStream.resolve_enum(Mdp3.OpenCloseSettlFlag, self._io.read_u1())
            self._debug['open_close_settl_flag']['end'] = self._io.pos()
            self._debug['md_update_action']['start'] = self._io.pos()
            self.md_update_action = KaitaiStream.resolve_enum(Mdp3.MdUpdateAction, self._io.read_u1())
            self._debug['md_update_action']['end'] = self._io.pos()
            self._debug['md_entry_type']['start'] = self._io.pos()
            self.md_entry_type = KaitaiStream.resolve_enum(Mdp3.MdEntryTypeStatistics, self._io.read_u1())
            self._debug['md_entry_type']['end'] = self._io.pos()
            if self.version >= 8:
                pass
                self._debug['md_entry_size']['start'] = self._io.pos()
                self.md_entry_size = self._io.read_s4le()
                self._debug['md_entry_size']['end'] = self._io.pos()



        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()
            if self.version >= 8:
                pass



    class SessionStatistics51Entry(KaitaiStruct):
        SEQ_FIELDS = ["md_entry_px", "security_id", "rpt_seq", "open_close_settl_flag", "md_update_action", "md_entry_type", "md_entry_size"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.SessionStatistics51Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Price9(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['rpt_seq']['start'] = self._io.pos()
            self.rpt_seq = self._io.read_u4le()
            self._debug['rpt_seq']['end'] = self._io.pos()
            self._debug['open_close_settl_flag']['start'] = self._io.pos()
            self.open_close_settl_flag = KaitaiStream.resolve_enum(Mdp3.OpenCloseSettlFlag, self._io.read_u1())
            self._debug['open_close_settl_flag']['end'] = self._io.pos()
            self._debug['md_update_action']['start'] = self._io.pos()
            self.md_update_action = KaitaiStream.resolve_enum(Mdp3.MdUpdateAction, self._io.read_u1())
            self._debug['md_update_action']['end'] = self._io.pos()
            self._debug['md_entry_type']['start'] = self._io.pos()
            self.md_entry_type = KaitaiStream.resolve_enum(Mdp3.MdEntryTypeStatistics, self._io.read_u1())
            self._debug['md_entry_type']['end'] = self._io.pos()
            self._debug['md_entry_size']['start'] = self._io.pos()
            self.md_entry_size = self._io.read_s4le()
            self._debug['md_entry_size']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()


    class SessionStatistics67Entry(KaitaiStruct):
        SEQ_FIELDS = ["md_entry_px", "md_entry_size", "security_id", "rpt_seq", "open_close_settl_flag", "md_update_action", "md_entry_type"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.SessionStatistics67Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Price9(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_entry_size']['start'] = self._io.pos()
            self.md_entry_size = self._io.read_u8le()
            self._debug['md_entry_size']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['rpt_seq']['start'] = self._io.pos()
            self.rpt_seq = self._io.read_u4le()
            self._debug['rpt_seq']['end'] = self._io.pos()
            self._debug['open_close_settl_flag']['start'] = self._io.pos()
            self.open_close_settl_flag = KaitaiStream.resolve_enum(Mdp3.OpenCloseSettlFlag, self._io.read_u1())
            self._debug['open_close_settl_flag']['end'] = self._io.pos()
            self._debug['md_update_action']['start'] = self._io.pos()
            self.md_update_action = KaitaiStream.resolve_enum(Mdp3.MdUpdateAction, self._io.read_u1())
            self._debug['md_update_action']['end'] = self._io.pos()
            self._debug['md_entry_type']['start'] = self._io.pos()
            self.md_entry_type = KaitaiStream.resolve_enum(Mdp3.MdEntryTypeStatistics, self._io.read_u1())
            self._debug['md_entry_type']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()


    class SettlPriceType(KaitaiStruct):
        """The last bit makes the whole set null."""
        SEQ_FIELDS = ["final_daily", "actual", "rounded", "intraday", "reserved_4", "reserved_5", "reserved_6", "null_value"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.SettlPriceType, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['final_daily']['start'] = self._io.pos()
            self.final_daily = self._io.read_bits_int_le(1) != 0
            self._debug['final_daily']['end'] = self._io.pos()
            self._debug['actual']['start'] = self._io.pos()
            self.actual = self._io.read_bits_int_le(1) != 0
            self._debug['actual']['end'] = self._io.pos()
            self._debug['rounded']['start'] = self._io.pos()
            self.rounded = self._io.read_bits_int_le(1) != 0
            self._debug['rounded']['end'] = self._io.pos()
            self._debug['intraday']['start'] = self._io.pos()
            self.intraday = self._io.read_bits_int_le(1) != 0
            self._debug['intraday']['end'] = self._io.pos()
            self._debug['reserved_4']['start'] = self._io.pos()
            self.reserved_4 = self._io.read_bits_int_le(1) != 0
            self._debug['reserved_4']['end'] = self._io.pos()
            self._debug['reserved_5']['start'] = self._io.pos()
            self.reserved_5 = self._io.read_bits_int_le(1) != 0
            self._debug['reserved_5']['end'] = self._io.pos()
            self._debug['reserved_6']['start'] = self._io.pos()
            self.reserved_6 = self._io.read_bits_int_le(1) != 0
            self._debug['reserved_6']['end'] = self._io.pos()
            self._debug['null_value']['start'] = self._io.pos()
            self.null_value = self._io.read_bits_int_le(1) != 0
            self._debug['null_value']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass


    class Snapshot38Block(KaitaiStruct):
        SEQ_FIELDS = ["last_msg_seq_num_processed", "tot_num_reports", "security_id", "rpt_seq", "transact_time", "last_update_time", "trade_date", "md_security_trading_status", "high_limit_price", "low_limit_price", "max_price_variation"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Snapshot38Block, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['last_msg_seq_num_processed']['start'] = self._io.pos()
            self.last_msg_seq_num_processed = self._io.read_u4le()
            self._debug['last_msg_seq_num_processed']['end'] = self._io.pos()
            self._debug['tot_num_reports']['start'] = self._io.pos()
            self.tot_num_reports = self._io.read_u4le()
            self._debug['tot_num_reports']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['rpt_seq']['start'] = self._io.pos()
            self.rpt_seq = self._io.read_u4le()
            self._debug['rpt_seq']['end'] = self._io.pos()
            self._debug['transact_time']['start'] = self._io.pos()
            self.transact_time = self._io.read_u8le()
            self._debug['transact_time']['end'] = self._io.pos()
            self._debug['last_update_time']['start'] = self._io.pos()
            self.last_update_time = self._io.read_u8le()
            self._debug['last_update_time']['end'] = self._io.pos()
            self._debug['trade_date']['start'] = self._io.pos()
            self.trade_date = self._io.read_u2le()
            self._debug['trade_date']['end'] = self._io.pos()
            self._debug['md_security_trading_status']['start'] = self._io.pos()
            self.md_security_trading_status = KaitaiStream.resolve_enum(Mdp3.SecurityTradingStatus, self._io.read_u1())
            self._debug['md_security_trading_status']['end'] = self._io.pos()
            self._debug['high_limit_price']['start'] = self._io.pos()
            self.high_limit_price = Mdp3.Pricenull7(self._io, self, self._root)
            self.high_limit_price._read()
            self._debug['high_limit_price']['end'] = self._io.pos()
            self._debug['low_limit_price']['start'] = self._io.pos()
            self.low_limit_price = Mdp3.Pricenull7(self._io, self, self._root)
            self.low_limit_price._read()
            self._debug['low_limit_price']['end'] = self._io.pos()
            self._debug['max_price_variation']['start'] = self._io.pos()
            self.max_price_variation = Mdp3.Pricenull7(self._io, self, self._root)
            self.max_price_variation._read()
            self._debug['max_price_variation']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.high_limit_price._fetch_instances()
            self.low_limit_price._fetch_instances()
            self.max_price_variation._fetch_instances()


    class Snapshot38Entry(KaitaiStruct):
        SEQ_FIELDS = ["md_entry_px", "md_entry_size", "number_of_orders", "md_price_level", "trading_reference_date", "open_close_settl_flag", "settl_price_type", "md_entry_type"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Snapshot38Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Pricenull7(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_entry_size']['start'] = self._io.pos()
            self.md_entry_size = self._io.read_s4le()
            self._debug['md_entry_size']['end'] = self._io.pos()
            self._debug['number_of_orders']['start'] = self._io.pos()
            self.number_of_orders = self._io.read_s4le()
            self._debug['number_of_orders']['end'] = self._io.pos()
            self._debug['md_price_level']['start'] = self._io.pos()
            self.md_price_level = self._io.read_s1()
            self._debug['md_price_level']['end'] = self._io.pos()
            self._debug['trading_reference_date']['start'] = self._io.pos()
            self.trading_reference_date = self._io.read_u2le()
            self._debug['trading_reference_date']['end'] = self._io.pos()
            self._debug['open_close_settl_flag']['start'] = self._io.pos()
            self.open_close_settl_flag = KaitaiStream.resolve_enum(Mdp3.OpenCloseSettlFlag, self._io.read_u1())
            self._debug['open_close_settl_flag']['end'] = self._io.pos()
            self._debug['settl_price_type']['start'] = self._io.pos()
            self.settl_price_type = Mdp3.SettlPriceType(self._io, self, self._root)
            self.settl_price_type._read()
            self._debug['settl_price_type']['end'] = self._io.pos()
            self._debug['md_entry_type']['start'] = self._io.pos()
            self.md_entry_type = KaitaiStream.resolve_enum(Mdp3.MdEntryType, self._io.read_u1())
            self._debug['md_entry_type']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()
            self.settl_price_type._fetch_instances()


    class Snapshot52Entry(KaitaiStruct):
        SEQ_FIELDS = ["md_entry_px", "md_entry_size", "number_of_orders", "md_price_level", "trading_reference_date", "open_close_settl_flag", "settl_price_type", "md_entry_type"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Snapshot52Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Pricenull9(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_entry_size']['start'] = self._io.pos()
            self.md_entry_size = self._io.read_s4le()
            self._debug['md_entry_size']['end'] = self._io.pos()
            self._debug['number_of_orders']['start'] = self._io.pos()
            self.number_of_orders = self._io.read_s4le()
            self._debug['number_of_orders']['end'] = self._io.pos()
            self._debug['md_price_level']['start'] = self._io.pos()
            self.md_price_level = self._io.read_s1()
            self._debug['md_price_level']['end'] = self._io.pos()
            self._debug['trading_reference_date']['start'] = self._io.pos()
            self.trading_reference_date = self._io.read_u2le()
            self._debug['trading_reference_date']['end'] = self._io.pos()
            self._debug['open_close_settl_flag']['start'] = self._io.pos()
            self.open_close_settl_flag = KaitaiStream.resolve_enum(Mdp3.OpenCloseSettlFlag, self._io.read_u1())
            self._debug['open_close_settl_flag']['end'] = self._io.pos()
            self._debug['settl_price_type']['start'] = self._io.pos()
            self.settl_price_type = Mdp3.SettlPriceType(self._io, self, self._root)
            self.settl_price_type._read()
            self._debug['settl_price_type']['end'] = self._io.pos()
            self._debug['md_entry_type']['start'] = self._io.pos()
            self.md_entry_type = KaitaiStream.resolve_enum(Mdp3.MdEntryType, self._io.read_u1())
            self._debug['md_entry_type']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()
            self.settl_price_type._fetch_instances()


    class Snapshot61Entry(KaitaiStruct):
        SEQ_FIELDS = ["md_entry_px", "md_entry_size", "tradeable_size", "number_of_orders", "md_price_level", "open_close_settl_flag", "md_entry_type", "trading_reference_date", "settl_price_type"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Snapshot61Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Pricenull9(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_entry_size']['start'] = self._io.pos()
            self.md_entry_size = self._io.read_s4le()
            self._debug['md_entry_size']['end'] = self._io.pos()
            self._debug['tradeable_size']['start'] = self._io.pos()
            self.tradeable_size = self._io.read_s4le()
            self._debug['tradeable_size']['end'] = self._io.pos()
            self._debug['number_of_orders']['start'] = self._io.pos()
            self.number_of_orders = self._io.read_s4le()
            self._debug['number_of_orders']['end'] = self._io.pos()
            self._debug['md_price_level']['start'] = self._io.pos()
            self.md_price_level = self._io.read_s1()
            self._debug['md_price_level']['end'] = self._io.pos()
            self._debug['open_close_settl_flag']['start'] = self._io.pos()
            self.open_close_settl_flag = KaitaiStream.resolve_enum(Mdp3.OpenCloseSettlFlag, self._io.read_u1())
            self._debug['open_close_settl_flag']['end'] = self._io.pos()
            self._debug['md_entry_type']['start'] = self._io.pos()
            self.md_entry_type = KaitaiStream.resolve_enum(Mdp3.MdEntryType, self._io.read_u1())
            self._debug['md_entry_type']['end'] = self._io.pos()
            self._debug['trading_reference_date']['start'] = self._io.pos()
            self.trading_reference_date = self._io.read_u2le()
            self._debug['trading_reference_date']['end'] = self._io.pos()
            self._debug['settl_price_type']['start'] = self._io.pos()
            self.settl_price_type = Mdp3.SettlPriceType(self._io, self, self._root)
            self.settl_price_type._read()
            self._debug['settl_price_type']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()
            self.settl_price_type._fetch_instances()


    class SnapshotBlock(KaitaiStruct):
        """Root of 52 and 69."""
        SEQ_FIELDS = ["last_msg_seq_num_processed", "tot_num_reports", "security_id", "rpt_seq", "transact_time", "last_update_time", "trade_date", "md_security_trading_status", "high_limit_price", "low_limit_price", "max_price_variation"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.SnapshotBlock, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['last_msg_seq_num_processed']['start'] = self._io.pos()
            self.last_msg_seq_num_processed = self._io.read_u4le()
            self._debug['last_msg_seq_num_processed']['end'] = self._io.pos()
            self._debug['tot_num_reports']['start'] = self._io.pos()
            self.tot_num_reports = self._io.read_u4le()
            self._debug['tot_num_reports']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['rpt_seq']['start'] = self._io.pos()
            self.rpt_seq = self._io.read_u4le()
            self._debug['rpt_seq']['end'] = self._io.pos()
            self._debug['transact_time']['start'] = self._io.pos()
            self.transact_time = self._io.read_u8le()
            self._debug['transact_time']['end'] = self._io.pos()
            self._debug['last_update_time']['start'] = self._io.pos()
            self.last_update_time = self._io.read_u8le()
            self._debug['last_update_time']['end'] = self._io.pos()
            self._debug['trade_date']['start'] = self._io.pos()
            self.trade_date = self._io.read_u2le()
            self._debug['trade_date']['end'] = self._io.pos()
            self._debug['md_security_trading_status']['start'] = self._io.pos()
            self.md_security_trading_status = KaitaiStream.resolve_enum(Mdp3.SecurityTradingStatus, self._io.read_u1())
            self._debug['md_security_trading_status']['end'] = self._io.pos()
            self._debug['high_limit_price']['start'] = self._io.pos()
            self.high_limit_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.high_limit_price._read()
            self._debug['high_limit_price']['end'] = self._io.pos()
            self._debug['low_limit_price']['start'] = self._io.pos()
            self.low_limit_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.low_limit_price._read()
            self._debug['low_limit_price']['end'] = self._io.pos()
            self._debug['max_price_variation']['start'] = self._io.pos()
            self.max_price_variation = Mdp3.Pricenull9(self._io, self, self._root)
            self.max_price_variation._read()
            self._debug['max_price_variation']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.high_limit_price._fetch_instances()
            self.low_limit_price._fetch_instances()
            self.max_price_variation._fetch_instances()


    class SnapshotFullRefresh38(KaitaiStruct):
        """One instrument of the recovery loop, levels and statistics."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.SnapshotFullRefresh38, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.Snapshot38Block(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.Snapshot38Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class SnapshotFullRefresh52(KaitaiStruct):
        """Supersedes 38."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.SnapshotFullRefresh52, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.SnapshotBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.Snapshot52Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class SnapshotFullRefreshLongQty69(KaitaiStruct):
        """52 with quantities of 64 bits."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.SnapshotFullRefreshLongQty69, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.SnapshotBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.SnapshotLongQtyEntry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class SnapshotFullRefreshOrderBook44(KaitaiStruct):
        """Orders of one instrument, in chunks; bids and offers alternate from the best."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.SnapshotFullRefreshOrderBook44, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.SnapshotOrderBookBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.SnapshotOrderBook44Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class SnapshotFullRefreshOrderBook53(KaitaiStruct):
        """Supersedes 44."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.SnapshotFullRefreshOrderBook53, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.SnapshotOrderBookBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.SnapshotOrderBook53Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class SnapshotFullRefreshTcp61(KaitaiStruct):
        """Snapshot of the conflated TCP feed."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.SnapshotFullRefreshTcp61, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.SnapshotTcpBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.Snapshot61Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class SnapshotFullRefreshTcpLongQty68(KaitaiStruct):
        """61 with quantities of 64 bits."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.SnapshotFullRefreshTcpLongQty68, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.SnapshotTcpBlock(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.SnapshotLongQtyEntry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class SnapshotLongQtyEntry(KaitaiStruct):
        """Of 68 and 69."""
        SEQ_FIELDS = ["md_entry_px", "md_entry_size", "number_of_orders", "md_price_level", "open_close_settl_flag", "md_entry_type"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.SnapshotLongQtyEntry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Pricenull9(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_entry_size']['start'] = self._io.pos()
            self.md_entry_size = self._io.read_u8le()
            self._debug['md_entry_size']['end'] = self._io.pos()
            self._debug['number_of_orders']['start'] = self._io.pos()
            self.number_of_orders = self._io.read_s4le()
            self._debug['number_of_orders']['end'] = self._io.pos()
            self._debug['md_price_level']['start'] = self._io.pos()
            self.md_price_level = self._io.read_u1()
            self._debug['md_price_level']['end'] = self._io.pos()
            self._debug['open_close_settl_flag']['start'] = self._io.pos()
            self.open_close_settl_flag = KaitaiStream.resolve_enum(Mdp3.OpenCloseSettlFlag, self._io.read_u1())
            self._debug['open_close_settl_flag']['end'] = self._io.pos()
            self._debug['md_entry_type']['start'] = self._io.pos()
            self.md_entry_type = KaitaiStream.resolve_enum(Mdp3.MdEntryType, self._io.read_u1())
            self._debug['md_entry_type']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()


    class SnapshotOrderBook44Entry(KaitaiStruct):
        SEQ_FIELDS = ["order_id", "md_order_priority", "md_entry_px", "md_display_qty", "md_entry_type"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.SnapshotOrderBook44Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['order_id']['start'] = self._io.pos()
            self.order_id = self._io.read_u8le()
            self._debug['order_id']['end'] = self._io.pos()
            self._debug['md_order_priority']['start'] = self._io.pos()
            self.md_order_priority = self._io.read_u8le()
            self._debug['md_order_priority']['end'] = self._io.pos()
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Price7(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_display_qty']['start'] = self._io.pos()
            self.md_display_qty = self._io.read_s4le()
            self._debug['md_display_qty']['end'] = self._io.pos()
            self._debug['md_entry_type']['start'] = self._io.pos()
            self.md_entry_type = KaitaiStream.resolve_enum(Mdp3.MdEntryTypeBook, self._io.read_u1())
            self._debug['md_entry_type']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()


    class SnapshotOrderBook53Entry(KaitaiStruct):
        SEQ_FIELDS = ["order_id", "md_order_priority", "md_entry_px", "md_display_qty", "md_entry_type"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.SnapshotOrderBook53Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['order_id']['start'] = self._io.pos()
            self.order_id = self._io.read_u8le()
            self._debug['order_id']['end'] = self._io.pos()
            self._debug['md_order_priority']['start'] = self._io.pos()
            self.md_order_priority = self._io.read_u8le()
            self._debug['md_order_priority']['end'] = self._io.pos()
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Price9(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_display_qty']['start'] = self._io.pos()
            self.md_display_qty = self._io.read_s4le()
            self._debug['md_display_qty']['end'] = self._io.pos()
            self._debug['md_entry_type']['start'] = self._io.pos()
            self.md_entry_type = KaitaiStream.resolve_enum(Mdp3.MdEntryTypeBook, self._io.read_u1())
            self._debug['md_entry_type']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()


    class SnapshotOrderBookBlock(KaitaiStruct):
        """Root of 44 and 53."""
        SEQ_FIELDS = ["last_msg_seq_num_processed", "tot_num_reports", "security_id", "no_chunks", "current_chunk", "transact_time"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.SnapshotOrderBookBlock, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['last_msg_seq_num_processed']['start'] = self._io.pos()
            self.last_msg_seq_num_processed = self._io.read_u4le()
            self._debug['last_msg_seq_num_processed']['end'] = self._io.pos()
            self._debug['tot_num_reports']['start'] = self._io.pos()
            self.tot_num_reports = self._io.read_u4le()
            self._debug['tot_num_reports']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['no_chunks']['start'] = self._io.pos()
            self.no_chunks = self._io.read_u4le()
            self._debug['no_chunks']['end'] = self._io.pos()
            self._debug['current_chunk']['start'] = self._io.pos()
            self.current_chunk = self._io.read_u4le()
            self._debug['current_chunk']['end'] = self._io.pos()
            self._debug['transact_time']['start'] = self._io.pos()
            self.transact_time = self._io.read_u8le()
            self._debug['transact_time']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass


    class SnapshotRefreshTopOrders59(KaitaiStruct):
        """The first orders of a book."""
        SEQ_FIELDS = ["block", "no_md_entries_size", "no_md_entries"]
        def __init__(self, block_length, version, _io, _parent=None, _root=None):
            super(Mdp3.SnapshotRefreshTopOrders59, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.block_length = block_length
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['block']['start'] = self._io.pos()
            self._raw_block = self._io.read_bytes(self.block_length)
            _io__raw_block = KaitaiStream(BytesIO(self._raw_block))
            self.block = Mdp3.TopOrders59Block(_io__raw_block, self, self._root)
            self.block._read()
            self._debug['block']['end'] = self._io.pos()
            self._debug['no_md_entries_size']['start'] = self._io.pos()
            self.no_md_entries_size = Mdp3.GroupSize(self._io, self, self._root)
            self.no_md_entries_size._read()
            self._debug['no_md_entries_size']['end'] = self._io.pos()
            self._debug['no_md_entries']['start'] = self._io.pos()
            self._debug['no_md_entries']['arr'] = []
            self._raw_no_md_entries = []
            self.no_md_entries = []
            for i in range(self.no_md_entries_size.num_in_group):
                self._debug['no_md_entries']['arr'].append({'start': self._io.pos()})
                self._raw_no_md_entries.append(self._io.read_bytes(self.no_md_entries_size.block_length))
                _io__raw_no_md_entries = KaitaiStream(BytesIO(self._raw_no_md_entries[i]))
                _t_no_md_entries = Mdp3.TopOrders59Entry(_io__raw_no_md_entries, self, self._root)
                try:
                    _t_no_md_entries._read()
                finally:
                    self.no_md_entries.append(_t_no_md_entries)
                self._debug['no_md_entries']['arr'][i]['end'] = self._io.pos()

            self._debug['no_md_entries']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.block._fetch_instances()
            self.no_md_entries_size._fetch_instances()
            for i in range(len(self.no_md_entries)):
                pass
                self.no_md_entries[i]._fetch_instances()



    class SnapshotTcpBlock(KaitaiStruct):
        """Root of 61 and 68."""
        SEQ_FIELDS = ["transact_time", "match_event_indicator", "security_id", "high_limit_price", "low_limit_price", "max_price_variation"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.SnapshotTcpBlock, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['transact_time']['start'] = self._io.pos()
            self.transact_time = self._io.read_u8le()
            self._debug['transact_time']['end'] = self._io.pos()
            self._debug['match_event_indicator']['start'] = self._io.pos()
            self.match_event_indicator = Mdp3.MatchEventIndicator(self._io, self, self._root)
            self.match_event_indicator._read()
            self._debug['match_event_indicator']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['high_limit_price']['start'] = self._io.pos()
            self.high_limit_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.high_limit_price._read()
            self._debug['high_limit_price']['end'] = self._io.pos()
            self._debug['low_limit_price']['start'] = self._io.pos()
            self.low_limit_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.low_limit_price._read()
            self._debug['low_limit_price']['end'] = self._io.pos()
            self._debug['max_price_variation']['start'] = self._io.pos()
            self.max_price_variation = Mdp3.Pricenull9(self._io, self, self._root)
            self.max_price_variation._read()
            self._debug['max_price_variation']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.match_event_indicator._fetch_instances()
            self.high_limit_price._fetch_instances()
            self.low_limit_price._fetch_instances()
            self.max_price_variation._fetch_instances()


    class Spread29Block(KaitaiStruct):
        SEQ_FIELDS = ["head", "maturity_month_year", "currency", "security_sub_type", "user_defined_instrument", "match_algorithm", "min_trade_vol", "max_trade_vol", "min_price_increment", "display_factor", "price_display_format", "price_ratio", "tick_rule", "unit_of_measure", "trading_reference_price", "settl_price_type", "open_interest_qty", "cleared_volume", "high_limit_price", "low_limit_price", "max_price_variation", "main_fraction", "sub_fraction", "trading_reference_date"]
        def __init__(self, version, _io, _parent=None, _root=None):
            super(Mdp3.Spread29Block, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Mdp3.InstrumentHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['maturity_month_year']['start'] = self._io.pos()
            self.maturity_month_year = Mdp3.MaturityMonthYear(self._io, self, self._root)
            self.maturity_month_year._read()
            self._debug['maturity_month_year']['end'] = self._io.pos()
            self._debug['currency']['start'] = self._io.pos()
            self.currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['currency']['end'] = self._io.pos()
            self._debug['security_sub_type']['start'] = self._io.pos()
            self.security_sub_type = (KaitaiStream.bytes_terminate(self._io.read_bytes(5), 0, False)).decode(u"ISO-8859-1")
            self._debug['security_sub_type']['end'] = self._io.pos()
            self._debug['user_defined_instrument']['start'] = self._io.pos()
            self.user_defined_instrument = (KaitaiStream.bytes_terminate(self._io.read_bytes(1), 0, False)).decode(u"ISO-8859-1")
            self._debug['user_defined_instrument']['end'] = self._io.pos()
            self._debug['match_algorithm']['start'] = self._io.pos()
            self.match_algorithm = (KaitaiStream.bytes_terminate(self._io.read_bytes(1), 0, False)).decode(u"ISO-8859-1")
            self._debug['match_algorithm']['end'] = self._io.pos()
            self._debug['min_trade_vol']['start'] = self._io.pos()
            self.min_trade_vol = self._io.read_u4le()
            self._debug['min_trade_vol']['end'] = self._io.pos()
            self._debug['max_trade_vol']['start'] = self._io.pos()
            self.max_trade_vol = self._io.read_u4le()
            self._debug['max_trade_vol']['end'] = self._io.pos()
            self._debug['min_price_increment']['start'] = self._io.pos()
            self.min_price_increment = Mdp3.Price7(self._io, self, self._root)
            self.min_price_increment._read()
            self._debug['min_price_increment']['end'] = self._io.pos()
            self._debug['display_factor']['start'] = self._io.pos()
            self.display_factor = Mdp3.Decimal7(self._io, self, self._root)
            self.display_factor._read()
            self._debug['display_factor']['end'] = self._io.pos()
            self._debug['price_display_format']['start'] = self._io.pos()
            self.price_display_format = self._io.read_u1()
            self._debug['price_display_format']['end'] = self._io.pos()
            self._debug['price_ratio']['start'] = self._io.pos()
            self.price_ratio = Mdp3.Pricenull7(self._io, self, self._root)
            self.price_ratio._read()
            self._debug['price_ratio']['end'] = self._io.pos()
            self._debug['tick_rule']['start'] = self._io.pos()
            self.tick_rule = self._io.read_s1()
            self._debug['tick_rule']['end'] = self._io.pos()
            self._debug['unit_of_measure']['start'] = self._io.pos()
            self.unit_of_measure = (KaitaiStream.bytes_terminate(self._io.read_bytes(30), 0, False)).decode(u"ISO-8859-1")
            self._debug['unit_of_measure']['end'] = self._io.pos()
            self._debug['trading_reference_price']['start'] = self._io.pos()
            self.trading_reference_price = Mdp3.Pricenull7(self._io, self, self._root)
            self.trading_reference_price._read()
            self._debug['trading_reference_price']['end'] = self._io.pos()
            self._debug['settl_price_type']['start'] = self._io.pos()
            self.settl_price_type = Mdp3.SettlPriceType(self._io, self, self._root)
            self.settl_price_type._read()
            self._debug['settl_price_type']['end'] = self._io.pos()
            self._debug['open_interest_qty']['start'] = self._io.pos()
            self.open_interest_qty = self._io.read_s4le()
            self._debug['open_interest_qty']['end'] = self._io.pos()
            self._debug['cleared_volume']['start'] = self._io.pos()
            self.cleared_volume = self._io.read_s4le()
            self._debug['cleared_volume']['end'] = self._io.pos()
            self._debug['high_limit_price']['start'] = self._io.pos()
            self.high_limit_price = Mdp3.Pricenull7(self._io, self, self._root)
            self.high_limit_price._read()
            self._debug['high_limit_price']['end'] = self._io.pos()
            self._debug['low_limit_price']['start'] = self._io.pos()
            self.low_limit_price = Mdp3.Pricenull7(self._io, self, self._root)
            self.low_limit_price._read()
            self._debug['low_limit_price']['end'] = self._io.pos()
            self._debug['max_price_variation']['start'] = self._io.pos()
            self.max_price_variation = Mdp3.Pricenull7(self._io, self, self._root)
            self.max_price_variation._read()
            self._debug['max_price_variation']['end'] = self._io.pos()
            self._debug['main_fraction']['start'] = self._io.pos()
            self.main_fraction = self._io.read_u1()
            self._debug['main_fraction']['end'] = self._io.pos()
            self._debug['sub_fraction']['start'] = self._io.pos()
            self.sub_fraction = self._io.read_u1()
            self._debug['sub_fraction']['end'] = self._io.pos()
            if self.version >= 6:
                pass
                self._debug['trading_reference_date']['start'] = self._io.pos()
                self.trading_reference_date = self._io.read_u2le()
                self._debug['trading_reference_date']['end'] = self._io.pos()



        def _fetch_instances(self):
            pass
            self.head._fetch_instances()
            self.maturity_month_year._fetch_instances()
            self.min_price_increment._fetch_instances()
            self.display_factor._fetch_instances()
            self.price_ratio._fetch_instances()
            self.trading_reference_price._fetch_instances()
            self.settl_price_type._fetch_instances()
            self.high_limit_price._fetch_instances()
            self.low_limit_price._fetch_instances()
            self.max_price_variation._fetch_instances()
            if self.version >= 6:
                pass



    class Spread56Block(KaitaiStruct):
        SEQ_FIELDS = ["head", "maturity_month_year", "currency", "security_sub_type", "user_defined_instrument", "match_algorithm", "min_trade_vol", "max_trade_vol", "min_price_increment", "display_factor", "price_display_format", "price_ratio", "tick_rule", "unit_of_measure", "trading_reference_price", "settl_price_type", "open_interest_qty", "cleared_volume", "high_limit_price", "low_limit_price", "max_price_variation", "main_fraction", "sub_fraction", "trading_reference_date", "price_quote_method", "risk_set", "market_set", "instrument_guid", "financial_instrument_full_name"]
        def __init__(self, version, _io, _parent=None, _root=None):
            super(Mdp3.Spread56Block, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['head']['start'] = self._io.pos()
            self.head = Mdp3.InstrumentHead(self._io, self, self._root)
            self.head._read()
            self._debug['head']['end'] = self._io.pos()
            self._debug['maturity_month_year']['start'] = self._io.pos()
            self.maturity_month_year = Mdp3.MaturityMonthYear(self._io, self, self._root)
            self.maturity_month_year._read()
            self._debug['maturity_month_year']['end'] = self._io.pos()
            self._debug['currency']['start'] = self._io.pos()
            self.currency = (KaitaiStream.bytes_terminate(self._io.read_bytes(3), 0, False)).decode(u"ISO-8859-1")
            self._debug['currency']['end'] = self._io.pos()
            self._debug['security_sub_type']['start'] = self._io.pos()
            self.security_sub_type = (KaitaiStream.bytes_terminate(self._io.read_bytes(5), 0, False)).decode(u"ISO-8859-1")
            self._debug['security_sub_type']['end'] = self._io.pos()
            self._debug['user_defined_instrument']['start'] = self._io.pos()
            self.user_defined_instrument = (KaitaiStream.bytes_terminate(self._io.read_bytes(1), 0, False)).decode(u"ISO-8859-1")
            self._debug['user_defined_instrument']['end'] = self._io.pos()
            self._debug['match_algorithm']['start'] = self._io.pos()
            self.match_algorithm = (KaitaiStream.bytes_terminate(self._io.read_bytes(1), 0, False)).decode(u"ISO-8859-1")
            self._debug['match_algorithm']['end'] = self._io.pos()
            self._debug['min_trade_vol']['start'] = self._io.pos()
            self.min_trade_vol = self._io.read_u4le()
            self._debug['min_trade_vol']['end'] = self._io.pos()
            self._debug['max_trade_vol']['start'] = self._io.pos()
            self.max_trade_vol = self._io.read_u4le()
            self._debug['max_trade_vol']['end'] = self._io.pos()
            self._debug['min_price_increment']['start'] = self._io.pos()
            self.min_price_increment = Mdp3.Pricenull9(self._io, self, self._root)
            self.min_price_increment._read()
            self._debug['min_price_increment']['end'] = self._io.pos()
            self._debug['display_factor']['start'] = self._io.pos()
            self.display_factor = Mdp3.Decimal9(self._io, self, self._root)
            self.display_factor._read()
            self._debug['display_factor']['end'] = self._io.pos()
            self._debug['price_display_format']['start'] = self._io.pos()
            self.price_display_format = self._io.read_u1()
            self._debug['price_display_format']['end'] = self._io.pos()
            self._debug['price_ratio']['start'] = self._io.pos()
            self.price_ratio = Mdp3.Pricenull9(self._io, self, self._root)
            self.price_ratio._read()
            self._debug['price_ratio']['end'] = self._io.pos()
            self._debug['tick_rule']['start'] = self._io.pos()
            self.tick_rule = self._io.read_s1()
            self._debug['tick_rule']['end'] = self._io.pos()
            self._debug['unit_of_measure']['start'] = self._io.pos()
            self.unit_of_measure = (KaitaiStream.bytes_terminate(self._io.read_bytes(30), 0, False)).decode(u"ISO-8859-1")
            self._debug['unit_of_measure']['end'] = self._io.pos()
            self._debug['trading_reference_price']['start'] = self._io.pos()
            self.trading_reference_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.trading_reference_price._read()
            self._debug['trading_reference_price']['end'] = self._io.pos()
            self._debug['settl_price_type']['start'] = self._io.pos()
            self.settl_price_type = Mdp3.SettlPriceType(self._io, self, self._root)
            self.settl_price_type._read()
            self._debug['settl_price_type']['end'] = self._io.pos()
            self._debug['open_interest_qty']['start'] = self._io.pos()
            self.open_interest_qty = self._io.read_s4le()
            self._debug['open_interest_qty']['end'] = self._io.pos()
            self._debug['cleared_volume']['start'] = self._io.pos()
            self.cleared_volume = self._io.read_s4le()
            self._debug['cleared_volume']['end'] = self._io.pos()
            self._debug['high_limit_price']['start'] = self._io.pos()
            self.high_limit_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.high_limit_price._read()
            self._debug['high_limit_price']['end'] = self._io.pos()
            self._debug['low_limit_price']['start'] = self._io.pos()
            self.low_limit_price = Mdp3.Pricenull9(self._io, self, self._root)
            self.low_limit_price._read()
            self._debug['low_limit_price']['end'] = self._io.pos()
            self._debug['max_price_variation']['start'] = self._io.pos()
            self.max_price_variation = Mdp3.Pricenull9(self._io, self, self._root)
            self.max_price_variation._read()
            self._debug['max_price_variation']['end'] = self._io.pos()
            self._debug['main_fraction']['start'] = self._io.pos()
            self.main_fraction = self._io.read_u1()
            self._debug['main_fraction']['end'] = self._io.pos()
            self._debug['sub_fraction']['start'] = self._io.pos()
            self.sub_fraction = self._io.read_u1()
            self._debug['sub_fraction']['end'] = self._io.pos()
            self._debug['trading_reference_date']['start'] = self._io.pos()
            self.trading_reference_date = self._io.read_u2le()
            self._debug['trading_reference_date']['end'] = self._io.pos()
            if self.version >= 10:
                pass
                self._debug['price_quote_method']['start'] = self._io.pos()
                self.price_quote_method = (KaitaiStream.bytes_terminate(self._io.read_bytes(5), 0, False)).decode(u"ISO-8859-1")
                self._debug['price_quote_method']['end'] = self._io.pos()

            if self.version >= 10:
                pass
                self._debug['risk_set']['start'] = self._io.pos()
                self.risk_set = (KaitaiStream.bytes_terminate(self._io.read_bytes(6), 0, False)).decode(u"ISO-8859-1")
                self._debug['risk_set']['end'] = self._io.pos()

            if self.version >= 10:
                pass
                self._debug['market_set']['start'] = self._io.pos()
                self.market_set = (KaitaiStream.bytes_terminate(self._io.read_bytes(6), 0, False)).decode(u"ISO-8859-1")
                self._debug['market_set']['end'] = self._io.pos()

            if self.version >= 10:
                pass
                self._debug['instrument_guid']['start'] = self._io.pos()
                self.instrument_guid = self._io.read_u8le()
                self._debug['instrument_guid']['end'] = self._io.pos()

            if self.version >= 10:
                pass
                self._debug['financial_instrument_full_name']['start'] = self._io.pos()
                self.financial_instrument_full_name = (KaitaiStream.bytes_terminate(self._io.read_bytes(35), 0, False)).decode(u"ISO-8859-1")
                self._debug['financial_instrument_full_name']['end'] = self._io.pos()



        def _fetch_instances(self):
            pass
            self.head._fetch_instances()
            self.maturity_month_year._fetch_instances()
            self.min_price_increment._fetch_instances()
            self.display_factor._fetch_instances()
            self.price_ratio._fetch_instances()
            self.trading_reference_price._fetch_instances()
            self.settl_price_type._fetch_instances()
            self.high_limit_price._fetch_instances()
            self.low_limit_price._fetch_instances()
            self.max_price_variation._fetch_instances()
            if self.version >= 10:
                pass

            if self.version >= 10:
                pass

            if self.version >= 10:
                pass

            if self.version >= 10:
                pass

            if self.version >= 10:
                pass



    class TopOrders59Block(KaitaiStruct):
        SEQ_FIELDS = ["transact_time", "match_event_indicator", "security_id"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.TopOrders59Block, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['transact_time']['start'] = self._io.pos()
            self.transact_time = self._io.read_u8le()
            self._debug['transact_time']['end'] = self._io.pos()
            self._debug['match_event_indicator']['start'] = self._io.pos()
            self.match_event_indicator = Mdp3.MatchEventIndicator(self._io, self, self._root)
            self.match_event_indicator._read()
            self._debug['match_event_indicator']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.match_event_indicator._fetch_instances()


    class TopOrders59Entry(KaitaiStruct):
        SEQ_FIELDS = ["order_id", "md_order_priority", "md_entry_px", "md_display_qty", "md_entry_type"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.TopOrders59Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['order_id']['start'] = self._io.pos()
            self.order_id = self._io.read_u8le()
            self._debug['order_id']['end'] = self._io.pos()
            self._debug['md_order_priority']['start'] = self._io.pos()
            self.md_order_priority = self._io.read_u8le()
            self._debug['md_order_priority']['end'] = self._io.pos()
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Price9(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_display_qty']['start'] = self._io.pos()
            self.md_display_qty = self._io.read_s4le()
            self._debug['md_display_qty']['end'] = self._io.pos()
            self._debug['md_entry_type']['start'] = self._io.pos()
            self.md_entry_type = KaitaiStream.resolve_enum(Mdp3.MdEntryTypeBook, self._io.read_u1())
            self._debug['md_entry_type']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()


    class Trade36Entry(KaitaiStruct):
        SEQ_FIELDS = ["md_entry_px", "md_entry_size", "security_id", "rpt_seq", "number_of_orders", "trade_id", "aggressor_side", "md_update_action"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Trade36Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Price7(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_entry_size']['start'] = self._io.pos()
            self.md_entry_size = self._io.read_s4le()
            self._debug['md_entry_size']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['rpt_seq']['start'] = self._io.pos()
            self.rpt_seq = self._io.read_u4le()
            self._debug['rpt_seq']['end'] = self._io.pos()
            self._debug['number_of_orders']['start'] = self._io.pos()
            self.number_of_orders = self._io.read_s4le()
            self._debug['number_of_orders']['end'] = self._io.pos()
            self._debug['trade_id']['start'] = self._io.pos()
            self.trade_id = self._io.read_s4le()
            self._debug['trade_id']['end'] = self._io.pos()
            self._debug['aggressor_side']['start'] = self._io.pos()
            self.aggressor_side = KaitaiStream.resolve_enum(Mdp3.AggressorSide, self._io.read_u1())
            self._debug['aggressor_side']['end'] = self._io.pos()
            self._debug['md_update_action']['start'] = self._io.pos()
            self.md_update_action = KaitaiStream.resolve_enum(Mdp3.MdUpdateAction, self._io.read_u1())
            self._debug['md_update_action']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()

        @property
        def md_entry_type(self):
            if hasattr(self, '_m_md_entry_type'):
                return self._m_md_entry_type

            self._m_md_entry_type = 50
            return getattr(self, '_m_md_entry_type', None)


    class Trade42Entry(KaitaiStruct):
        SEQ_FIELDS = ["md_entry_px", "md_entry_size", "security_id", "rpt_seq", "number_of_orders", "aggressor_side", "md_update_action", "md_trade_entry_id"]
        def __init__(self, version, _io, _parent=None, _root=None):
            super(Mdp3.Trade42Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Price7(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_entry_size']['start'] = self._io.pos()
            self.md_entry_size = self._io.read_s4le()
            self._debug['md_entry_size']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['rpt_seq']['start'] = self._io.pos()
            self.rpt_seq = self._io.read_u4le()
            self._debug['rpt_seq']['end'] = self._io.pos()
            self._debug['number_of_orders']['start'] = self._io.pos()
            self.number_of_orders = self._io.read_s4le()
            self._debug['number_of_orders']['end'] = self._io.pos()
            self._debug['aggressor_side']['start'] = self._io.pos()
            self.aggressor_side = KaitaiStream.resolve_enum(Mdp3.AggressorSide, self._io.read_u1())
            self._debug['aggressor_side']['end'] = self._io.pos()
            self._debug['md_update_action']['start'] = self._io.pos()
            self.md_update_action = KaitaiStream.resolve_enum(Mdp3.MdUpdateAction, self._io.read_u1())
            self._debug['md_update_action']['end'] = self._io.pos()
            if self.version >= 7:
                pass
                self._debug['md_trade_entry_id']['start'] = self._io.pos()
                self.md_trade_entry_id = self._io.read_u4le()
                self._debug['md_trade_entry_id']['end'] = self._io.pos()



        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()
            if self.version >= 7:
                pass


        @property
        def md_entry_type(self):
            if hasattr(self, '_m_md_entry_type'):
                return self._m_md_entry_type

            self._m_md_entry_type = 50
            return getattr(self, '_m_md_entry_type', None)


    class Trade48Entry(KaitaiStruct):
        SEQ_FIELDS = ["md_entry_px", "md_entry_size", "security_id", "rpt_seq", "number_of_orders", "aggressor_side", "md_update_action", "md_trade_entry_id"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Trade48Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Price9(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_entry_size']['start'] = self._io.pos()
            self.md_entry_size = self._io.read_s4le()
            self._debug['md_entry_size']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['rpt_seq']['start'] = self._io.pos()
            self.rpt_seq = self._io.read_u4le()
            self._debug['rpt_seq']['end'] = self._io.pos()
            self._debug['number_of_orders']['start'] = self._io.pos()
            self.number_of_orders = self._io.read_s4le()
            self._debug['number_of_orders']['end'] = self._io.pos()
            self._debug['aggressor_side']['start'] = self._io.pos()
            self.aggressor_side = KaitaiStream.resolve_enum(Mdp3.AggressorSide, self._io.read_u1())
            self._debug['aggressor_side']['end'] = self._io.pos()
            self._debug['md_update_action']['start'] = self._io.pos()
            self.md_update_action = KaitaiStream.resolve_enum(Mdp3.MdUpdateAction, self._io.read_u1())
            self._debug['md_update_action']['end'] = self._io.pos()
            self._debug['md_trade_entry_id']['start'] = self._io.pos()
            self.md_trade_entry_id = self._io.read_u4le()
            self._debug['md_trade_entry_id']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()

        @property
        def md_entry_type(self):
            if hasattr(self, '_m_md_entry_type'):
                return self._m_md_entry_type

            self._m_md_entry_type = 50
            return getattr(self, '_m_md_entry_type', None)


    class Trade65Entry(KaitaiStruct):
        SEQ_FIELDS = ["md_entry_px", "md_entry_size", "security_id", "rpt_seq", "number_of_orders", "md_trade_entry_id", "aggressor_side", "md_update_action"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Trade65Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_entry_px']['start'] = self._io.pos()
            self.md_entry_px = Mdp3.Price9(self._io, self, self._root)
            self.md_entry_px._read()
            self._debug['md_entry_px']['end'] = self._io.pos()
            self._debug['md_entry_size']['start'] = self._io.pos()
            self.md_entry_size = self._io.read_u8le()
            self._debug['md_entry_size']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['rpt_seq']['start'] = self._io.pos()
            self.rpt_seq = self._io.read_u4le()
            self._debug['rpt_seq']['end'] = self._io.pos()
            self._debug['number_of_orders']['start'] = self._io.pos()
            self.number_of_orders = self._io.read_s4le()
            self._debug['number_of_orders']['end'] = self._io.pos()
            self._debug['md_trade_entry_id']['start'] = self._io.pos()
            self.md_trade_entry_id = self._io.read_u4le()
            self._debug['md_trade_entry_id']['end'] = self._io.pos()
            self._debug['aggressor_side']['start'] = self._io.pos()
            self.aggressor_side = KaitaiStream.resolve_enum(Mdp3.AggressorSide, self._io.read_u1())
            self._debug['aggressor_side']['end'] = self._io.pos()
            self._debug['md_update_action']['start'] = self._io.pos()
            self.md_update_action = KaitaiStream.resolve_enum(Mdp3.MdUpdateAction, self._io.read_u1())
            self._debug['md_update_action']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass
            self.md_entry_px._fetch_instances()

        @property
        def md_entry_type(self):
            if hasattr(self, '_m_md_entry_type'):
                return self._m_md_entry_type

            self._m_md_entry_type = 50
            return getattr(self, '_m_md_entry_type', None)


    class TradeOrderEntry(KaitaiStruct):
        """An order that took part; each trade owns the next number_of_orders of these."""
        SEQ_FIELDS = ["order_id", "last_qty"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.TradeOrderEntry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['order_id']['start'] = self._io.pos()
            self.order_id = self._io.read_u8le()
            self._debug['order_id']['end'] = self._io.pos()
            self._debug['last_qty']['start'] = self._io.pos()
            self.last_qty = self._io.read_s4le()
            self._debug['last_qty']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass


    class TradingSessionEntry(KaitaiStruct):
        SEQ_FIELDS = ["trade_date", "settl_date", "maturity_date", "security_alt_id"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.TradingSessionEntry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['trade_date']['start'] = self._io.pos()
            self.trade_date = self._io.read_u2le()
            self._debug['trade_date']['end'] = self._io.pos()
            self._debug['settl_date']['start'] = self._io.pos()
            self.settl_date = self._io.read_u2le()
            self._debug['settl_date']['end'] = self._io.pos()
            self._debug['maturity_date']['start'] = self._io.pos()
            self.maturity_date = self._io.read_u2le()
            self._debug['maturity_date']['end'] = self._io.pos()
            self._debug['security_alt_id']['start'] = self._io.pos()
            self.security_alt_id = (KaitaiStream.bytes_terminate(self._io.read_bytes(12), 0, False)).decode(u"ISO-8859-1")
            self._debug['security_alt_id']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass

        @property
        def security_alt_id_source(self):
            if hasattr(self, '_m_security_alt_id_source'):
                return self._m_security_alt_id_source

            self._m_security_alt_id_source = 4
            return getattr(self, '_m_security_alt_id_source', None)


    class Underlying58Entry(KaitaiStruct):
        SEQ_FIELDS = ["underlying_symbol", "underlying_security_id", "underlying_security_alt_id", "underlying_security_alt_id_source", "underlying_financial_instrument_full_name", "underlying_security_type", "underlying_country_of_issue", "underlying_issuer", "underlying_max_life_time", "underlying_min_days_to_maturity", "underlying_instrument_guid", "underlying_maturity_date"]
        def __init__(self, version, _io, _parent=None, _root=None):
            super(Mdp3.Underlying58Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self.version = version
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['underlying_symbol']['start'] = self._io.pos()
            self.underlying_symbol = (KaitaiStream.bytes_terminate(self._io.read_bytes(20), 0, False)).decode(u"ISO-8859-1")
            self._debug['underlying_symbol']['end'] = self._io.pos()
            self._debug['underlying_security_id']['start'] = self._io.pos()
            self.underlying_security_id = self._io.read_s4le()
            self._debug['underlying_security_id']['end'] = self._io.pos()
            self._debug['underlying_security_alt_id']['start'] = self._io.pos()
            self.underlying_security_alt_id = (KaitaiStream.bytes_terminate(self._io.read_bytes(12), 0, False)).decode(u"ISO-8859-1")
            self._debug['underlying_security_alt_id']['end'] = self._io.pos()
            self._debug['underlying_security_alt_id_source']['start'] = self._io.pos()
            self.underlying_security_alt_id_source = KaitaiStream.resolve_enum(Mdp3.SecurityAltIdSource, self._io.read_u1())
            self._debug['underlying_security_alt_id_source']['end'] = self._io.pos()
            self._debug['underlying_financial_instrument_full_name']['start'] = self._io.pos()
            self.underlying_financial_instrument_full_name = (KaitaiStream.bytes_terminate(self._io.read_bytes(35), 0, False)).decode(u"ISO-8859-1")
            self._debug['underlying_financial_instrument_full_name']['end'] = self._io.pos()
            self._debug['underlying_security_type']['start'] = self._io.pos()
            self.underlying_security_type = (KaitaiStream.bytes_terminate(self._io.read_bytes(6), 0, False)).decode(u"ISO-8859-1")
            self._debug['underlying_security_type']['end'] = self._io.pos()
            self._debug['underlying_country_of_issue']['start'] = self._io.pos()
            self.underlying_country_of_issue = (KaitaiStream.bytes_terminate(self._io.read_bytes(2), 0, False)).decode(u"ISO-8859-1")
            self._debug['underlying_country_of_issue']['end'] = self._io.pos()
            self._debug['underlying_issuer']['start'] = self._io.pos()
            self.underlying_issuer = (KaitaiStream.bytes_terminate(self._io.read_bytes(25), 0, False)).decode(u"ISO-8859-1")
            self._debug['underlying_issuer']['end'] = self._io.pos()
            self._debug['underlying_max_life_time']['start'] = self._io.pos()
            self.underlying_max_life_time = self._io.read_u1()
            self._debug['underlying_max_life_time']['end'] = self._io.pos()
            self._debug['underlying_min_days_to_maturity']['start'] = self._io.pos()
            self.underlying_min_days_to_maturity = self._io.read_u2le()
            self._debug['underlying_min_days_to_maturity']['end'] = self._io.pos()
            if self.version >= 11:
                pass
                self._debug['underlying_instrument_guid']['start'] = self._io.pos()
                self.underlying_instrument_guid = self._io.read_u8le()
                self._debug['underlying_instrument_guid']['end'] = self._io.pos()

            if self.version >= 11:
                pass
                self._debug['underlying_maturity_date']['start'] = self._io.pos()
                self.underlying_maturity_date = self._io.read_u2le()
                self._debug['underlying_maturity_date']['end'] = self._io.pos()



        def _fetch_instances(self):
            pass
            if self.version >= 11:
                pass

            if self.version >= 11:
                pass


        @property
        def underlying_security_id_source(self):
            if hasattr(self, '_m_underlying_security_id_source'):
                return self._m_underlying_security_id_source

            self._m_underlying_security_id_source = 56
            return getattr(self, '_m_underlying_security_id_source', None)


    class UnderlyingEntry(KaitaiStruct):
        SEQ_FIELDS = ["underlying_security_id", "underlying_symbol"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.UnderlyingEntry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['underlying_security_id']['start'] = self._io.pos()
            self.underlying_security_id = self._io.read_s4le()
            self._debug['underlying_security_id']['end'] = self._io.pos()
            self._debug['underlying_symbol']['start'] = self._io.pos()
            self.underlying_symbol = (KaitaiStream.bytes_terminate(self._io.read_bytes(20), 0, False)).decode(u"ISO-8859-1")
            self._debug['underlying_symbol']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass

        @property
        def underlying_security_id_source(self):
            if hasattr(self, '_m_underlying_security_id_source'):
                return self._m_underlying_security_id_source

            self._m_underlying_security_id_source = 56
            return getattr(self, '_m_underlying_security_id_source', None)


    class Volume37Entry(KaitaiStruct):
        SEQ_FIELDS = ["md_entry_size", "security_id", "rpt_seq", "md_update_action"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Volume37Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_entry_size']['start'] = self._io.pos()
            self.md_entry_size = self._io.read_s4le()
            self._debug['md_entry_size']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['rpt_seq']['start'] = self._io.pos()
            self.rpt_seq = self._io.read_u4le()
            self._debug['rpt_seq']['end'] = self._io.pos()
            self._debug['md_update_action']['start'] = self._io.pos()
            self.md_update_action = KaitaiStream.resolve_enum(Mdp3.MdUpdateAction, self._io.read_u1())
            self._debug['md_update_action']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass

        @property
        def md_entry_type(self):
            if hasattr(self, '_m_md_entry_type'):
                return self._m_md_entry_type

            self._m_md_entry_type = 101
            return getattr(self, '_m_md_entry_type', None)


    class Volume66Entry(KaitaiStruct):
        SEQ_FIELDS = ["md_entry_size", "security_id", "rpt_seq", "md_update_action"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.Volume66Entry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['md_entry_size']['start'] = self._io.pos()
            self.md_entry_size = self._io.read_u8le()
            self._debug['md_entry_size']['end'] = self._io.pos()
            self._debug['security_id']['start'] = self._io.pos()
            self.security_id = self._io.read_s4le()
            self._debug['security_id']['end'] = self._io.pos()
            self._debug['rpt_seq']['start'] = self._io.pos()
            self.rpt_seq = self._io.read_u4le()
            self._debug['rpt_seq']['end'] = self._io.pos()
            self._debug['md_update_action']['start'] = self._io.pos()
            self.md_update_action = KaitaiStream.resolve_enum(Mdp3.MdUpdateAction, self._io.read_u1())
            self._debug['md_update_action']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass

        @property
        def md_entry_type(self):
            if hasattr(self, '_m_md_entry_type'):
                return self._m_md_entry_type

            self._m_md_entry_type = 101
            return getattr(self, '_m_md_entry_type', None)


    class WorkupOrderEntry(KaitaiStruct):
        SEQ_FIELDS = ["order_id", "side", "aggressor_indicator"]
        def __init__(self, _io, _parent=None, _root=None):
            super(Mdp3.WorkupOrderEntry, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._debug = collections.defaultdict(dict)

        def _read(self):
            self._debug['order_id']['start'] = self._io.pos()
            self.order_id = self._io.read_u8le()
            self._debug['order_id']['end'] = self._io.pos()
            self._debug['side']['start'] = self._io.pos()
            self.side = KaitaiStream.resolve_enum(Mdp3.Side, self._io.read_u1())
            self._debug['side']['end'] = self._io.pos()
            self._debug['aggressor_indicator']['start'] = self._io.pos()
            self.aggressor_indicator = KaitaiStream.resolve_enum(Mdp3.AggressorFlag, self._io.read_u1())
            self._debug['aggressor_indicator']['end'] = self._io.pos()


        def _fetch_instances(self):
            pass



