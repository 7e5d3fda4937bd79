# MyCRM for the terminal. `make run` and `make test` install what the machine lacks first; everything else assumes it.

export SWIFT ?= swift
PREFIX  ?= /usr/local
DESTDIR ?=
ARGS    ?=

bin    := $(DESTDIR)$(PREFIX)/bin
themes := $(DESTDIR)$(PREFIX)/share/mycrm/themes
man    := $(DESTDIR)$(PREFIX)/share/man/man1

# Linked statically it starts in a third of the time, and runs where no Swift is installed.
release := -c release --static-swift-stdlib --product crm
program := .build/release/crm
sources := Sources Tests Package.swift Benchmarks

.PHONY: help run test build install uninstall lint format bench bench-million bench-rivals clean prepare prepare-tests

help:
	@echo 'make run        build the program and open it (make run ARGS="demo")'
	@echo 'make test       run every test'
	@echo 'make install    put it under PREFIX, which is $(PREFIX)'
	@echo 'make uninstall  take it away again'
	@echo 'make build lint format bench bench-million bench-rivals clean'

prepare:
	@scripts/prepare

# The tests are also the other end of TLS.
prepare-tests:
	@scripts/prepare libssl-dev

build: prepare
	@test -x $(program) || echo 'Building crm; the first build takes two to four minutes.'
	@$(SWIFT) build $(release)

run: build
	@$(program) $(ARGS)

test: prepare-tests
	@test -d .build/debug || echo 'Building every test; the first build takes two to four minutes.'
	@$(SWIFT) test --disable-xctest --no-parallel --quiet

install: build
	install -d $(bin) $(themes) $(man)
	install -s -m 755 $(program) $(bin)/crm
	install -m 644 themes/*.toml $(themes)
	install -m 644 Docs/crm.1 $(man)/crm.1

uninstall:
	rm -f $(bin)/crm $(man)/crm.1 $(patsubst themes/%,$(themes)/%,$(wildcard themes/*.toml))
	-rmdir $(themes) $(dir $(themes))

lint:
	@$(SWIFT) format lint --strict --recursive $(sources)
	@if command -v python3 >/dev/null; then python3 Tests/SyncStorm/planted.py --check; \
	else echo 'No python3: the places of Tests/SyncStorm/planted.py were not looked at.'; fi

format:
	@$(SWIFT) format --in-place --recursive $(sources)

bench: build
	@$(SWIFT) build -c release --static-swift-stdlib --product ImportProbe
	@Benchmarks/bench.py --program $(program) $(ARGS)

bench-million: build
	@Benchmarks/growth.py --program $(program) $(ARGS)

# What the benchmarks are measured beside; they run with what there is, and say what is missing.
bench-rivals:
	pip install --quiet visidata duckdb requests
	apt-get install --yes --quiet fzf sqlite3 less tig

clean:
	rm -rf .build
