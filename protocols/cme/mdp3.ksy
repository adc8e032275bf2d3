meta:
  id: mdp3
  title: CME MDP 3.0, one message
  application: books, trades, statistics and definitions of CME Globex futures and options
  license: MIT
  ks-version: '0.11'
  encoding: ISO-8859-1
  endian: le
  bit-endian: le
  -venue: cme
  -protocol: mdp3
  -schema-version: '13'
  -sbe-schema-id: 1
  -sbe-schema-version: 13
doc: |
  One SBE message: its header of 8 bytes, a root block, then repeating groups. Packet header,
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
doc-ref: https://www.cmegroup.com/confluence/display/EPICSANDBOX/MDP+3.0+-+Message+Specification
seq:
  - {id: block_length, type: u2}
  - {id: template_id, type: u2}
  - {id: schema_id, type: u2}
  - {id: version, type: u2}
  - id: body
    size-eos: true
    type:
      switch-on: template_id
      cases:
        4: channel_reset_4(block_length, version)
        12: admin_heartbeat_12(block_length, version)
        15: admin_login_15(block_length, version)
        16: admin_logout_16(block_length, version)
        27: md_instrument_definition_future_27(block_length, version)
        29: md_instrument_definition_spread_29(block_length, version)
        30: security_status_30(block_length, version)
        32: md_incremental_refresh_book_32(block_length, version)
        33: md_incremental_refresh_daily_statistics_33(block_length, version)
        34: md_incremental_refresh_limits_banding_34(block_length, version)
        35: md_incremental_refresh_session_statistics_35(block_length, version)
        36: md_incremental_refresh_trade_36(block_length, version)
        37: md_incremental_refresh_volume_37(block_length, version)
        38: snapshot_full_refresh_38(block_length, version)
        39: quote_request_39(block_length, version)
        41: md_instrument_definition_option_41(block_length, version)
        42: md_incremental_refresh_trade_summary_42(block_length, version)
        43: md_incremental_refresh_order_book_43(block_length, version)
        44: snapshot_full_refresh_order_book_44(block_length, version)
        46: md_incremental_refresh_book_46(block_length, version)
        47: md_incremental_refresh_order_book_47(block_length, version)
        48: md_incremental_refresh_trade_summary_48(block_length, version)
        49: md_incremental_refresh_daily_statistics_49(block_length, version)
        50: md_incremental_refresh_limits_banding_50(block_length, version)
        51: md_incremental_refresh_session_statistics_51(block_length, version)
        52: snapshot_full_refresh_52(block_length, version)
        53: snapshot_full_refresh_order_book_53(block_length, version)
        54: md_instrument_definition_future_54(block_length, version)
        55: md_instrument_definition_option_55(block_length, version)
        56: md_instrument_definition_spread_56(block_length, version)
        57: md_instrument_definition_fixed_income_57(block_length, version)
        58: md_instrument_definition_repo_58(block_length, version)
        59: snapshot_refresh_top_orders_59(block_length, version)
        60: security_status_workup_60(block_length, version)
        61: snapshot_full_refresh_tcp_61(block_length, version)
        62: collateral_market_value_62(block_length, version)
        63: md_instrument_definition_fx_63(block_length, version)
        64: md_incremental_refresh_book_long_qty_64(block_length, version)
        65: md_incremental_refresh_trade_summary_long_qty_65(block_length, version)
        66: md_incremental_refresh_volume_long_qty_66(block_length, version)
        67: md_incremental_refresh_session_statistics_long_qty_67(block_length, version)
        68: snapshot_full_refresh_tcp_long_qty_68(block_length, version)
        69: snapshot_full_refresh_long_qty_69(block_length, version)
