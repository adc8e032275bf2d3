"""Which metric each counter is: reasons of one kind are labels of one metric, all others their own.

A counter that is not named here is `feedhandler_<its name>_total`, so that none is ever left out.
"""

from typing import Final, NamedTuple

PREFIX: Final = "feedhandler_"


class Metric(NamedTuple):
    """A name without its prefix, and the label that tells a counter from others of the metric."""

    name: str
    label: str = ""
    value: str = ""


HELP: Final = {
    "packets_received_total": "Frames taken from the source.",
    "received_bytes_total": "Captured bytes of them.",
    "packets_ignored_total": "Frames and records that were not taken, by reason.",
    "packets_dropped_total": "Frames lost before they were seen, by place.",
    "losses_total": "What was lost, by place: frames of card, kernel, ring, socket; units of a line, or of all (gap).",
    "loss_worst_second": "Most that a place lost in one of the last seconds in which anything was lost.",
    "loss_worst_second_packets": "Frames that came in that second.",
    "interface_up": "1 = the interface is there and carries; 0 = down, or gone.",
    "channels_overdue": "Channels with a hole that was waited for in vain, and shown by too few datagrams to be a gap.",
    "channels_dark": "Channels that come by no interface now.",
    "loss_last_time_seconds": "When something was lost last, since 1970.",
    "duplicates_total": "Datagrams whose every unit was there already.",
    "gaps_detected_total": "Ranges that no line brought.",
    "gap_messages_total": "Packets or messages in them, whichever the venue counts.",
    "decode_errors_total": "Datagrams and messages that could not be read, by reason.",
    "book_faults_total": "Rows that did not fit their book, by reason; the book is suspect then.",
    "limits_reached_total": "Times a limit was reached, by limit.",
    "crossed_books_total": "Times a book became crossed at the end of an event.",
    "locked_books_total": "Times a book became locked at the end of an event.",
    "snapshots_total": "Snapshots of books, by what became of them.",
    "replies_total": "Replies of recovery servers, by what became of them.",
    "recovery_failures_total": "Ranges that no way to recover brought.",
    "recoveries_total": "Gaps that were closed, by method.",
    "recovery_seconds": "How long books were in doubt, by method.",
    "gaps_open": "Gaps and holes that were waited for in vain, which still leave books in doubt.",
    "books": "Books by state; those behind a hole that was waited for in vain are stale.",
    "books_in_doubt": "Books that may not be trusted: stale, suspect, orders_stale, levels_stale.",
    "channel_state": "1 for the state that a channel is in.",
    "line_datagrams_total": "Datagrams of a line.",
    "line_first_total": "Of them those that no other line had brought.",
    "line_lost_total": "Packets or messages that a line passed over.",
    "line_silent": "1 while a line brings nothing though another one does.",
    "line_lag_seconds": "How far a line is behind the one that was first, in the mean.",
    "stage_latency_seconds": "Latency by stage.",
    "stage_latency_negative_total": "Latencies below zero: two clocks disagree.",
    "loop_progress_total": "Polls of a loop.",
    "log_lines_lost_total": "Lines of the log for which there was no room, since nobody read it.",
    "clock_offset_seconds": "How far the system's clock is from that of whoever sets it.",
    "start_time_seconds": "When the process was started, since 1970.",
    "ready": "1 once a book was synchronized, 0 again when the process has ended; /readyz asks for more.",
    "up": "1 while the process is well.",
    "build_info": "1, with the version as label.",
}

PLAIN: Final = {
    "frames": "packets_received",
    "frame_bytes": "received_bytes",
    "gaps": "gaps_detected",
    "gap_units": "gap_messages",
    "crossed": "crossed_books",
    "locked": "locked_books",
    "recovery_failed": "recovery_failures",
    "stale_books": "books_became_suspect",
    "cleared": "books_cleared",
}
REASONS: Final = {
    ("packets_ignored", "reason"): (
        "cut_record", "bad_record", "unknown_block", "filtered", "not_ip", "ipv6", "fragment", "tcp",
        "not_udp", "truncated", "bad_length", "foreign_group", "unknown_link", "bad_checksum",
        "implausible",
    ),
    ("decode_errors", "reason"): (
        "malformed_transport", "malformed_message", "unknown_template", "unknown_schema",
        "empty_message", "bad_reference", "price_range", "fast_truncated", "fast_range",
        "fast_state", "fast_text", "fast_template", "fast_limit",
    ),
    ("book_faults", "reason"): (
        "unknown_order", "duplicate_order", "over_execution", "bad_size", "bad_side", "bad_price",
        "bad_level", "bad_action", "unsorted", "delete_from", "unnamed_instruments",
    ),
    ("limits_reached", "limit"): (
        "books_limit", "orders_limit", "levels_limit", "hold_full", "recovery_limit",
        "snapshot_limit",
    ),
    ("snapshots", "outcome"): (
        "snapshots_loaded", "snapshots_old", "snapshots_ahead", "snapshots_torn",
        "snapshots_refuted",
    ),
    ("replies", "outcome"): (
        "replies", "replies_unwanted", "replies_refused", "replies_malformed",
    ),
}  # fmt: skip
DROPS: Final = "_drops"  # of a place: ring_drops, socket_drops
_SHORT: Final = {"hold_full": "hold", "replies": "wanted"}
_BY_COUNTER: Final = {
    counter: Metric(f"{name}_total", label, counter)
    for (name, label), counters in REASONS.items()
    for counter in counters
}


def metric_of(counter: str) -> Metric:
    """The metric of a counter, by the counter's name."""
    found = _BY_COUNTER.get(counter)
    if counter.endswith(DROPS):
        return Metric("packets_dropped_total", "stage", counter.removesuffix(DROPS))
    if found is None:
        return Metric(f"{PLAIN.get(counter, counter)}_total")
    if found.label == "reason":
        return found
    word = _SHORT.get(counter, counter.removesuffix("_limit"))
    return found._replace(value=word.removeprefix("snapshots_").removeprefix("replies_"))
