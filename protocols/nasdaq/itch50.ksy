meta:
  id: itch50
  title: Nasdaq TotalView-ITCH 5.0
  application: order books of Nasdaq, Nasdaq Texas (the former BX) and Nasdaq PSX
  license: MIT
  ks-version: '0.11'
  encoding: ISO-8859-1
  endian: be
  bit-endian: be
  -venue: nasdaq
  -protocol: itch
  -schema-version: '5.0'
doc: |
  One message: its type, the head that all types share, and the fields of its type. Framing and
  sequence numbers belong to the transport (MoldUDP64, SoupBinTCP or BinaryFILE).

  Layouts are fixed. A message longer than its type was extended by a later revision: the known
  part stands, the tail is ignored. A shorter one is malformed. Codes are open lists: an unknown
  code is passed on, never an error.

  Text is left-justified ASCII padded with spaces; it is read as ISO-8859-1, which accepts any
  byte, so that a stray one shows as itself and the message around it survives.

  Written from the public specification.
doc-ref: https://www.nasdaqtrader.com/content/technicalsupport/specifications/dataproducts/NQTVITCHSpecification.pdf
seq:
  - {id: message_type, type: u1, enum: message_type}
  - id: body
    size-eos: true
    type:
      switch-on: message_type
      cases:
        message_type::system_event: system_event
        message_type::stock_directory: stock_directory
        message_type::stock_trading_action: stock_trading_action
        message_type::reg_sho_restriction: reg_sho_restriction
        message_type::market_participant_position: market_participant_position
        message_type::mwcb_decline_levels: mwcb_decline_levels
        message_type::mwcb_status: mwcb_status
        message_type::quoting_period_update: quoting_period_update
        message_type::luld_auction_collar: luld_auction_collar
        message_type::operational_halt: operational_halt
        message_type::add_order: add_order
        message_type::add_order_with_mpid: add_order_with_mpid
        message_type::order_executed: order_executed
        message_type::order_executed_with_price: order_executed_with_price
        message_type::order_cancel: order_cancel
        message_type::order_delete: order_delete
        message_type::order_replace: order_replace
        message_type::trade: trade
        message_type::cross_trade: cross_trade
        message_type::broken_trade: broken_trade
        message_type::net_order_imbalance: net_order_imbalance
        message_type::retail_interest: retail_interest
        message_type::direct_listing: direct_listing