types:
  # --- shared by all messages ---

  group_size:
    doc: Dimension of a group; an empty group is still sent as its dimension.
    seq:
      - {id: block_length, type: u2}
      - {id: num_in_group, type: u1}

  group_size_8_byte:
    doc: Dimension of the groups of order ids.
    seq:
      - {id: block_length, type: u2}
      - id: padding
        size: 5
        doc: Not zero by rule.
      - {id: num_in_group, type: u1}

  price9:
    seq:
      - {id: mantissa, type: s8}
    instances:
      exponent: {value: -9}

  pricenull9:
    seq:
      - {id: mantissa, type: s8, -null: 0x7fffffffffffffff}
    instances:
      exponent: {value: -9}

  price7:
    doc: Prices of the templates below 46.
    seq:
      - {id: mantissa, type: s8}
    instances:
      exponent: {value: -7}

  pricenull7:
    seq:
      - {id: mantissa, type: s8, -null: 0x7fffffffffffffff}
    instances:
      exponent: {value: -7}

  decimal9:
    seq:
      - {id: mantissa, type: s8}
    instances:
      exponent: {value: -9}

  decimalnull9:
    seq:
      - {id: mantissa, type: s8, -null: 0x7fffffffffffffff}
    instances:
      exponent: {value: -9}

  decimal7:
    seq:
      - {id: mantissa, type: s8}
    instances:
      exponent: {value: -7}

  decimal_qty:
    seq:
      - {id: mantissa, type: s4, -null: 0x7fffffff}
    instances:
      exponent: {value: -4}

  maturity_month_year:
    doc: Each part is null on its own.
    seq:
      - {id: year, type: u2, -null: 65535}
      - {id: month, type: u1, -null: 255}
      - {id: day, type: u1, -null: 255}
      - {id: week, type: u1, -null: 255}

  match_event_indicator:
    doc: Ends of the parts of an event, in the order in which the parts are sent.
    seq:
      - {id: last_trade_msg, type: b1}
      - {id: last_volume_msg, type: b1}
      - {id: last_quote_msg, type: b1}
      - {id: last_stats_msg, type: b1}
      - {id: last_implied_msg, type: b1}
      - {id: recovery_msg, type: b1}
      - {id: reserved, type: b1}
      - {id: end_of_event, type: b1}

  settl_price_type:
    doc: The last bit makes the whole set null.
    seq:
      - {id: final_daily, type: b1}
      - {id: actual, type: b1}
      - {id: rounded, type: b1}
      - {id: intraday, type: b1}
      - {id: reserved_4, type: b1}
      - {id: reserved_5, type: b1}
      - {id: reserved_6, type: b1}
      - {id: null_value, type: b1}

  inst_attrib_value:
    seq:
      - {id: electronic_match_eligible, type: b1}
      - {id: order_cross_eligible, type: b1}
      - {id: block_trade_eligible, type: b1}
      - {id: efp_eligible, type: b1}
      - {id: ebf_eligible, type: b1}
      - {id: efs_eligible, type: b1}
      - {id: efr_eligible, type: b1}
      - {id: otc_eligible, type: b1}
      - {id: ilink_indicative_mass_quoting_eligible, type: b1}
      - {id: negative_strike_eligible, type: b1}
      - {id: negative_price_outright_eligible, type: b1}
      - {id: is_fractional, type: b1}
      - {id: volatility_quoted_option, type: b1}
      - {id: rfq_cross_eligible, type: b1}
      - {id: zero_price_outright_eligible, type: b1}
      - {id: decaying_product_eligibility, type: b1}
      - {id: variable_product_eligibility, type: b1}
      - {id: daily_product_eligibility, type: b1}
      - {id: gt_orders_eligibility, type: b1}
      - {id: implied_matching_eligibility, type: b1}
      - {id: triangulation_eligible, type: b1}
      - {id: variable_cab_eligible, type: b1}
      - {id: inverted_book, type: b1}
      - {id: is_aon_instrument, type: b1}
      - {id: sef_regulated, type: b1}
      - {id: mtf_regulated, type: b1}
      - {id: efix_instrument, type: b1}
      - {id: hedge_instrument, type: b1}
      - {id: reserved, type: b4}

  refresh_block:
    doc: Root of the incremental messages.
    seq:
      - id: transact_time
        type: u8
        -unit: ns_since_epoch
        -fix-tag: 60
        doc: Start of the event in the matching engine.
      - {id: match_event_indicator, type: match_event_indicator, -fix-tag: 5799}

  # --- session ---

  admin_heartbeat_12_block:
    doc: No field so far.

  admin_heartbeat_12:
    -template-id: 12
    -orig-id: AdminHeartbeat12
    doc: Sent when a channel is silent; its packet takes a sequence number like any other.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: admin_heartbeat_12_block, size: block_length}

  admin_login_15_block:
    seq:
      - {id: heart_bt_int, type: s1, -fix-tag: 108}

  admin_login_15:
    -template-id: 15
    -orig-id: AdminLogin15
    doc: Answer of the TCP replay.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: admin_login_15_block, size: block_length}

  admin_logout_16_block:
    seq:
      - {id: text, type: str, size: 180, terminator: 0, -fix-tag: 58}

  admin_logout_16:
    -template-id: 16
    -orig-id: AdminLogout16
    doc: The TCP replay closes.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: admin_logout_16_block, size: block_length}

  channel_reset_4_entry:
    seq:
      - id: appl_id
        type: s2
        -fix-tag: 1180
        doc: The channel that is reset.
    instances:
      md_update_action: {value: 0, -fix-tag: 279}
      md_entry_type: {value: 0x4a, -fix-tag: 269}  # 'J'

  channel_reset_4:
    -template-id: 4
    -orig-id: ChannelReset4
    doc: Every book of the channel is void; the state is sent again as incremental messages.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: channel_reset_4_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  # --- trading status, quote requests ---

  security_status_30_block:
    seq:
      - {id: transact_time, type: u8, -unit: ns_since_epoch, -fix-tag: 60}
      - {id: security_group, type: str, size: 6, terminator: 0, -fix-tag: 1151}
      - {id: asset, type: str, size: 6, terminator: 0, -fix-tag: 6937}
      - id: security_id
        type: s4
        -null: 0x7fffffff
        -fix-tag: 48
        doc: Null when the status is that of the asset, or with no asset given, of the group.
      - {id: trade_date, type: u2, -null: 65535, -unit: days_since_epoch, -fix-tag: 75}
      - {id: match_event_indicator, type: match_event_indicator, -fix-tag: 5799}
      - id: security_trading_status
        type: u1
        enum: security_trading_status
        -null: 255
        -fix-tag: 326
      - {id: halt_reason, type: u1, enum: halt_reason, -fix-tag: 327}
      - {id: security_trading_event, type: u1, enum: security_trading_event, -fix-tag: 1174}

  security_status_30:
    -template-id: 30
    -orig-id: SecurityStatus30
    doc: Of one instrument, of all of an asset, or of a whole security group.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: security_status_30_block, size: block_length}

  security_status_workup_60_block:
    seq:
      - {id: transact_time, type: u8, -unit: ns_since_epoch, -fix-tag: 60}
      - {id: md_entry_px, type: pricenull9, -fix-tag: 270}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: match_event_indicator, type: match_event_indicator, -fix-tag: 5799}
      - {id: trade_date, type: u2, -null: 65535, -unit: days_since_epoch, -fix-tag: 75}
      - id: trade_link_id
        type: u4
        -fix-tag: 820
        doc: Ties the status to the trade that began the workup.
      - {id: security_trading_status, type: u1, enum: workup_trading_status, -fix-tag: 326}
      - {id: halt_reason, type: u1, enum: halt_reason, -fix-tag: 327}
      - {id: security_trading_event, type: u1, enum: security_trading_event, -fix-tag: 1174}

  workup_order_entry:
    seq:
      - {id: order_id, type: u8, -fix-tag: 37}
      - {id: side, type: u1, enum: side, -fix-tag: 54}
      - {id: aggressor_indicator, type: u1, enum: aggressor_flag, -null: 255, -fix-tag: 1057}

  security_status_workup_60:
    -template-id: 60
    -orig-id: SecurityStatusWorkup60
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: security_status_workup_60_block, size: block_length}
      - {id: no_order_id_entries_size, type: group_size, -fix-tag: 37705}
      - id: no_order_id_entries
        type: workup_order_entry
        size: no_order_id_entries_size.block_length
        repeat: expr
        repeat-expr: no_order_id_entries_size.num_in_group

  quote_request_39_block:
    seq:
      - {id: transact_time, type: u8, -unit: ns_since_epoch, -fix-tag: 60}
      - {id: quote_req_id, type: str, size: 23, terminator: 0, -fix-tag: 131}
      - {id: match_event_indicator, type: match_event_indicator, -fix-tag: 5799}

  quote_request_39_entry:
    seq:
      - {id: symbol, type: str, size: 20, terminator: 0, -fix-tag: 55}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: order_qty, type: s4, -null: 0x7fffffff, -fix-tag: 38}
      - {id: quote_type, type: s1, -fix-tag: 537}
      - {id: side, type: s1, -null: 127, -fix-tag: 54}

  quote_request_39:
    -template-id: 39
    -orig-id: QuoteRequest39
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: quote_request_39_block, size: block_length}
      - {id: no_related_sym_size, type: group_size, -fix-tag: 146}
      - id: no_related_sym
        type: quote_request_39_entry
        size: no_related_sym_size.block_length
        repeat: expr
        repeat-expr: no_related_sym_size.num_in_group

  # --- books by price, with the orders behind the levels ---

  order_id_entry:
    doc: What happened to one order behind a level of the first group.
    seq:
      - {id: order_id, type: u8, -fix-tag: 37}
      - id: md_order_priority
        type: u8
        -null: 0xffffffffffffffff
        -fix-tag: 37707
        doc: The lower goes first, inside one price and side.
      - {id: md_display_qty, type: s4, -null: 0x7fffffff, -fix-tag: 37706}
      - id: reference_id
        type: u1
        -null: 255
        -fix-tag: 9633
        doc: Entry of the first group, counted from 1, that gives instrument, side and price.
      - {id: order_update_action, type: u1, enum: order_update_action, -fix-tag: 37708}

  book_32_entry:
    seq:
      - {id: md_entry_px, type: pricenull7, -fix-tag: 270}
      - {id: md_entry_size, type: s4, -null: 0x7fffffff, -fix-tag: 271}
      - {id: security_id, type: s4, -fix-tag: 48}
      - id: rpt_seq
        type: u4
        -fix-tag: 83
        doc: Counts the updates of this instrument; a jump proves a loss for it alone.
      - id: number_of_orders
        type: s4
        -null: 0x7fffffff
        -fix-tag: 346
        doc: Null for implied levels.
      - id: md_price_level
        type: u1
        -fix-tag: 1023
        doc: 1 is the best price.
      - {id: md_update_action, type: u1, enum: md_update_action, -fix-tag: 279}
      - {id: md_entry_type, type: u1, enum: md_entry_type_book, -fix-tag: 269}

  md_incremental_refresh_book_32:
    -template-id: 32
    -orig-id: MDIncrementalRefreshBook32
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: book_32_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group
      - id: no_order_id_entries_size
        type: group_size_8_byte
        if: version >= 7
        -fix-tag: 37705
        -since-version: 7
      - id: no_order_id_entries
        type: order_id_entry
        size: no_order_id_entries_size.block_length
        repeat: expr
        repeat-expr: no_order_id_entries_size.num_in_group
        if: version >= 7
        -since-version: 7

  book_46_entry:
    params: [{id: version, type: u2}]
    seq:
      - {id: md_entry_px, type: pricenull9, -fix-tag: 270}
      - {id: md_entry_size, type: s4, -null: 0x7fffffff, -fix-tag: 271}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: rpt_seq, type: u4, -fix-tag: 83}
      - {id: number_of_orders, type: s4, -null: 0x7fffffff, -fix-tag: 346}
      - {id: md_price_level, type: u1, -fix-tag: 1023}
      - {id: md_update_action, type: u1, enum: md_update_action, -fix-tag: 279}
      - {id: md_entry_type, type: u1, enum: md_entry_type_book, -fix-tag: 269}
      - id: tradeable_size
        type: s4
        if: version >= 10
        -null: 0x7fffffff
        -fix-tag: 37719
        -since-version: 10
        doc: Lies where versions up to 9 pad the entry, so its length does not tell.

  md_incremental_refresh_book_46:
    -template-id: 46
    -orig-id: MDIncrementalRefreshBook46
    doc: Supersedes 32.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: book_46_entry(version)
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group
      - {id: no_order_id_entries_size, type: group_size_8_byte, -fix-tag: 37705}
      - id: no_order_id_entries
        type: order_id_entry
        size: no_order_id_entries_size.block_length
        repeat: expr
        repeat-expr: no_order_id_entries_size.num_in_group

  book_64_entry:
    seq:
      - {id: md_entry_px, type: pricenull9, -fix-tag: 270}
      - {id: md_entry_size, type: u8, -null: 0xffffffffffffffff, -fix-tag: 271}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: rpt_seq, type: u4, -fix-tag: 83}
      - {id: number_of_orders, type: s4, -null: 0x7fffffff, -fix-tag: 346}
      - {id: md_price_level, type: u1, -fix-tag: 1023}
      - {id: md_update_action, type: u1, enum: md_update_action, -fix-tag: 279}
      - {id: md_entry_type, type: u1, enum: md_entry_type_book, -fix-tag: 269}

  md_incremental_refresh_book_long_qty_64:
    -template-id: 64
    -orig-id: MDIncrementalRefreshBookLongQty64
    doc: 46 with quantities of 64 bits.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: book_64_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group
      - {id: no_order_id_entries_size, type: group_size_8_byte, -fix-tag: 37705}
      - id: no_order_id_entries
        type: order_id_entry
        size: no_order_id_entries_size.block_length
        repeat: expr
        repeat-expr: no_order_id_entries_size.num_in_group

  # --- books by order ---

  order_book_43_entry:
    seq:
      - {id: order_id, type: u8, -null: 0xffffffffffffffff, -fix-tag: 37}
      - {id: md_order_priority, type: u8, -null: 0xffffffffffffffff, -fix-tag: 37707}
      - {id: md_entry_px, type: pricenull7, -fix-tag: 270}
      - {id: md_display_qty, type: s4, -null: 0x7fffffff, -fix-tag: 37706}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: md_update_action, type: u1, enum: md_update_action, -fix-tag: 279}
      - {id: md_entry_type, type: u1, enum: md_entry_type_book, -fix-tag: 269}

  md_incremental_refresh_order_book_43:
    -template-id: 43
    -orig-id: MDIncrementalRefreshOrderBook43
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: order_book_43_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  order_book_47_entry:
    seq:
      - {id: order_id, type: u8, -null: 0xffffffffffffffff, -fix-tag: 37}
      - {id: md_order_priority, type: u8, -null: 0xffffffffffffffff, -fix-tag: 37707}
      - {id: md_entry_px, type: pricenull9, -fix-tag: 270}
      - {id: md_display_qty, type: s4, -null: 0x7fffffff, -fix-tag: 37706}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: md_update_action, type: u1, enum: md_update_action, -fix-tag: 279}
      - {id: md_entry_type, type: u1, enum: md_entry_type_book, -fix-tag: 269}

  md_incremental_refresh_order_book_47:
    -template-id: 47
    -orig-id: MDIncrementalRefreshOrderBook47
    doc: Supersedes 43.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: order_book_47_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  # --- trades ---

  trade_order_entry:
    doc: An order that took part; each trade owns the next number_of_orders of these.
    seq:
      - {id: order_id, type: u8, -fix-tag: 37}
      - {id: last_qty, type: s4, -fix-tag: 32}

  trade_36_entry:
    seq:
      - {id: md_entry_px, type: price7, -fix-tag: 270}
      - {id: md_entry_size, type: s4, -fix-tag: 271}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: rpt_seq, type: u4, -fix-tag: 83}
      - {id: number_of_orders, type: s4, -null: 0x7fffffff, -fix-tag: 346}
      - {id: trade_id, type: s4, -fix-tag: 1003}
      - {id: aggressor_side, type: u1, enum: aggressor_side, -null: 255, -fix-tag: 5797}
      - {id: md_update_action, type: u1, enum: md_update_action, -fix-tag: 279}
    instances:
      md_entry_type: {value: 0x32, -fix-tag: 269}  # '2'

  md_incremental_refresh_trade_36:
    -template-id: 36
    -orig-id: MDIncrementalRefreshTrade36
    doc: Left the schema with version 9.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: trade_36_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  trade_42_entry:
    params: [{id: version, type: u2}]
    seq:
      - {id: md_entry_px, type: price7, -fix-tag: 270}
      - {id: md_entry_size, type: s4, -fix-tag: 271}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: rpt_seq, type: u4, -fix-tag: 83}
      - {id: number_of_orders, type: s4, -null: 0x7fffffff, -fix-tag: 346}
      - id: aggressor_side
        type: u1
        enum: aggressor_side
        -null: 255
        -fix-tag: 5797
        doc: Null or 0 when the trade has none, as in an opening.
      - {id: md_update_action, type: u1, enum: md_update_action, -fix-tag: 279}
      - id: md_trade_entry_id
        type: u4
        if: version >= 7
        -null: 0xffffffff
        -fix-tag: 37711
        -since-version: 7
        doc: Names the trade in later corrections.
    instances:
      md_entry_type: {value: 0x32, -fix-tag: 269}  # '2'

  md_incremental_refresh_trade_summary_42:
    -template-id: 42
    -orig-id: MDIncrementalRefreshTradeSummary42
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: trade_42_entry(version)
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group
      - {id: no_order_id_entries_size, type: group_size_8_byte, -fix-tag: 37705}
      - id: no_order_id_entries
        type: trade_order_entry
        size: no_order_id_entries_size.block_length
        repeat: expr
        repeat-expr: no_order_id_entries_size.num_in_group

  trade_48_entry:
    seq:
      - {id: md_entry_px, type: price9, -fix-tag: 270}
      - {id: md_entry_size, type: s4, -fix-tag: 271}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: rpt_seq, type: u4, -fix-tag: 83}
      - {id: number_of_orders, type: s4, -fix-tag: 346}
      - {id: aggressor_side, type: u1, enum: aggressor_side, -null: 255, -fix-tag: 5797}
      - {id: md_update_action, type: u1, enum: md_update_action, -fix-tag: 279}
      - {id: md_trade_entry_id, type: u4, -null: 0xffffffff, -fix-tag: 37711}
    instances:
      md_entry_type: {value: 0x32, -fix-tag: 269}  # '2'

  md_incremental_refresh_trade_summary_48:
    -template-id: 48
    -orig-id: MDIncrementalRefreshTradeSummary48
    doc: Supersedes 42.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: trade_48_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group
      - {id: no_order_id_entries_size, type: group_size_8_byte, -fix-tag: 37705}
      - id: no_order_id_entries
        type: trade_order_entry
        size: no_order_id_entries_size.block_length
        repeat: expr
        repeat-expr: no_order_id_entries_size.num_in_group

  trade_65_entry:
    seq:
      - {id: md_entry_px, type: price9, -fix-tag: 270}
      - {id: md_entry_size, type: u8, -fix-tag: 271}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: rpt_seq, type: u4, -fix-tag: 83}
      - {id: number_of_orders, type: s4, -fix-tag: 346}
      - {id: md_trade_entry_id, type: u4, -fix-tag: 37711}
      - {id: aggressor_side, type: u1, enum: aggressor_side, -null: 255, -fix-tag: 5797}
      - {id: md_update_action, type: u1, enum: md_update_action, -fix-tag: 279}
    instances:
      md_entry_type: {value: 0x32, -fix-tag: 269}  # '2'

  md_incremental_refresh_trade_summary_long_qty_65:
    -template-id: 65
    -orig-id: MDIncrementalRefreshTradeSummaryLongQty65
    doc: 48 with quantities of 64 bits.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: trade_65_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group
      - {id: no_order_id_entries_size, type: group_size_8_byte, -fix-tag: 37705}
      - id: no_order_id_entries
        type: trade_order_entry
        size: no_order_id_entries_size.block_length
        repeat: expr
        repeat-expr: no_order_id_entries_size.num_in_group

  # --- volume, statistics, limits ---

  volume_37_entry:
    seq:
      - {id: md_entry_size, type: s4, -fix-tag: 271}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: rpt_seq, type: u4, -fix-tag: 83}
      - {id: md_update_action, type: u1, enum: md_update_action, -fix-tag: 279}
    instances:
      md_entry_type: {value: 0x65, -fix-tag: 269}  # 'e'

  md_incremental_refresh_volume_37:
    -template-id: 37
    -orig-id: MDIncrementalRefreshVolume37
    doc: Electronic volume of the session.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: volume_37_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  volume_66_entry:
    seq:
      - {id: md_entry_size, type: u8, -fix-tag: 271}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: rpt_seq, type: u4, -fix-tag: 83}
      - {id: md_update_action, type: u1, enum: md_update_action, -fix-tag: 279}
    instances:
      md_entry_type: {value: 0x65, -fix-tag: 269}  # 'e'

  md_incremental_refresh_volume_long_qty_66:
    -template-id: 66
    -orig-id: MDIncrementalRefreshVolumeLongQty66
    doc: 37 with quantities of 64 bits.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: volume_66_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  daily_statistics_33_entry:
    seq:
      - {id: md_entry_px, type: pricenull7, -fix-tag: 270}
      - {id: md_entry_size, type: s4, -null: 0x7fffffff, -fix-tag: 271}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: rpt_seq, type: u4, -fix-tag: 83}
      - id: trading_reference_date
        type: u2
        -null: 65535
        -unit: days_since_epoch
        -fix-tag: 5796
      - {id: settl_price_type, type: settl_price_type, -fix-tag: 731}
      - {id: md_update_action, type: u1, enum: md_update_action, -fix-tag: 279}
      - {id: md_entry_type, type: u1, enum: md_entry_type_daily_statistics, -fix-tag: 269}

  md_incremental_refresh_daily_statistics_33:
    -template-id: 33
    -orig-id: MDIncrementalRefreshDailyStatistics33
    doc: Settlement, fixing, cleared volume, open interest.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: daily_statistics_33_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  daily_statistics_49_entry:
    seq:
      - {id: md_entry_px, type: pricenull9, -fix-tag: 270}
      - {id: md_entry_size, type: s4, -null: 0x7fffffff, -fix-tag: 271}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: rpt_seq, type: u4, -fix-tag: 83}
      - id: trading_reference_date
        type: u2
        -null: 65535
        -unit: days_since_epoch
        -fix-tag: 5796
      - {id: settl_price_type, type: settl_price_type, -fix-tag: 731}
      - {id: md_update_action, type: u1, enum: md_update_action, -fix-tag: 279}
      - {id: md_entry_type, type: u1, enum: md_entry_type_daily_statistics, -fix-tag: 269}

  md_incremental_refresh_daily_statistics_49:
    -template-id: 49
    -orig-id: MDIncrementalRefreshDailyStatistics49
    doc: Supersedes 33.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: daily_statistics_49_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  limits_banding_34_entry:
    seq:
      - {id: high_limit_price, type: pricenull7, -fix-tag: 1149}
      - {id: low_limit_price, type: pricenull7, -fix-tag: 1148}
      - id: max_price_variation
        type: pricenull7
        -fix-tag: 1143
        doc: How far from the last price the next may lie.
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: rpt_seq, type: u4, -fix-tag: 83}
    instances:
      md_update_action: {value: 0, -fix-tag: 279}
      md_entry_type: {value: 0x67, -fix-tag: 269}  # 'g'

  md_incremental_refresh_limits_banding_34:
    -template-id: 34
    -orig-id: MDIncrementalRefreshLimitsBanding34
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: limits_banding_34_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  limits_banding_50_entry:
    seq:
      - {id: high_limit_price, type: pricenull9, -fix-tag: 1149}
      - {id: low_limit_price, type: pricenull9, -fix-tag: 1148}
      - {id: max_price_variation, type: pricenull9, -fix-tag: 1143}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: rpt_seq, type: u4, -fix-tag: 83}
    instances:
      md_update_action: {value: 0, -fix-tag: 279}
      md_entry_type: {value: 0x67, -fix-tag: 269}  # 'g'

  md_incremental_refresh_limits_banding_50:
    -template-id: 50
    -orig-id: MDIncrementalRefreshLimitsBanding50
    doc: Supersedes 34.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: limits_banding_50_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  session_statistics_35_entry:
    params: [{id: version, type: u2}]
    seq:
      - {id: md_entry_px, type: price7, -fix-tag: 270}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: rpt_seq, type: u4, -fix-tag: 83}
      - id: open_close_settl_flag
        type: u1
        enum: open_close_settl_flag
        -null: 255
        -fix-tag: 286
      - {id: md_update_action, type: u1, enum: md_update_action, -fix-tag: 279}
      - {id: md_entry_type, type: u1, enum: md_entry_type_statistics, -fix-tag: 269}
      - id: md_entry_size
        type: s4
        if: version >= 8
        -null: 0x7fffffff
        -fix-tag: 271
        -since-version: 8

  md_incremental_refresh_session_statistics_35:
    -template-id: 35
    -orig-id: MDIncrementalRefreshSessionStatistics35
    doc: Open, high, low and the like.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: session_statistics_35_entry(version)
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  session_statistics_51_entry:
    seq:
      - {id: md_entry_px, type: price9, -fix-tag: 270}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: rpt_seq, type: u4, -fix-tag: 83}
      - id: open_close_settl_flag
        type: u1
        enum: open_close_settl_flag
        -null: 255
        -fix-tag: 286
      - {id: md_update_action, type: u1, enum: md_update_action, -fix-tag: 279}
      - {id: md_entry_type, type: u1, enum: md_entry_type_statistics, -fix-tag: 269}
      - {id: md_entry_size, type: s4, -null: 0x7fffffff, -fix-tag: 271}

  md_incremental_refresh_session_statistics_51:
    -template-id: 51
    -orig-id: MDIncrementalRefreshSessionStatistics51
    doc: Supersedes 35.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: session_statistics_51_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  session_statistics_67_entry:
    seq:
      - {id: md_entry_px, type: price9, -fix-tag: 270}
      - {id: md_entry_size, type: u8, -null: 0xffffffffffffffff, -fix-tag: 271}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: rpt_seq, type: u4, -fix-tag: 83}
      - id: open_close_settl_flag
        type: u1
        enum: open_close_settl_flag
        -null: 255
        -fix-tag: 286
      - {id: md_update_action, type: u1, enum: md_update_action, -fix-tag: 279}
      - {id: md_entry_type, type: u1, enum: md_entry_type_statistics, -fix-tag: 269}

  md_incremental_refresh_session_statistics_long_qty_67:
    -template-id: 67
    -orig-id: MDIncrementalRefreshSessionStatisticsLongQty67
    doc: 51 with quantities of 64 bits.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: session_statistics_67_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  collateral_62_entry:
    seq:
      - {id: underlying_security_alt_id, type: str, size: 12, terminator: 0, -fix-tag: 458}
      - id: underlying_security_alt_id_source
        type: u1
        enum: security_alt_id_source
        -null: 255
        -fix-tag: 459
      - {id: collateral_market_price, type: price9, -fix-tag: 2689}
      - {id: dirty_price, type: price9, -fix-tag: 37001}
      - {id: underlying_instrument_guid, type: u8, -fix-tag: 37519}
      - {id: md_stream_id, type: u1, enum: price_source, -null: 255, -fix-tag: 1500}

  collateral_market_value_62:
    -template-id: 62
    -orig-id: CollateralMarketValue62
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: refresh_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: collateral_62_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  # --- snapshots ---

  snapshot_38_block:
    seq:
      - id: last_msg_seq_num_processed
        type: u4
        -fix-tag: 369
        doc: Last incremental packet whose effect is included.
      - {id: tot_num_reports, type: u4, -fix-tag: 911}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: rpt_seq, type: u4, -fix-tag: 83}
      - {id: transact_time, type: u8, -unit: ns_since_epoch, -fix-tag: 60}
      - {id: last_update_time, type: u8, -unit: ns_since_epoch, -fix-tag: 779}
      - {id: trade_date, type: u2, -null: 65535, -unit: days_since_epoch, -fix-tag: 75}
      - id: md_security_trading_status
        type: u1
        enum: security_trading_status
        -null: 255
        -fix-tag: 1682
      - {id: high_limit_price, type: pricenull7, -fix-tag: 1149}
      - {id: low_limit_price, type: pricenull7, -fix-tag: 1148}
      - {id: max_price_variation, type: pricenull7, -fix-tag: 1143}

  snapshot_38_entry:
    seq:
      - {id: md_entry_px, type: pricenull7, -fix-tag: 270}
      - {id: md_entry_size, type: s4, -null: 0x7fffffff, -fix-tag: 271}
      - {id: number_of_orders, type: s4, -null: 0x7fffffff, -fix-tag: 346}
      - {id: md_price_level, type: s1, -null: 127, -fix-tag: 1023}
      - id: trading_reference_date
        type: u2
        -null: 65535
        -unit: days_since_epoch
        -fix-tag: 5796
      - id: open_close_settl_flag
        type: u1
        enum: open_close_settl_flag
        -null: 255
        -fix-tag: 286
      - {id: settl_price_type, type: settl_price_type, -fix-tag: 731}
      - {id: md_entry_type, type: u1, enum: md_entry_type, -fix-tag: 269}

  snapshot_full_refresh_38:
    -template-id: 38
    -orig-id: SnapshotFullRefresh38
    doc: One instrument of the recovery loop, levels and statistics.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: snapshot_38_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: snapshot_38_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  snapshot_block:
    doc: Root of 52 and 69.
    seq:
      - {id: last_msg_seq_num_processed, type: u4, -fix-tag: 369}
      - {id: tot_num_reports, type: u4, -fix-tag: 911}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: rpt_seq, type: u4, -fix-tag: 83}
      - {id: transact_time, type: u8, -unit: ns_since_epoch, -fix-tag: 60}
      - {id: last_update_time, type: u8, -unit: ns_since_epoch, -fix-tag: 779}
      - {id: trade_date, type: u2, -null: 65535, -unit: days_since_epoch, -fix-tag: 75}
      - id: md_security_trading_status
        type: u1
        enum: security_trading_status
        -null: 255
        -fix-tag: 1682
      - {id: high_limit_price, type: pricenull9, -fix-tag: 1149}
      - {id: low_limit_price, type: pricenull9, -fix-tag: 1148}
      - {id: max_price_variation, type: pricenull9, -fix-tag: 1143}

  snapshot_52_entry:
    seq:
      - {id: md_entry_px, type: pricenull9, -fix-tag: 270}
      - {id: md_entry_size, type: s4, -null: 0x7fffffff, -fix-tag: 271}
      - {id: number_of_orders, type: s4, -null: 0x7fffffff, -fix-tag: 346}
      - {id: md_price_level, type: s1, -null: 127, -fix-tag: 1023}
      - id: trading_reference_date
        type: u2
        -null: 65535
        -unit: days_since_epoch
        -fix-tag: 5796
      - id: open_close_settl_flag
        type: u1
        enum: open_close_settl_flag
        -null: 255
        -fix-tag: 286
      - {id: settl_price_type, type: settl_price_type, -fix-tag: 731}
      - {id: md_entry_type, type: u1, enum: md_entry_type, -fix-tag: 269}

  snapshot_full_refresh_52:
    -template-id: 52
    -orig-id: SnapshotFullRefresh52
    doc: Supersedes 38.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: snapshot_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: snapshot_52_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  snapshot_long_qty_entry:
    doc: Of 68 and 69.
    seq:
      - {id: md_entry_px, type: pricenull9, -fix-tag: 270}
      - {id: md_entry_size, type: u8, -null: 0xffffffffffffffff, -fix-tag: 271}
      - {id: number_of_orders, type: s4, -null: 0x7fffffff, -fix-tag: 346}
      - {id: md_price_level, type: u1, -null: 255, -fix-tag: 1023}
      - id: open_close_settl_flag
        type: u1
        enum: open_close_settl_flag
        -null: 255
        -fix-tag: 286
      - {id: md_entry_type, type: u1, enum: md_entry_type, -fix-tag: 269}

  snapshot_full_refresh_long_qty_69:
    -template-id: 69
    -orig-id: SnapshotFullRefreshLongQty69
    doc: 52 with quantities of 64 bits.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: snapshot_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: snapshot_long_qty_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  snapshot_tcp_block:
    doc: Root of 61 and 68.
    seq:
      - {id: transact_time, type: u8, -unit: ns_since_epoch, -fix-tag: 60}
      - {id: match_event_indicator, type: match_event_indicator, -fix-tag: 5799}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: high_limit_price, type: pricenull9, -fix-tag: 1149}
      - {id: low_limit_price, type: pricenull9, -fix-tag: 1148}
      - {id: max_price_variation, type: pricenull9, -fix-tag: 1143}

  snapshot_61_entry:
    seq:
      - {id: md_entry_px, type: pricenull9, -fix-tag: 270}
      - {id: md_entry_size, type: s4, -null: 0x7fffffff, -fix-tag: 271}
      - {id: tradeable_size, type: s4, -null: 0x7fffffff, -fix-tag: 37719}
      - {id: number_of_orders, type: s4, -null: 0x7fffffff, -fix-tag: 346}
      - {id: md_price_level, type: s1, -null: 127, -fix-tag: 1023}
      - id: open_close_settl_flag
        type: u1
        enum: open_close_settl_flag
        -null: 255
        -fix-tag: 286
      - {id: md_entry_type, type: u1, enum: md_entry_type, -fix-tag: 269}
      - id: trading_reference_date
        type: u2
        -null: 65535
        -unit: days_since_epoch
        -fix-tag: 5796
      - {id: settl_price_type, type: settl_price_type, -fix-tag: 731}

  snapshot_full_refresh_tcp_61:
    -template-id: 61
    -orig-id: SnapshotFullRefreshTCP61
    doc: Snapshot of the conflated TCP feed.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: snapshot_tcp_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: snapshot_61_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  snapshot_full_refresh_tcp_long_qty_68:
    -template-id: 68
    -orig-id: SnapshotFullRefreshTCPLongQty68
    doc: 61 with quantities of 64 bits.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: snapshot_tcp_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: snapshot_long_qty_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  snapshot_order_book_block:
    doc: Root of 44 and 53.
    seq:
      - {id: last_msg_seq_num_processed, type: u4, -fix-tag: 369}
      - {id: tot_num_reports, type: u4, -fix-tag: 911}
      - {id: security_id, type: s4, -fix-tag: 48}
      - id: no_chunks
        type: u4
        -fix-tag: 37709
        doc: Messages over which the orders of this instrument are spread.
      - id: current_chunk
        type: u4
        -fix-tag: 37710
        doc: Counts from 1 to no_chunks.
      - {id: transact_time, type: u8, -unit: ns_since_epoch, -fix-tag: 60}

  snapshot_order_book_44_entry:
    seq:
      - {id: order_id, type: u8, -fix-tag: 37}
      - {id: md_order_priority, type: u8, -null: 0xffffffffffffffff, -fix-tag: 37707}
      - {id: md_entry_px, type: price7, -fix-tag: 270}
      - {id: md_display_qty, type: s4, -fix-tag: 37706}
      - {id: md_entry_type, type: u1, enum: md_entry_type_book, -fix-tag: 269}

  snapshot_full_refresh_order_book_44:
    -template-id: 44
    -orig-id: SnapshotFullRefreshOrderBook44
    doc: Orders of one instrument, in chunks; bids and offers alternate from the best.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: snapshot_order_book_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: snapshot_order_book_44_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  snapshot_order_book_53_entry:
    seq:
      - {id: order_id, type: u8, -fix-tag: 37}
      - {id: md_order_priority, type: u8, -null: 0xffffffffffffffff, -fix-tag: 37707}
      - {id: md_entry_px, type: price9, -fix-tag: 270}
      - {id: md_display_qty, type: s4, -fix-tag: 37706}
      - {id: md_entry_type, type: u1, enum: md_entry_type_book, -fix-tag: 269}

  snapshot_full_refresh_order_book_53:
    -template-id: 53
    -orig-id: SnapshotFullRefreshOrderBook53
    doc: Supersedes 44.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: snapshot_order_book_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: snapshot_order_book_53_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  top_orders_59_block:
    seq:
      - {id: transact_time, type: u8, -unit: ns_since_epoch, -fix-tag: 60}
      - {id: match_event_indicator, type: match_event_indicator, -fix-tag: 5799}
      - {id: security_id, type: s4, -fix-tag: 48}

  top_orders_59_entry:
    seq:
      - {id: order_id, type: u8, -fix-tag: 37}
      - {id: md_order_priority, type: u8, -fix-tag: 37707}
      - {id: md_entry_px, type: price9, -fix-tag: 270}
      - {id: md_display_qty, type: s4, -fix-tag: 37706}
      - {id: md_entry_type, type: u1, enum: md_entry_type_book, -fix-tag: 269}

  snapshot_refresh_top_orders_59:
    -template-id: 59
    -orig-id: SnapshotRefreshTopOrders59
    doc: The first orders of a book.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: top_orders_59_block, size: block_length}
      - {id: no_md_entries_size, type: group_size, -fix-tag: 268}
      - id: no_md_entries
        type: top_orders_59_entry
        size: no_md_entries_size.block_length
        repeat: expr
        repeat-expr: no_md_entries_size.num_in_group

  # --- definitions ---

  instrument_head:
    doc: The first 71 bytes of every definition.
    seq:
      - {id: match_event_indicator, type: match_event_indicator, -fix-tag: 5799}
      - {id: tot_num_reports, type: u4, -null: 0xffffffff, -fix-tag: 911}
      - {id: security_update_action, type: u1, enum: security_update_action, -fix-tag: 980}
      - {id: last_update_time, type: u8, -unit: ns_since_epoch, -fix-tag: 779}
      - id: md_security_trading_status
        type: u1
        enum: security_trading_status
        -null: 255
        -fix-tag: 1682
      - {id: appl_id, type: s2, -fix-tag: 1180}
      - id: market_segment_id
        type: u1
        -fix-tag: 1300
        doc: One matching engine; order priorities are unique inside it.
      - {id: underlying_product, type: u1, -null: 255, -fix-tag: 462}
      - {id: security_exchange, type: str, size: 4, terminator: 0, -fix-tag: 207}
      - {id: security_group, type: str, size: 6, terminator: 0, -fix-tag: 1151}
      - {id: asset, type: str, size: 6, terminator: 0, -fix-tag: 6937}
      - {id: symbol, type: str, size: 20, terminator: 0, -fix-tag: 55}
      - {id: security_id, type: s4, -fix-tag: 48}
      - {id: security_type, type: str, size: 6, terminator: 0, -fix-tag: 167}
      - id: cfi_code
        type: str
        size: 6
        terminator: 0
        -fix-tag: 461
        doc: ISO 10962.
    instances:
      security_id_source: {value: 0x38, -fix-tag: 22}  # '8'

  event_entry:
    seq:
      - {id: event_type, type: u1, enum: event_type, -fix-tag: 865}
      - {id: event_time, type: u8, -unit: ns_since_epoch, -fix-tag: 1145}

  md_feed_type_entry:
    seq:
      - id: md_feed_type
        type: str
        size: 3
        terminator: 0
        -fix-tag: 1022
        doc: GBX is the direct book, GBI the implied one.
      - id: market_depth
        type: s1
        -fix-tag: 264
        doc: Levels of that book.

  inst_attrib_entry:
    seq:
      - {id: inst_attrib_value, type: inst_attrib_value, -fix-tag: 872}
    instances:
      inst_attrib_type: {value: 24, -fix-tag: 871}

  lot_type_rule_entry:
    seq:
      - {id: lot_type, type: s1, -fix-tag: 1093}
      - {id: min_lot_size, type: decimal_qty, -fix-tag: 1231}

  underlying_entry:
    seq:
      - {id: underlying_security_id, type: s4, -fix-tag: 309}
      - {id: underlying_symbol, type: str, size: 20, terminator: 0, -fix-tag: 311}
    instances:
      underlying_security_id_source: {value: 0x38, -fix-tag: 305}  # '8'

  related_instrument_entry:
    seq:
      - {id: related_security_id, type: s4, -fix-tag: 1650}
      - {id: related_symbol, type: str, size: 20, terminator: 0, -fix-tag: 1649}
    instances:
      related_security_id_source: {value: 0x38, -fix-tag: 1651}  # '8'

  future_27_block:
    params: [{id: version, type: u2}]
    seq:
      - {id: head, type: instrument_head}
      - {id: maturity_month_year, type: maturity_month_year, -fix-tag: 200}
      - {id: currency, type: str, size: 3, terminator: 0, -fix-tag: 15}
      - {id: settl_currency, type: str, size: 3, terminator: 0, -fix-tag: 120}
      - {id: match_algorithm, type: str, size: 1, terminator: 0, -fix-tag: 1142}
      - {id: min_trade_vol, type: u4, -fix-tag: 562}
      - {id: max_trade_vol, type: u4, -fix-tag: 1140}
      - {id: min_price_increment, type: price7, -fix-tag: 969}
      - id: display_factor
        type: decimal7
        -fix-tag: 9787
        doc: Multiply a price by it for display; books keep the price as sent.
      - {id: main_fraction, type: u1, -null: 255, -fix-tag: 37702}
      - {id: sub_fraction, type: u1, -null: 255, -fix-tag: 37703}
      - {id: price_display_format, type: u1, -null: 255, -fix-tag: 9800}
      - {id: unit_of_measure, type: str, size: 30, terminator: 0, -fix-tag: 996}
      - {id: unit_of_measure_qty, type: pricenull7, -fix-tag: 1147}
      - {id: trading_reference_price, type: pricenull7, -fix-tag: 1150}
      - {id: settl_price_type, type: settl_price_type, -fix-tag: 731}
      - {id: open_interest_qty, type: s4, -null: 0x7fffffff, -fix-tag: 5792}
      - {id: cleared_volume, type: s4, -null: 0x7fffffff, -fix-tag: 5791}
      - {id: high_limit_price, type: pricenull7, -fix-tag: 1149}
      - {id: low_limit_price, type: pricenull7, -fix-tag: 1148}
      - {id: max_price_variation, type: pricenull7, -fix-tag: 1143}
      - {id: decay_quantity, type: s4, -null: 0x7fffffff, -fix-tag: 5818}
      - {id: decay_start_date, type: u2, -null: 65535, -unit: days_since_epoch, -fix-tag: 5819}
      - {id: original_contract_size, type: s4, -null: 0x7fffffff, -fix-tag: 5849}
      - {id: contract_multiplier, type: s4, -null: 0x7fffffff, -fix-tag: 231}
      - {id: contract_multiplier_unit, type: s1, -null: 127, -fix-tag: 1435}
      - {id: flow_schedule_type, type: s1, -null: 127, -fix-tag: 1439}
      - {id: min_price_increment_amount, type: pricenull7, -fix-tag: 1146}
      - {id: user_defined_instrument, type: str, size: 1, terminator: 0, -fix-tag: 9779}
      - id: trading_reference_date
        type: u2
        if: version >= 6
        -null: 65535
        -unit: days_since_epoch
        -fix-tag: 5796
        -since-version: 6

  md_instrument_definition_future_27:
    -template-id: 27
    -orig-id: MDInstrumentDefinitionFuture27
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: future_27_block(version), size: block_length}
      - {id: no_events_size, type: group_size, -fix-tag: 864}
      - id: no_events
        type: event_entry
        size: no_events_size.block_length
        repeat: expr
        repeat-expr: no_events_size.num_in_group
      - {id: no_md_feed_types_size, type: group_size, -fix-tag: 1141}
      - id: no_md_feed_types
        type: md_feed_type_entry
        size: no_md_feed_types_size.block_length
        repeat: expr
        repeat-expr: no_md_feed_types_size.num_in_group
      - {id: no_inst_attrib_size, type: group_size, -fix-tag: 870}
      - id: no_inst_attrib
        type: inst_attrib_entry
        size: no_inst_attrib_size.block_length
        repeat: expr
        repeat-expr: no_inst_attrib_size.num_in_group
      - {id: no_lot_type_rules_size, type: group_size, -fix-tag: 1234}
      - id: no_lot_type_rules
        type: lot_type_rule_entry
        size: no_lot_type_rules_size.block_length
        repeat: expr
        repeat-expr: no_lot_type_rules_size.num_in_group

  option_41_block:
    params: [{id: version, type: u2}]
    seq:
      - {id: head, type: instrument_head}
      - {id: put_or_call, type: u1, enum: put_or_call, -fix-tag: 201}
      - {id: maturity_month_year, type: maturity_month_year, -fix-tag: 200}
      - {id: currency, type: str, size: 3, terminator: 0, -fix-tag: 15}
      - {id: strike_price, type: pricenull7, -fix-tag: 202}
      - {id: strike_currency, type: str, size: 3, terminator: 0, -fix-tag: 947}
      - {id: settl_currency, type: str, size: 3, terminator: 0, -fix-tag: 120}
      - {id: min_cab_price, type: pricenull7, -fix-tag: 9850}
      - {id: match_algorithm, type: str, size: 1, terminator: 0, -fix-tag: 1142}
      - {id: min_trade_vol, type: u4, -fix-tag: 562}
      - {id: max_trade_vol, type: u4, -fix-tag: 1140}
      - {id: min_price_increment, type: pricenull7, -fix-tag: 969}
      - {id: min_price_increment_amount, type: pricenull7, -fix-tag: 1146}
      - {id: display_factor, type: decimal7, -fix-tag: 9787}
      - {id: tick_rule, type: s1, -null: 127, -fix-tag: 6350}
      - {id: main_fraction, type: u1, -null: 255, -fix-tag: 37702}
      - {id: sub_fraction, type: u1, -null: 255, -fix-tag: 37703}
      - {id: price_display_format, type: u1, -null: 255, -fix-tag: 9800}
      - {id: unit_of_measure, type: str, size: 30, terminator: 0, -fix-tag: 996}
      - {id: unit_of_measure_qty, type: pricenull7, -fix-tag: 1147}
      - {id: trading_reference_price, type: pricenull7, -fix-tag: 1150}
      - {id: settl_price_type, type: settl_price_type, -fix-tag: 731}
      - {id: cleared_volume, type: s4, -null: 0x7fffffff, -fix-tag: 5791}
      - {id: open_interest_qty, type: s4, -null: 0x7fffffff, -fix-tag: 5792}
      - {id: low_limit_price, type: pricenull7, -fix-tag: 1148}
      - {id: high_limit_price, type: pricenull7, -fix-tag: 1149}
      - {id: user_defined_instrument, type: str, size: 1, terminator: 0, -fix-tag: 9779}
      - id: trading_reference_date
        type: u2
        if: version >= 6
        -null: 65535
        -unit: days_since_epoch
        -fix-tag: 5796
        -since-version: 6

  md_instrument_definition_option_41:
    -template-id: 41
    -orig-id: MDInstrumentDefinitionOption41
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: option_41_block(version), size: block_length}
      - {id: no_events_size, type: group_size, -fix-tag: 864}
      - id: no_events
        type: event_entry
        size: no_events_size.block_length
        repeat: expr
        repeat-expr: no_events_size.num_in_group
      - {id: no_md_feed_types_size, type: group_size, -fix-tag: 1141}
      - id: no_md_feed_types
        type: md_feed_type_entry
        size: no_md_feed_types_size.block_length
        repeat: expr
        repeat-expr: no_md_feed_types_size.num_in_group
      - {id: no_inst_attrib_size, type: group_size, -fix-tag: 870}
      - id: no_inst_attrib
        type: inst_attrib_entry
        size: no_inst_attrib_size.block_length
        repeat: expr
        repeat-expr: no_inst_attrib_size.num_in_group
      - {id: no_lot_type_rules_size, type: group_size, -fix-tag: 1234}
      - id: no_lot_type_rules
        type: lot_type_rule_entry
        size: no_lot_type_rules_size.block_length
        repeat: expr
        repeat-expr: no_lot_type_rules_size.num_in_group
      - {id: no_underlyings_size, type: group_size, -fix-tag: 711}
      - id: no_underlyings
        type: underlying_entry
        size: no_underlyings_size.block_length
        repeat: expr
        repeat-expr: no_underlyings_size.num_in_group
      - id: no_related_instruments_size
        type: group_size
        if: version >= 7
        -fix-tag: 1647
        -since-version: 7
      - id: no_related_instruments
        type: related_instrument_entry
        size: no_related_instruments_size.block_length
        repeat: expr
        repeat-expr: no_related_instruments_size.num_in_group
        if: version >= 7
        -since-version: 7

  leg_29_entry:
    seq:
      - {id: leg_security_id, type: s4, -fix-tag: 602}
      - {id: leg_side, type: u1, enum: leg_side, -fix-tag: 624}
      - {id: leg_ratio_qty, type: s1, -fix-tag: 623}
      - {id: leg_price, type: pricenull7, -fix-tag: 566}
      - {id: leg_option_delta, type: decimal_qty, -fix-tag: 1017}
    instances:
      leg_security_id_source: {value: 0x38, -fix-tag: 603}  # '8'

  spread_29_block:
    params: [{id: version, type: u2}]
    seq:
      - {id: head, type: instrument_head}
      - {id: maturity_month_year, type: maturity_month_year, -fix-tag: 200}
      - {id: currency, type: str, size: 3, terminator: 0, -fix-tag: 15}
      - {id: security_sub_type, type: str, size: 5, terminator: 0, -fix-tag: 762}
      - {id: user_defined_instrument, type: str, size: 1, terminator: 0, -fix-tag: 9779}
      - {id: match_algorithm, type: str, size: 1, terminator: 0, -fix-tag: 1142}
      - {id: min_trade_vol, type: u4, -fix-tag: 562}
      - {id: max_trade_vol, type: u4, -fix-tag: 1140}
      - {id: min_price_increment, type: price7, -fix-tag: 969}
      - {id: display_factor, type: decimal7, -fix-tag: 9787}
      - {id: price_display_format, type: u1, -null: 255, -fix-tag: 9800}
      - {id: price_ratio, type: pricenull7, -fix-tag: 5770}
      - {id: tick_rule, type: s1, -null: 127, -fix-tag: 6350}
      - {id: unit_of_measure, type: str, size: 30, terminator: 0, -fix-tag: 996}
      - {id: trading_reference_price, type: pricenull7, -fix-tag: 1150}
      - {id: settl_price_type, type: settl_price_type, -fix-tag: 731}
      - {id: open_interest_qty, type: s4, -null: 0x7fffffff, -fix-tag: 5792}
      - {id: cleared_volume, type: s4, -null: 0x7fffffff, -fix-tag: 5791}
      - {id: high_limit_price, type: pricenull7, -fix-tag: 1149}
      - {id: low_limit_price, type: pricenull7, -fix-tag: 1148}
      - {id: max_price_variation, type: pricenull7, -fix-tag: 1143}
      - {id: main_fraction, type: u1, -null: 255, -fix-tag: 37702}
      - {id: sub_fraction, type: u1, -null: 255, -fix-tag: 37703}
      - id: trading_reference_date
        type: u2
        if: version >= 6
        -null: 65535
        -unit: days_since_epoch
        -fix-tag: 5796
        -since-version: 6

  md_instrument_definition_spread_29:
    -template-id: 29
    -orig-id: MDInstrumentDefinitionSpread29
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: spread_29_block(version), size: block_length}
      - {id: no_events_size, type: group_size, -fix-tag: 864}
      - id: no_events
        type: event_entry
        size: no_events_size.block_length
        repeat: expr
        repeat-expr: no_events_size.num_in_group
      - {id: no_md_feed_types_size, type: group_size, -fix-tag: 1141}
      - id: no_md_feed_types
        type: md_feed_type_entry
        size: no_md_feed_types_size.block_length
        repeat: expr
        repeat-expr: no_md_feed_types_size.num_in_group
      - {id: no_inst_attrib_size, type: group_size, -fix-tag: 870}
      - id: no_inst_attrib
        type: inst_attrib_entry
        size: no_inst_attrib_size.block_length
        repeat: expr
        repeat-expr: no_inst_attrib_size.num_in_group
      - {id: no_lot_type_rules_size, type: group_size, -fix-tag: 1234}
      - id: no_lot_type_rules
        type: lot_type_rule_entry
        size: no_lot_type_rules_size.block_length
        repeat: expr
        repeat-expr: no_lot_type_rules_size.num_in_group
      - {id: no_legs_size, type: group_size, -fix-tag: 555}
      - id: no_legs
        type: leg_29_entry
        size: no_legs_size.block_length
        repeat: expr
        repeat-expr: no_legs_size.num_in_group

  future_54_block:
    params: [{id: version, type: u2}]
    seq:
      - {id: head, type: instrument_head}
      - {id: maturity_month_year, type: maturity_month_year, -fix-tag: 200}
      - {id: currency, type: str, size: 3, terminator: 0, -fix-tag: 15}
      - {id: settl_currency, type: str, size: 3, terminator: 0, -fix-tag: 120}
      - {id: match_algorithm, type: str, size: 1, terminator: 0, -fix-tag: 1142}
      - {id: min_trade_vol, type: u4, -fix-tag: 562}
      - {id: max_trade_vol, type: u4, -fix-tag: 1140}
      - {id: min_price_increment, type: price9, -fix-tag: 969}
      - {id: display_factor, type: decimal9, -fix-tag: 9787}
      - {id: main_fraction, type: u1, -null: 255, -fix-tag: 37702}
      - {id: sub_fraction, type: u1, -null: 255, -fix-tag: 37703}
      - {id: price_display_format, type: u1, -null: 255, -fix-tag: 9800}
      - {id: unit_of_measure, type: str, size: 30, terminator: 0, -fix-tag: 996}
      - {id: unit_of_measure_qty, type: decimalnull9, -fix-tag: 1147}
      - {id: trading_reference_price, type: pricenull9, -fix-tag: 1150}
      - {id: settl_price_type, type: settl_price_type, -fix-tag: 731}
      - {id: open_interest_qty, type: s4, -null: 0x7fffffff, -fix-tag: 5792}
      - {id: cleared_volume, type: s4, -null: 0x7fffffff, -fix-tag: 5791}
      - {id: high_limit_price, type: pricenull9, -fix-tag: 1149}
      - {id: low_limit_price, type: pricenull9, -fix-tag: 1148}
      - {id: max_price_variation, type: pricenull9, -fix-tag: 1143}
      - {id: decay_quantity, type: s4, -null: 0x7fffffff, -fix-tag: 5818}
      - {id: decay_start_date, type: u2, -null: 65535, -unit: days_since_epoch, -fix-tag: 5819}
      - {id: original_contract_size, type: s4, -null: 0x7fffffff, -fix-tag: 5849}
      - {id: contract_multiplier, type: s4, -null: 0x7fffffff, -fix-tag: 231}
      - {id: contract_multiplier_unit, type: s1, -null: 127, -fix-tag: 1435}
      - {id: flow_schedule_type, type: s1, -null: 127, -fix-tag: 1439}
      - {id: min_price_increment_amount, type: pricenull9, -fix-tag: 1146}
      - {id: user_defined_instrument, type: str, size: 1, terminator: 0, -fix-tag: 9779}
      - id: trading_reference_date
        type: u2
        -null: 65535
        -unit: days_since_epoch
        -fix-tag: 5796
      - id: instrument_guid
        type: u8
        if: version >= 10
        -null: 0xffffffffffffffff
        -fix-tag: 37513
        -since-version: 10
        doc: Stays the same when the security id is used again.

  md_instrument_definition_future_54:
    -template-id: 54
    -orig-id: MDInstrumentDefinitionFuture54
    doc: Supersedes 27.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: future_54_block(version), size: block_length}
      - {id: no_events_size, type: group_size, -fix-tag: 864}
      - id: no_events
        type: event_entry
        size: no_events_size.block_length
        repeat: expr
        repeat-expr: no_events_size.num_in_group
      - {id: no_md_feed_types_size, type: group_size, -fix-tag: 1141}
      - id: no_md_feed_types
        type: md_feed_type_entry
        size: no_md_feed_types_size.block_length
        repeat: expr
        repeat-expr: no_md_feed_types_size.num_in_group
      - {id: no_inst_attrib_size, type: group_size, -fix-tag: 870}
      - id: no_inst_attrib
        type: inst_attrib_entry
        size: no_inst_attrib_size.block_length
        repeat: expr
        repeat-expr: no_inst_attrib_size.num_in_group
      - {id: no_lot_type_rules_size, type: group_size, -fix-tag: 1234}
      - id: no_lot_type_rules
        type: lot_type_rule_entry
        size: no_lot_type_rules_size.block_length
        repeat: expr
        repeat-expr: no_lot_type_rules_size.num_in_group

  option_55_block:
    params: [{id: version, type: u2}]
    seq:
      - {id: head, type: instrument_head}
      - {id: put_or_call, type: u1, enum: put_or_call, -fix-tag: 201}
      - {id: maturity_month_year, type: maturity_month_year, -fix-tag: 200}
      - {id: currency, type: str, size: 3, terminator: 0, -fix-tag: 15}
      - {id: strike_price, type: pricenull9, -fix-tag: 202}
      - {id: strike_currency, type: str, size: 3, terminator: 0, -fix-tag: 947}
      - {id: settl_currency, type: str, size: 3, terminator: 0, -fix-tag: 120}
      - {id: min_cab_price, type: pricenull9, -fix-tag: 9850}
      - {id: match_algorithm, type: str, size: 1, terminator: 0, -fix-tag: 1142}
      - {id: min_trade_vol, type: u4, -fix-tag: 562}
      - {id: max_trade_vol, type: u4, -fix-tag: 1140}
      - {id: min_price_increment, type: pricenull9, -fix-tag: 969}
      - {id: min_price_increment_amount, type: pricenull9, -fix-tag: 1146}
      - {id: display_factor, type: decimal9, -fix-tag: 9787}
      - {id: tick_rule, type: s1, -null: 127, -fix-tag: 6350}
      - {id: main_fraction, type: u1, -null: 255, -fix-tag: 37702}
      - {id: sub_fraction, type: u1, -null: 255, -fix-tag: 37703}
      - {id: price_display_format, type: u1, -null: 255, -fix-tag: 9800}
      - {id: unit_of_measure, type: str, size: 30, terminator: 0, -fix-tag: 996}
      - {id: unit_of_measure_qty, type: decimalnull9, -fix-tag: 1147}
      - {id: trading_reference_price, type: pricenull9, -fix-tag: 1150}
      - {id: settl_price_type, type: settl_price_type, -fix-tag: 731}
      - {id: cleared_volume, type: s4, -null: 0x7fffffff, -fix-tag: 5791}
      - {id: open_interest_qty, type: s4, -null: 0x7fffffff, -fix-tag: 5792}
      - {id: low_limit_price, type: pricenull9, -fix-tag: 1148}
      - {id: high_limit_price, type: pricenull9, -fix-tag: 1149}
      - {id: user_defined_instrument, type: str, size: 1, terminator: 0, -fix-tag: 9779}
      - id: trading_reference_date
        type: u2
        -null: 65535
        -unit: days_since_epoch
        -fix-tag: 5796
      - id: instrument_guid
        type: u8
        if: version >= 10
        -null: 0xffffffffffffffff
        -fix-tag: 37513
        -since-version: 10

  md_instrument_definition_option_55:
    -template-id: 55
    -orig-id: MDInstrumentDefinitionOption55
    doc: Supersedes 41.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: option_55_block(version), size: block_length}
      - {id: no_events_size, type: group_size, -fix-tag: 864}
      - id: no_events
        type: event_entry
        size: no_events_size.block_length
        repeat: expr
        repeat-expr: no_events_size.num_in_group
      - {id: no_md_feed_types_size, type: group_size, -fix-tag: 1141}
      - id: no_md_feed_types
        type: md_feed_type_entry
        size: no_md_feed_types_size.block_length
        repeat: expr
        repeat-expr: no_md_feed_types_size.num_in_group
      - {id: no_inst_attrib_size, type: group_size, -fix-tag: 870}
      - id: no_inst_attrib
        type: inst_attrib_entry
        size: no_inst_attrib_size.block_length
        repeat: expr
        repeat-expr: no_inst_attrib_size.num_in_group
      - {id: no_lot_type_rules_size, type: group_size, -fix-tag: 1234}
      - id: no_lot_type_rules
        type: lot_type_rule_entry
        size: no_lot_type_rules_size.block_length
        repeat: expr
        repeat-expr: no_lot_type_rules_size.num_in_group
      - {id: no_underlyings_size, type: group_size, -fix-tag: 711}
      - id: no_underlyings
        type: underlying_entry
        size: no_underlyings_size.block_length
        repeat: expr
        repeat-expr: no_underlyings_size.num_in_group
      - {id: no_related_instruments_size, type: group_size, -fix-tag: 1647}
      - id: no_related_instruments
        type: related_instrument_entry
        size: no_related_instruments_size.block_length
        repeat: expr
        repeat-expr: no_related_instruments_size.num_in_group

  leg_56_entry:
    seq:
      - {id: leg_security_id, type: s4, -fix-tag: 602}
      - {id: leg_side, type: u1, enum: leg_side, -fix-tag: 624}
      - {id: leg_ratio_qty, type: s1, -fix-tag: 623}
      - {id: leg_price, type: pricenull9, -fix-tag: 566}
      - {id: leg_option_delta, type: decimal_qty, -fix-tag: 1017}
    instances:
      leg_security_id_source: {value: 0x38, -fix-tag: 603}  # '8'

  spread_56_block:
    params: [{id: version, type: u2}]
    seq:
      - {id: head, type: instrument_head}
      - {id: maturity_month_year, type: maturity_month_year, -fix-tag: 200}
      - {id: currency, type: str, size: 3, terminator: 0, -fix-tag: 15}
      - {id: security_sub_type, type: str, size: 5, terminator: 0, -fix-tag: 762}
      - {id: user_defined_instrument, type: str, size: 1, terminator: 0, -fix-tag: 9779}
      - {id: match_algorithm, type: str, size: 1, terminator: 0, -fix-tag: 1142}
      - {id: min_trade_vol, type: u4, -fix-tag: 562}
      - {id: max_trade_vol, type: u4, -fix-tag: 1140}
      - {id: min_price_increment, type: pricenull9, -fix-tag: 969}
      - {id: display_factor, type: decimal9, -fix-tag: 9787}
      - {id: price_display_format, type: u1, -null: 255, -fix-tag: 9800}
      - {id: price_ratio, type: pricenull9, -fix-tag: 5770}
      - {id: tick_rule, type: s1, -null: 127, -fix-tag: 6350}
      - {id: unit_of_measure, type: str, size: 30, terminator: 0, -fix-tag: 996}
      - {id: trading_reference_price, type: pricenull9, -fix-tag: 1150}
      - {id: settl_price_type, type: settl_price_type, -fix-tag: 731}
      - {id: open_interest_qty, type: s4, -null: 0x7fffffff, -fix-tag: 5792}
      - {id: cleared_volume, type: s4, -null: 0x7fffffff, -fix-tag: 5791}
      - {id: high_limit_price, type: pricenull9, -fix-tag: 1149}
      - {id: low_limit_price, type: pricenull9, -fix-tag: 1148}
      - {id: max_price_variation, type: pricenull9, -fix-tag: 1143}
      - {id: main_fraction, type: u1, -null: 255, -fix-tag: 37702}
      - {id: sub_fraction, type: u1, -null: 255, -fix-tag: 37703}
      - id: trading_reference_date
        type: u2
        -null: 65535
        -unit: days_since_epoch
        -fix-tag: 5796
      - id: price_quote_method
        type: str
        size: 5
        terminator: 0
        if: version >= 10
        -fix-tag: 1196
        -since-version: 10
      - id: risk_set
        type: str
        size: 6
        terminator: 0
        if: version >= 10
        -fix-tag: 37721
        -since-version: 10
      - id: market_set
        type: str
        size: 6
        terminator: 0
        if: version >= 10
        -fix-tag: 37722
        -since-version: 10
      - id: instrument_guid
        type: u8
        if: version >= 10
        -null: 0xffffffffffffffff
        -fix-tag: 37513
        -since-version: 10
      - id: financial_instrument_full_name
        type: str
        size: 35
        terminator: 0
        if: version >= 10
        -fix-tag: 2714
        -since-version: 10

  md_instrument_definition_spread_56:
    -template-id: 56
    -orig-id: MDInstrumentDefinitionSpread56
    doc: Supersedes 29.
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: spread_56_block(version), size: block_length}
      - {id: no_events_size, type: group_size, -fix-tag: 864}
      - id: no_events
        type: event_entry
        size: no_events_size.block_length
        repeat: expr
        repeat-expr: no_events_size.num_in_group
      - {id: no_md_feed_types_size, type: group_size, -fix-tag: 1141}
      - id: no_md_feed_types
        type: md_feed_type_entry
        size: no_md_feed_types_size.block_length
        repeat: expr
        repeat-expr: no_md_feed_types_size.num_in_group
      - {id: no_inst_attrib_size, type: group_size, -fix-tag: 870}
      - id: no_inst_attrib
        type: inst_attrib_entry
        size: no_inst_attrib_size.block_length
        repeat: expr
        repeat-expr: no_inst_attrib_size.num_in_group
      - {id: no_lot_type_rules_size, type: group_size, -fix-tag: 1234}
      - id: no_lot_type_rules
        type: lot_type_rule_entry
        size: no_lot_type_rules_size.block_length
        repeat: expr
        repeat-expr: no_lot_type_rules_size.num_in_group
      - {id: no_legs_size, type: group_size, -fix-tag: 555}
      - id: no_legs
        type: leg_56_entry
        size: no_legs_size.block_length
        repeat: expr
        repeat-expr: no_legs_size.num_in_group

  fixed_income_57_block:
    seq:
      - {id: head, type: instrument_head}
      - {id: currency, type: str, size: 3, terminator: 0, -fix-tag: 15}
      - {id: settl_currency, type: str, size: 3, terminator: 0, -fix-tag: 120}
      - {id: match_algorithm, type: str, size: 1, terminator: 0, -fix-tag: 1142}
      - {id: min_trade_vol, type: u4, -fix-tag: 562}
      - {id: max_trade_vol, type: u4, -fix-tag: 1140}
      - {id: min_price_increment, type: pricenull9, -fix-tag: 969}
      - {id: display_factor, type: decimal9, -fix-tag: 9787}
      - {id: main_fraction, type: u1, -null: 255, -fix-tag: 37702}
      - {id: sub_fraction, type: u1, -null: 255, -fix-tag: 37703}
      - {id: price_display_format, type: u1, -null: 255, -fix-tag: 9800}
      - {id: unit_of_measure, type: str, size: 30, terminator: 0, -fix-tag: 996}
      - {id: unit_of_measure_qty, type: decimalnull9, -fix-tag: 1147}
      - {id: trading_reference_price, type: pricenull9, -fix-tag: 1150}
      - id: trading_reference_date
        type: u2
        -null: 65535
        -unit: days_since_epoch
        -fix-tag: 5796
      - {id: high_limit_price, type: pricenull9, -fix-tag: 1149}
      - {id: low_limit_price, type: pricenull9, -fix-tag: 1148}
      - {id: max_price_variation, type: pricenull9, -fix-tag: 1143}
      - {id: min_price_increment_amount, type: pricenull9, -fix-tag: 1146}
      - {id: issue_date, type: u2, -null: 65535, -unit: days_since_epoch, -fix-tag: 225}
      - {id: dated_date, type: u2, -null: 65535, -unit: days_since_epoch, -fix-tag: 873}
      - {id: maturity_date, type: u2, -null: 65535, -unit: days_since_epoch, -fix-tag: 541}
      - {id: coupon_rate, type: decimalnull9, -fix-tag: 223}
      - {id: par_value, type: pricenull9, -fix-tag: 37723}
      - {id: coupon_frequency_unit, type: str, size: 3, terminator: 0, -fix-tag: 1949}
      - {id: coupon_frequency_period, type: u2, -null: 65535, -fix-tag: 1948}
      - {id: coupon_day_count, type: str, size: 20, terminator: 0, -fix-tag: 1950}
      - {id: country_of_issue, type: str, size: 2, terminator: 0, -fix-tag: 470}
      - {id: issuer, type: str, size: 25, terminator: 0, -fix-tag: 106}
      - {id: financial_instrument_full_name, type: str, size: 35, terminator: 0, -fix-tag: 2714}
      - {id: security_alt_id, type: str, size: 12, terminator: 0, -fix-tag: 455}
      - id: security_alt_id_source
        type: u1
        enum: security_alt_id_source
        -null: 255
        -fix-tag: 456
      - {id: price_quote_method, type: str, size: 5, terminator: 0, -fix-tag: 1196}
      - {id: party_role_clearing_org, type: str, size: 5, terminator: 0, -fix-tag: 9736}
      - {id: user_defined_instrument, type: str, size: 1, terminator: 0, -fix-tag: 9779}
      - {id: risk_set, type: str, size: 6, terminator: 0, -fix-tag: 37721}
      - {id: market_set, type: str, size: 6, terminator: 0, -fix-tag: 37722}
      - {id: instrument_guid, type: u8, -null: 0xffffffffffffffff, -fix-tag: 37513}

  md_instrument_definition_fixed_income_57:
    -template-id: 57
    -orig-id: MDInstrumentDefinitionFixedIncome57
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: fixed_income_57_block, size: block_length}
      - {id: no_events_size, type: group_size, -fix-tag: 864}
      - id: no_events
        type: event_entry
        size: no_events_size.block_length
        repeat: expr
        repeat-expr: no_events_size.num_in_group
      - {id: no_md_feed_types_size, type: group_size, -fix-tag: 1141}
      - id: no_md_feed_types
        type: md_feed_type_entry
        size: no_md_feed_types_size.block_length
        repeat: expr
        repeat-expr: no_md_feed_types_size.num_in_group
      - {id: no_inst_attrib_size, type: group_size, -fix-tag: 870}
      - id: no_inst_attrib
        type: inst_attrib_entry
        size: no_inst_attrib_size.block_length
        repeat: expr
        repeat-expr: no_inst_attrib_size.num_in_group
      - {id: no_lot_type_rules_size, type: group_size, -fix-tag: 1234}
      - id: no_lot_type_rules
        type: lot_type_rule_entry
        size: no_lot_type_rules_size.block_length
        repeat: expr
        repeat-expr: no_lot_type_rules_size.num_in_group

  underlying_58_entry:
    params: [{id: version, type: u2}]
    seq:
      - {id: underlying_symbol, type: str, size: 20, terminator: 0, -fix-tag: 311}
      - {id: underlying_security_id, type: s4, -null: 0x7fffffff, -fix-tag: 309}
      - {id: underlying_security_alt_id, type: str, size: 12, terminator: 0, -fix-tag: 458}
      - id: underlying_security_alt_id_source
        type: u1
        enum: security_alt_id_source
        -null: 255
        -fix-tag: 459
      - id: underlying_financial_instrument_full_name
        type: str
        size: 35
        terminator: 0
        -fix-tag: 2720
      - {id: underlying_security_type, type: str, size: 6, terminator: 0, -fix-tag: 310}
      - {id: underlying_country_of_issue, type: str, size: 2, terminator: 0, -fix-tag: 592}
      - {id: underlying_issuer, type: str, size: 25, terminator: 0, -fix-tag: 306}
      - {id: underlying_max_life_time, type: u1, -null: 255, -fix-tag: 37717}
      - {id: underlying_min_days_to_maturity, type: u2, -null: 65535, -fix-tag: 37718}
      - id: underlying_instrument_guid
        type: u8
        if: version >= 11
        -null: 0xffffffffffffffff
        -fix-tag: 37519
        -since-version: 11
      - id: underlying_maturity_date
        type: u2
        if: version >= 11
        -null: 65535
        -unit: days_since_epoch
        -fix-tag: 542
        -since-version: 11
    instances:
      underlying_security_id_source: {value: 0x38, -fix-tag: 305}  # '8'

  related_instrument_58_entry:
    seq:
      - {id: related_security_id, type: s4, -fix-tag: 1650}
      - {id: related_symbol, type: str, size: 20, terminator: 0, -fix-tag: 1649}
      - {id: related_instrument_guid, type: u8, -null: 0xffffffffffffffff, -fix-tag: 37724}
    instances:
      related_security_id_source: {value: 0x38, -fix-tag: 1651}  # '8'

  broken_date_entry:
    seq:
      - {id: broken_date_guid, type: u8, -fix-tag: 39031}
      - {id: broken_date_security_id, type: s4, -fix-tag: 39027}
      - {id: broken_date_start, type: u2, -null: 65535, -unit: days_since_epoch, -fix-tag: 6748}
      - {id: broken_date_end, type: u2, -null: 65535, -unit: days_since_epoch, -fix-tag: 6741}

  repo_58_block:
    params: [{id: version, type: u2}]
    seq:
      - {id: head, type: instrument_head}
      - {id: currency, type: str, size: 3, terminator: 0, -fix-tag: 15}
      - {id: settl_currency, type: str, size: 3, terminator: 0, -fix-tag: 120}
      - {id: match_algorithm, type: str, size: 1, terminator: 0, -fix-tag: 1142}
      - {id: min_trade_vol, type: u4, -fix-tag: 562}
      - {id: max_trade_vol, type: u4, -fix-tag: 1140}
      - {id: min_price_increment, type: price9, -fix-tag: 969}
      - {id: display_factor, type: decimal9, -fix-tag: 9787}
      - {id: unit_of_measure, type: str, size: 30, terminator: 0, -fix-tag: 996}
      - {id: unit_of_measure_qty, type: decimalnull9, -fix-tag: 1147}
      - {id: trading_reference_price, type: pricenull9, -fix-tag: 1150}
      - id: trading_reference_date
        type: u2
        -null: 65535
        -unit: days_since_epoch
        -fix-tag: 5796
      - {id: high_limit_price, type: pricenull9, -fix-tag: 1149}
      - {id: low_limit_price, type: pricenull9, -fix-tag: 1148}
      - {id: max_price_variation, type: pricenull9, -fix-tag: 1143}
      - {id: financial_instrument_full_name, type: str, size: 35, terminator: 0, -fix-tag: 2714}
      - {id: party_role_clearing_org, type: str, size: 5, terminator: 0, -fix-tag: 9736}
      - {id: start_date, type: u2, -null: 65535, -unit: days_since_epoch, -fix-tag: 916}
      - {id: end_date, type: u2, -null: 65535, -unit: days_since_epoch, -fix-tag: 917}
      - {id: termination_type, type: str, size: 8, terminator: 0, -fix-tag: 788}
      - {id: security_sub_type, type: u1, enum: repo_sub_type, -fix-tag: 762}
      - {id: money_or_par, type: u1, enum: money_or_par, -null: 255, -fix-tag: 37714}
      - {id: max_no_of_substitutions, type: u1, -fix-tag: 37715}
      - {id: price_quote_method, type: str, size: 5, terminator: 0, -fix-tag: 1196}
      - {id: user_defined_instrument, type: str, size: 1, terminator: 0, -fix-tag: 9779}
      - {id: risk_set, type: str, size: 6, terminator: 0, -fix-tag: 37721}
      - {id: market_set, type: str, size: 6, terminator: 0, -fix-tag: 37722}
      - {id: instrument_guid, type: u8, -null: 0xffffffffffffffff, -fix-tag: 37513}
      - id: term_code
        type: str
        size: 20
        terminator: 0
        if: version >= 11
        -fix-tag: 37716
        -since-version: 11
      - id: broken_date_term_type
        type: u1
        if: version >= 13
        -null: 255
        -fix-tag: 6651
        -since-version: 13

  md_instrument_definition_repo_58:
    -template-id: 58
    -orig-id: MDInstrumentDefinitionRepo58
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: repo_58_block(version), size: block_length}
      - {id: no_events_size, type: group_size, -fix-tag: 864}
      - id: no_events
        type: event_entry
        size: no_events_size.block_length
        repeat: expr
        repeat-expr: no_events_size.num_in_group
      - {id: no_md_feed_types_size, type: group_size, -fix-tag: 1141}
      - id: no_md_feed_types
        type: md_feed_type_entry
        size: no_md_feed_types_size.block_length
        repeat: expr
        repeat-expr: no_md_feed_types_size.num_in_group
      - {id: no_inst_attrib_size, type: group_size, -fix-tag: 870}
      - id: no_inst_attrib
        type: inst_attrib_entry
        size: no_inst_attrib_size.block_length
        repeat: expr
        repeat-expr: no_inst_attrib_size.num_in_group
      - {id: no_lot_type_rules_size, type: group_size, -fix-tag: 1234}
      - id: no_lot_type_rules
        type: lot_type_rule_entry
        size: no_lot_type_rules_size.block_length
        repeat: expr
        repeat-expr: no_lot_type_rules_size.num_in_group
      - {id: no_underlyings_size, type: group_size, -fix-tag: 711}
      - id: no_underlyings
        type: underlying_58_entry(version)
        size: no_underlyings_size.block_length
        repeat: expr
        repeat-expr: no_underlyings_size.num_in_group
      - {id: no_related_instruments_size, type: group_size, -fix-tag: 1647}
      - id: no_related_instruments
        type: related_instrument_58_entry
        size: no_related_instruments_size.block_length
        repeat: expr
        repeat-expr: no_related_instruments_size.num_in_group
      - id: no_broken_dates_size
        type: group_size
        if: version >= 13
        -fix-tag: 39026
        -since-version: 13
      - id: no_broken_dates
        type: broken_date_entry
        size: no_broken_dates_size.block_length
        repeat: expr
        repeat-expr: no_broken_dates_size.num_in_group
        if: version >= 13
        -since-version: 13

  lot_type_rule_63_entry:
    seq:
      - {id: lot_type, type: s1, -fix-tag: 1093}
      - {id: min_lot_size, type: u8, -fix-tag: 1231}

  trading_session_entry:
    seq:
      - {id: trade_date, type: u2, -null: 65535, -unit: days_since_epoch, -fix-tag: 75}
      - {id: settl_date, type: u2, -null: 65535, -unit: days_since_epoch, -fix-tag: 64}
      - {id: maturity_date, type: u2, -null: 65535, -unit: days_since_epoch, -fix-tag: 541}
      - {id: security_alt_id, type: str, size: 12, terminator: 0, -fix-tag: 455}
    instances:
      security_alt_id_source: {value: 4, -fix-tag: 456}

  fx_63_block:
    params: [{id: version, type: u2}]
    seq:
      - {id: head, type: instrument_head}
      - {id: currency, type: str, size: 3, terminator: 0, -fix-tag: 15}
      - {id: settl_currency, type: str, size: 3, terminator: 0, -fix-tag: 120}
      - {id: price_quote_currency, type: str, size: 3, terminator: 0, -fix-tag: 1524}
      - {id: match_algorithm, type: str, size: 1, terminator: 0, -fix-tag: 1142}
      - {id: min_trade_vol, type: u4, -fix-tag: 562}
      - {id: max_trade_vol, type: u4, -fix-tag: 1140}
      - {id: min_price_increment, type: price9, -fix-tag: 969}
      - {id: display_factor, type: decimal9, -fix-tag: 9787}
      - {id: price_precision, type: u1, -fix-tag: 2349}
      - {id: unit_of_measure, type: str, size: 30, terminator: 0, -fix-tag: 996}
      - {id: unit_of_measure_qty, type: decimalnull9, -fix-tag: 1147}
      - {id: high_limit_price, type: pricenull9, -fix-tag: 1149}
      - {id: low_limit_price, type: pricenull9, -fix-tag: 1148}
      - {id: max_price_variation, type: pricenull9, -fix-tag: 1143}
      - {id: user_defined_instrument, type: str, size: 1, terminator: 0, -fix-tag: 9779}
      - {id: financial_instrument_full_name, type: str, size: 35, terminator: 0, -fix-tag: 2714}
      - {id: fx_currency_symbol, type: str, size: 7, terminator: 0, -fix-tag: 37725}
      - {id: settl_type, type: str, size: 3, terminator: 0, -fix-tag: 63}
      - {id: intervening_days, type: u2, -fix-tag: 37730}
      - {id: fx_benchmark_rate_fix, type: str, size: 20, terminator: 0, -fix-tag: 2796}
      - {id: rate_source, type: str, size: 12, terminator: 0, -fix-tag: 1446}
      - {id: fix_rate_local_time, type: str, size: 8, terminator: 0, -fix-tag: 37726}
      - {id: fix_rate_local_time_zone, type: str, size: 20, terminator: 0, -fix-tag: 37727}
      - {id: min_quote_life, type: u4, -fix-tag: 37731}
      - {id: max_price_discretion_offset, type: price9, -fix-tag: 37728}
      - {id: instrument_guid, type: u8, -null: 0xffffffffffffffff, -fix-tag: 37513}
      - {id: maturity_month_year, type: maturity_month_year, -fix-tag: 200}
      - {id: settlement_locale, type: str, size: 8, terminator: 0, -fix-tag: 37734}
      - id: alt_min_price_increment
        type: pricenull9
        if: version >= 13
        -fix-tag: 37739
        -since-version: 13
      - id: alt_min_quote_life
        type: u4
        if: version >= 13
        -null: 0xffffffff
        -fix-tag: 37738
        -since-version: 13
      - id: alt_price_increment_constraint
        type: pricenull9
        if: version >= 13
        -fix-tag: 37742
        -since-version: 13
      - id: max_bid_ask_constraint
        type: pricenull9
        if: version >= 13
        -fix-tag: 37743
        -since-version: 13

  md_instrument_definition_fx_63:
    -template-id: 63
    -orig-id: MDInstrumentDefinitionFX63
    params: [{id: block_length, type: u2}, {id: version, type: u2}]
    seq:
      - {id: block, type: fx_63_block(version), size: block_length}
      - {id: no_events_size, type: group_size, -fix-tag: 864}
      - id: no_events
        type: event_entry
        size: no_events_size.block_length
        repeat: expr
        repeat-expr: no_events_size.num_in_group
      - {id: no_md_feed_types_size, type: group_size, -fix-tag: 1141}
      - id: no_md_feed_types
        type: md_feed_type_entry
        size: no_md_feed_types_size.block_length
        repeat: expr
        repeat-expr: no_md_feed_types_size.num_in_group
      - {id: no_inst_attrib_size, type: group_size, -fix-tag: 870}
      - id: no_inst_attrib
        type: inst_attrib_entry
        size: no_inst_attrib_size.block_length
        repeat: expr
        repeat-expr: no_inst_attrib_size.num_in_group
      - {id: no_lot_type_rules_size, type: group_size, -fix-tag: 1234}
      - id: no_lot_type_rules
        type: lot_type_rule_63_entry
        size: no_lot_type_rules_size.block_length
        repeat: expr
        repeat-expr: no_lot_type_rules_size.num_in_group
      - {id: no_trading_sessions_size, type: group_size, -fix-tag: 386}
      - id: no_trading_sessions
        type: trading_session_entry
        size: no_trading_sessions_size.block_length
        repeat: expr
        repeat-expr: no_trading_sessions_size.num_in_group

