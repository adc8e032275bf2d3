# The one entrance. `make` lists what there is; every target makes the environment that it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
READY := $(VENV)/.ready
TOOLS := $(VENV)/.tools

.PHONY: help demo test coverage bounds check protocols captures bench soak fuzz sim clean
.DEFAULT_GOAL := help

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	PYTHONWARNINGS=ignore $(PIP) --editable .
	@touch $(READY)

# Dependency groups came with pip 25.1; who only wants the demo needs neither them nor a newer pip.
$(TOOLS): $(READY)
	$(PIP) --upgrade 'pip>=25.1'
	$(PIP) --group dev
	@touch $(TOOLS)

demo: $(READY)  ## set everything up, replay a shipped capture, show its books
	$(BIN)/feedhandler replay captures/nasdaq-itch50-ab.pcap --depth 8

# More at once would need more cores than CI has: several tests keep two of them busy by themselves.
JOBS ?= 2
test: $(TOOLS)  ## run all tests
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

# Kernels as plain Python: stories and short random streams, 40 s of a processor; captures and markets take an hour.
STORIES := session session_seldom holding doubt recovery recovery_ends recovery_line ranges book book_level book_oracle book_seldom undefined definitions_seldom \
	replay_lines refresh snapshots snapshots_seldom glimpse gap_table recovery_standing moldudp64_request soup_replay soupbintcp tcp_replay replay_timeouts told told_asked unknown_types \
	unfit_messages lone_doubts late_units pools_grown told_first snapshots_waiting definitions_dead gap_rows unnamed_instruments named_sessions definitions_late many_definitions clock_set_back awaited_lines
LONG := damaged_markets or depend_on_its or both_books or without_jit or without_the_jit or lost_on_both \
	or one_line_lost or in_silence or do_not_lie or the_judge_sees or real_day or never_come
coverage: $(TOOLS)  ## every branch of session/ and book/ has a story; the JIT is off
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m coverage run -m pytest -q -k 'not ($(LONG))' \
		$(wildcard $(STORIES:%=tests/test_%.py))
	$(BIN)/python -m coverage report

# Numba leaves the checks out by default; compiled in, they have a cache of their own.
CHECKED := session session_seldom holding doubt recovery book book_level book_seldom refresh snapshots \
	snapshots_seldom decode decode_mdp3 seeds
bounds: $(TOOLS)  ## books, session and decoders with bounds checks compiled in
	NUMBA_BOUNDSCHECK=1 $(BIN)/python -m pytest -q -k 'not ($(LONG))' $(CHECKED:%=tests/test_%.py)

check: $(TOOLS)  ## lint, types, structure, generated code up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_tidy.py
	$(BIN)/feedhandler protocols check

protocols: $(READY)  ## regenerate both decoders from protocols/ (needs node and npm)
	$(BIN)/python -m feedhandler.codegen

captures: $(READY)  ## rebuild the shipped captures, byte for byte, and their golden digests
	$(BIN)/python -m feedhandler.simulator.captures captures

bench: $(READY)  ## measure: decode, books, CME, the whole path
	$(BIN)/feedhandler bench decode
	$(BIN)/feedhandler bench book
	$(BIN)/feedhandler bench cme

# MINUTES=30 is for releases; it needs root, or a user namespace of one's own.
MINUTES ?= 3
soak: $(READY)  ## a daemon at 50,000 packets a second: memory, loss, counts that agree
	$(BIN)/feedhandler bench soak --minutes $(MINUTES)

# SCHEDULES=100000 is for releases.
SCHEDULES ?= 1000
sim: $(READY)  ## seeded faults over seeded markets: no book may claim what is not true
	$(BIN)/python -m feedhandler.simulator.schedules --schedules $(SCHEDULES) $(if $(KINDS),--kinds $(KINDS))

# FUZZ packets for each compiled reader, SECONDS of guided search for each reader in Python.
FUZZ ?= 1000000
SECONDS ?= 30
fuzz: $(TOOLS)  ## damage packets: compiled readers by the million, Python's by coverage
	$(PIP) --group fuzz || echo 'atheris cannot be installed here'
	$(BIN)/python -m feedhandler.fuzzing --count $(FUZZ)
	$(BIN)/python -m feedhandler.fuzzing.guided --seconds $(SECONDS)

clean:  ## remove the environment and caches
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