types:
  message_head:
    doc: Follows the type in every message.
    seq:
      - id: stock_locate
        type: u2
        doc: The stock's number, valid for one day and one market; 0 where no stock applies.
      - id: tracking_number
        type: u2
        doc: Nasdaq's own.
      - id: timestamp
        type: b48
        -unit: ns_since_midnight
        doc: Six bytes, US Eastern. The feed carries no date.

  # --- system and stock state ---

  system_event:
    seq:
      - {id: head, type: message_head}
      - {id: event_code, type: u1, enum: event_code}

  stock_directory:
    doc: Defines a stock locate; sent for every stock before the day begins.
    seq:
      - {id: head, type: message_head}
      - {id: stock, type: str, size: 8, pad-right: 0x20}
      - {id: market_category, type: u1, enum: market_category}
      - {id: financial_status, type: u1, enum: financial_status}
      - {id: round_lot_size, type: u4}
      - {id: round_lots_only, type: u1, enum: yes_no}
      - {id: issue_classification, type: u1, enum: issue_classification}
      - id: issue_sub_type
        type: str
        size: 2
        pad-right: 0x20
        doc: One or two letters of a long open list; Z is "not applicable".
      - {id: authenticity, type: u1, enum: authenticity}
      - {id: short_sale_threshold, type: u1, enum: yes_no}
      - {id: ipo_flag, type: u1, enum: ipo_flag}
      - {id: luld_tier, type: u1, enum: luld_tier}
      - {id: etp_flag, type: u1, enum: yes_no}
      - {id: etp_leverage_factor, type: u4}
      - {id: inverse_indicator, type: u1, enum: yes_no}

  stock_trading_action:
    doc: A stock that is absent from the pre-open spin of this message counts as halted.
    seq:
      - {id: head, type: message_head}
      - {id: stock, type: str, size: 8, pad-right: 0x20}
      - {id: trading_state, type: u1, enum: trading_state}
      - {id: reserved, type: u1}
      - {id: reason, type: str, size: 4, pad-right: 0x20}

  reg_sho_restriction:
    seq:
      - {id: head, type: message_head}
      - {id: stock, type: str, size: 8, pad-right: 0x20}
      - {id: reg_sho_action, type: u1, enum: reg_sho_action}

  market_participant_position:
    seq:
      - {id: head, type: message_head}
      - {id: mpid, type: str, size: 4, pad-right: 0x20}
      - {id: stock, type: str, size: 8, pad-right: 0x20}
      - {id: primary_market_maker, type: u1, enum: yes_no}
      - {id: market_maker_mode, type: u1, enum: market_maker_mode}
      - {id: participant_state, type: u1, enum: participant_state}

  mwcb_decline_levels:
    doc: Index values at which the market-wide circuit breaker trips today.
    seq:
      - {id: head, type: message_head}
      - {id: level_1, type: u8, -scale: -8}
      - {id: level_2, type: u8, -scale: -8}
      - {id: level_3, type: u8, -scale: -8}

  mwcb_status:
    seq:
      - {id: head, type: message_head}
      - {id: breached_level, type: u1, enum: breached_level}

  quoting_period_update:
    doc: When quoting in a new listing is to begin.
    seq:
      - {id: head, type: message_head}
      - {id: stock, type: str, size: 8, pad-right: 0x20}
      - {id: release_time, type: u4, -unit: s_since_midnight}
      - {id: release_qualifier, type: u1, enum: release_qualifier}
      - {id: ipo_price, type: u4, -scale: -4}

  luld_auction_collar:
    doc: Price bounds of the auction that follows a limit-up limit-down pause.
    seq:
      - {id: head, type: message_head}
      - {id: stock, type: str, size: 8, pad-right: 0x20}
      - {id: reference_price, type: u4, -scale: -4}
      - {id: upper_price, type: u4, -scale: -4}
      - {id: lower_price, type: u4, -scale: -4}
      - {id: extension_number, type: u4}

  operational_halt:
    doc: One market stops or resumes a stock that others may go on trading.
    seq:
      - {id: head, type: message_head}
      - {id: stock, type: str, size: 8, pad-right: 0x20}
      - {id: market_code, type: u1, enum: market_code}
      - {id: halt_action, type: u1, enum: halt_action}

  # --- the book: only these seven change it ---

  add_order:
    seq:
      - {id: head, type: message_head}
      - {id: order_reference_number, type: u8}
      - {id: side, type: u1, enum: side}
      - {id: shares, type: u4}
      - {id: stock, type: str, size: 8, pad-right: 0x20}
      - {id: price, type: u4, -scale: -4}

  add_order_with_mpid:
    doc: An add order that tells who sent it.
    seq:
      - {id: head, type: message_head}
      - {id: order_reference_number, type: u8}
      - {id: side, type: u1, enum: side}
      - {id: shares, type: u4}
      - {id: stock, type: str, size: 8, pad-right: 0x20}
      - {id: price, type: u4, -scale: -4}
      - {id: attribution, type: str, size: 4, pad-right: 0x20}

  order_executed:
    doc: Executed at the price that the order shows.
    seq:
      - {id: head, type: message_head}
      - {id: order_reference_number, type: u8}
      - {id: executed_shares, type: u4}
      - {id: match_number, type: u8}

  order_executed_with_price:
    seq:
      - {id: head, type: message_head}
      - {id: order_reference_number, type: u8}
      - {id: executed_shares, type: u4}
      - {id: match_number, type: u8}
      - id: printable
        type: u1
        enum: yes_no
        doc: No means part of a cross that Cross Trade prints in bulk; counting both doubles volume.
      - {id: execution_price, type: u4, -scale: -4}

  order_cancel:
    doc: Takes a part of an order; the rest keeps its place in the queue.
    seq:
      - {id: head, type: message_head}
      - {id: order_reference_number, type: u8}
      - {id: cancelled_shares, type: u4}

  order_delete:
    seq:
      - {id: head, type: message_head}
      - {id: order_reference_number, type: u8}

  order_replace:
    doc: |
      The new order takes side, stock and attribution from the original and goes to the end of the
      queue of its price, even where the price stays and the shares shrink.
    seq:
      - {id: head, type: message_head}
      - {id: original_order_reference_number, type: u8}
      - {id: new_order_reference_number, type: u8}
      - {id: shares, type: u4}
      - {id: price, type: u4, -scale: -4}

  # --- trades and auctions: none of these changes the book ---

  trade:
    doc: Execution against an order that the book does not show.
    seq:
      - {id: head, type: message_head}
      - id: order_reference_number
        type: u8
        doc: 0 since 2010.
      - id: side
        type: u1
        enum: side
        doc: Of the hidden order; always "buy" since 2014, so it tells nothing.
      - {id: shares, type: u4}
      - {id: stock, type: str, size: 8, pad-right: 0x20}
      - {id: price, type: u4, -scale: -4}
      - {id: match_number, type: u8}

  cross_trade:
    seq:
      - {id: head, type: message_head}
      - id: shares
        type: u8
        doc: Eight bytes, unlike the shares of an order. 0 means that no cross took place.
      - {id: stock, type: str, size: 8, pad-right: 0x20}
      - {id: cross_price, type: u4, -scale: -4}
      - {id: match_number, type: u8}
      - {id: cross_type, type: u1, enum: cross_type}

  broken_trade:
    doc: Takes back the execution or trade of this match number, in statistics only.
    seq:
      - {id: head, type: message_head}
      - {id: match_number, type: u8}

  net_order_imbalance:
    doc: What a cross would do now; sent every few seconds before it.
    seq:
      - {id: head, type: message_head}
      - {id: paired_shares, type: u8}
      - {id: imbalance_shares, type: u8}
      - {id: imbalance_direction, type: u1, enum: imbalance_direction}
      - {id: stock, type: str, size: 8, pad-right: 0x20}
      - {id: far_price, type: u4, -scale: -4}
      - {id: near_price, type: u4, -scale: -4}
      - {id: reference_price, type: u4, -scale: -4}
      - {id: cross_type, type: u1, enum: cross_type}
      - {id: price_variation, type: u1, enum: price_variation}

  retail_interest:
    doc: Of a programme that ended in 2014; still seen in captures of BX.
    seq:
      - {id: head, type: message_head}
      - {id: stock, type: str, size: 8, pad-right: 0x20}
      - {id: interest, type: u1, enum: interest}

  direct_listing:
    doc: Price discovery of a direct listing with capital raise.
    seq:
      - {id: head, type: message_head}
      - {id: stock, type: str, size: 8, pad-right: 0x20}
      - {id: open_eligibility, type: u1, enum: yes_no}
      - {id: minimum_price, type: u4, -scale: -4}
      - {id: maximum_price, type: u4, -scale: -4}
      - {id: near_execution_price, type: u4, -scale: -4}
      - {id: near_execution_time, type: u8, -unit: ns_since_midnight}
      - {id: lower_collar, type: u4, -scale: -4}
      - {id: upper_collar, type: u4, -scale: -4}