enums:
  aggressor_flag:
    0: {id: not_aggressor, -orig-id: NotAggressor}
    1: {id: aggressor, -orig-id: Aggressor}
  aggressor_side:
    0: {id: no_aggressor, -orig-id: NoAggressor}
    1: {id: buy, -orig-id: Buy}
    2: {id: sell, -orig-id: Sell}
  event_type:
    5: {id: activation, -orig-id: Activation}
    7: {id: last_eligible_trade_date, -orig-id: LastEligibleTradeDate}
  halt_reason:
    0: {id: group_schedule, -orig-id: GroupSchedule}
    1: {id: surveillance_intervention, -orig-id: SurveillanceIntervention}
    2: {id: market_event, -orig-id: MarketEvent}
    3: {id: instrument_activation, -orig-id: InstrumentActivation}
    4: {id: instrument_expiration, -orig-id: InstrumentExpiration}
    5: {id: unknown, -orig-id: Unknown}
    6: {id: recovery_in_process, -orig-id: RecoveryInProcess}
    7: {id: trade_date_roll, -orig-id: TradeDateRoll}
  leg_side:
    1: {id: buy_side, -orig-id: BuySide}
    2: {id: sell_side, -orig-id: SellSide}
  md_entry_type:
    0x30: {id: bid, -orig-id: Bid}
    0x31: {id: offer, -orig-id: Offer}
    0x32: {id: trade, -orig-id: Trade}
    0x34: {id: open_price, -orig-id: OpenPrice}
    0x36: {id: settlement_price, -orig-id: SettlementPrice}
    0x37: {id: trading_session_high_price, -orig-id: TradingSessionHighPrice}
    0x38: {id: trading_session_low_price, -orig-id: TradingSessionLowPrice}
    0x39: {id: vwap, -orig-id: VWAP}
    0x42: {id: cleared_volume, -orig-id: ClearedVolume}
    0x43: {id: open_interest, -orig-id: OpenInterest}
    0x45: {id: implied_bid, -orig-id: ImpliedBid}
    0x46: {id: implied_offer, -orig-id: ImpliedOffer}
    0x4a: {id: book_reset, -orig-id: BookReset}
    0x4e: {id: session_high_bid, -orig-id: SessionHighBid}
    0x4f: {id: session_low_offer, -orig-id: SessionLowOffer}
    0x57: {id: fixing_price, -orig-id: FixingPrice}
    0x65: {id: electronic_volume, -orig-id: ElectronicVolume}
    0x67:
      id: threshold_limits_and_price_band_variation
      -orig-id: ThresholdLimitsandPriceBandVariation
    0x77: {id: market_best_offer, -orig-id: MarketBestOffer}
    0x78: {id: market_best_bid, -orig-id: MarketBestBid}
  md_entry_type_book:
    0x30: {id: bid, -orig-id: Bid}
    0x31: {id: offer, -orig-id: Offer}
    0x45: {id: implied_bid, -orig-id: ImpliedBid}
    0x46: {id: implied_offer, -orig-id: ImpliedOffer}
    0x4a: {id: book_reset, -orig-id: BookReset}
    0x77: {id: market_best_offer, -orig-id: MarketBestOffer}
    0x78: {id: market_best_bid, -orig-id: MarketBestBid}
  md_entry_type_daily_statistics:
    0x36: {id: settlement_price, -orig-id: SettlementPrice}
    0x42: {id: cleared_volume, -orig-id: ClearedVolume}
    0x43: {id: open_interest, -orig-id: OpenInterest}
    0x57: {id: fixing_price, -orig-id: FixingPrice}
  md_entry_type_statistics:
    0x34: {id: open_price, -orig-id: OpenPrice}
    0x37: {id: high_trade, -orig-id: HighTrade}
    0x38: {id: low_trade, -orig-id: LowTrade}
    0x39: {id: vwap, -orig-id: VWAP}
    0x4e: {id: highest_bid, -orig-id: HighestBid}
    0x4f: {id: lowest_offer, -orig-id: LowestOffer}
  md_update_action:
    0: {id: new, -orig-id: New}
    1: {id: change, -orig-id: Change}
    2: {id: delete, -orig-id: Delete}
    3: {id: delete_thru, -orig-id: DeleteThru}
    4: {id: delete_from, -orig-id: DeleteFrom}
    5: {id: overlay, -orig-id: Overlay}
  money_or_par:
    1: {id: money, -orig-id: Money}
    2: {id: par, -orig-id: Par}
  open_close_settl_flag:
    0: {id: daily_open_price, -orig-id: DailyOpenPrice}
    5: {id: indicative_opening_price, -orig-id: IndicativeOpeningPrice}
    100: {id: intraday_vwap, -orig-id: IntradayVWAP}
    101: {id: repo_average_8_30_am, -orig-id: RepoAverage8_30AM}
    102: {id: repo_average_10_am, -orig-id: RepoAverage10AM}
    103: {id: prev_session_repo_average_10_am, -orig-id: PrevSessionRepoAverage10AM}
  order_update_action:
    0: {id: new, -orig-id: New}
    1: {id: update, -orig-id: Update}
    2: {id: delete, -orig-id: Delete}
  price_source:
    0: {id: market_place_assistant, -orig-id: MarketPlaceAssistant}
    1: {id: globex, -orig-id: Globex}
    2: {id: refinitiv, -orig-id: Refinitiv}
    3: {id: icap, -orig-id: ICAP}
  put_or_call:
    0: {id: put, -orig-id: Put}
    1: {id: call, -orig-id: Call}
  repo_sub_type:
    0: {id: special, -orig-id: Special}
    1: {id: gc, -orig-id: GC}
    2: {id: gc_for_dbv, -orig-id: GCForDBV}
  security_alt_id_source:
    1: {id: cusip, -orig-id: CUSIP}
    4: {id: isin, -orig-id: ISIN}
  security_trading_event:
    0: {id: no_event, -orig-id: NoEvent}
    1: {id: no_cancel, -orig-id: NoCancel}
    4: {id: reset_statistics, -orig-id: ResetStatistics}
    5: {id: implied_matching_on, -orig-id: ImpliedMatchingON}
    6: {id: implied_matching_off, -orig-id: ImpliedMatchingOFF}
    7: {id: end_of_workup, -orig-id: EndOfWorkup}
  security_trading_status:
    2: {id: trading_halt, -orig-id: TradingHalt}
    4: {id: close, -orig-id: Close}
    15: {id: new_price_indication, -orig-id: NewPriceIndication}
    17: {id: ready_to_trade, -orig-id: ReadyToTrade}
    18: {id: not_available_for_trading, -orig-id: NotAvailableForTrading}
    20: {id: unknown_or_invalid, -orig-id: UnknownorInvalid}
    21: {id: pre_open, -orig-id: PreOpen}
    24: {id: pre_cross, -orig-id: PreCross}
    25: {id: cross, -orig-id: Cross}
    26: {id: post_close, -orig-id: PostClose}
    103: {id: no_change, -orig-id: NoChange}
    201: {id: private_workup, -orig-id: PrivateWorkup}
    202: {id: public_workup, -orig-id: PublicWorkup}
  security_update_action:
    0x41: {id: add, -orig-id: Add}
    0x44: {id: delete, -orig-id: Delete}
    0x4d: {id: modify, -orig-id: Modify}
  side:
    1: {id: buy, -orig-id: Buy}
    2: {id: sell, -orig-id: Sell}
  workup_trading_status:
    17: {id: ready_to_trade, -orig-id: ReadyToTrade}
    18: {id: not_available_for_trading, -orig-id: NotAvailableForTrading}
    201: {id: private_workup, -orig-id: PrivateWorkup}
    202: {id: public_workup, -orig-id: PublicWorkup}