enums:
  message_type:
    0x41: add_order                    # A
    0x42: broken_trade                 # B
    0x43: order_executed_with_price    # C
    0x44: order_delete                 # D
    0x45: order_executed               # E
    0x46: add_order_with_mpid          # F
    0x48: stock_trading_action         # H
    0x49: net_order_imbalance          # I
    0x4a: luld_auction_collar          # J
    0x4b: quoting_period_update        # K
    0x4c: market_participant_position  # L
    0x4e: retail_interest              # N
    0x4f: direct_listing               # O
    0x50: trade                        # P
    0x51: cross_trade                  # Q
    0x52: stock_directory              # R
    0x53: system_event                 # S
    0x55: order_replace                # U
    0x56: mwcb_decline_levels          # V
    0x57: mwcb_status                  # W
    0x58: order_cancel                 # X
    0x59: reg_sho_restriction          # Y
    0x68: operational_halt             # h

  side: {0x42: buy, 0x53: sell}

  # 'yes' and 'no' need their quotes: bare they are booleans to half of the YAML parsers.
  yes_no: {0x59: 'yes', 0x4e: 'no', 0x20: not_available}

  event_code:
    0x4f: start_of_messages
    0x53: start_of_system_hours
    0x51: start_of_market_hours
    0x4d: end_of_market_hours
    0x45: end_of_system_hours  # deletes and broken trades may still follow
    0x43: end_of_messages

  market_category:
    0x51: nasdaq_global_select
    0x47: nasdaq_global
    0x53: nasdaq_capital
    0x4e: nyse
    0x41: nyse_american
    0x50: nyse_arca
    0x4d: nyse_texas
    0x5a: bats
    0x56: iex
    0x20: not_available

  financial_status:
    0x44: deficient
    0x45: delinquent
    0x51: bankrupt
    0x53: suspended
    0x47: deficient_bankrupt
    0x48: deficient_delinquent
    0x4a: delinquent_bankrupt
    0x4b: deficient_delinquent_bankrupt
    0x43: creations_redemptions_suspended
    0x4e: normal
    0x20: not_available

  issue_classification:
    0x41: american_depositary_share
    0x42: bond
    0x43: common_stock
    0x46: depository_receipt
    0x49: rule_144a
    0x4c: limited_partnership
    0x4e: notes
    0x4f: ordinary_share
    0x50: preferred_stock
    0x51: other_securities
    0x52: right
    0x53: shares_of_beneficial_interest
    0x54: convertible_debenture
    0x55: unit
    0x56: units_of_beneficial_interest
    0x57: warrant

  authenticity: {0x50: production, 0x54: test}

  ipo_flag: {0x59: 'yes', 0x4e: 'no', 0x5a: new_listing_without_ipo, 0x20: not_available}

  luld_tier: {0x31: tier_1, 0x32: tier_2, 0x20: not_available}

  trading_state: {0x48: halted, 0x50: paused, 0x51: quotation_only, 0x54: trading}

  reg_sho_action: {0x30: no_price_test, 0x31: restricted_intraday, 0x32: restricted_remaining}

  market_maker_mode: {0x4e: normal, 0x50: passive, 0x53: syndicate, 0x52: pre_syndicate, 0x4c: penalty}

  participant_state: {0x41: active, 0x45: excused, 0x57: withdrawn, 0x53: suspended, 0x44: deleted}

  breached_level: {0x31: level_1, 0x32: level_2, 0x33: level_3}

  release_qualifier: {0x41: anticipated, 0x43: cancelled}

  market_code: {0x51: nasdaq, 0x42: nasdaq_texas, 0x58: psx}

  halt_action: {0x48: halted, 0x54: resumed}

  cross_type: {0x4f: opening, 0x43: closing, 0x48: halt_or_ipo, 0x41: extended_close}

  imbalance_direction:
    0x42: buy
    0x53: sell
    0x4e: none
    0x4f: insufficient_orders
    0x50: paused

  price_variation:
    0x4c: below_1_percent
    0x31: from_1_percent
    0x32: from_2_percent
    0x33: from_3_percent
    0x34: from_4_percent
    0x35: from_5_percent
    0x36: from_6_percent
    0x37: from_7_percent
    0x38: from_8_percent
    0x39: from_9_percent
    0x41: from_10_percent
    0x42: from_20_percent
    0x43: from_30_percent
    0x20: not_available

  interest: {0x42: buy, 0x53: sell, 0x41: both, 0x4e: none}
