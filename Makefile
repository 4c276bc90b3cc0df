# make demo    corpora, a run and its leaderboard, from nothing
# make test    all tests
# make bench   measurements as JSON lines
# make install the program, its tasks and what tasks are built with

PREFIX ?= /usr/local
SWIFT ?= swift
SUPERB = .build/release/superb

.PHONY: build demo test bench install setup clean

setup:
	@scripts/install-dependencies
	@command -v $(SWIFT) >/dev/null || { \
	  echo "Swift 6 is not on the PATH: see swift.org/install" >&2; exit 1; }

build: setup
	$(SWIFT) build -c release --product superb

demo: build
	$(SUPERB) data make-demo demo
	$(SUPERB) data check
	$(SUPERB) run --jobs 2
	$(SUPERB) report

test: setup
	$(SWIFT) build -c release --build-tests
	SWIFT=$(SWIFT) scripts/run-tests

bench: build
	$(SUPERB) bench

install: build
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/lib"
	install -m 755 $(SUPERB) "$(DESTDIR)$(PREFIX)/bin/superb"
	rm -rf "$(DESTDIR)$(PREFIX)/lib/superb"
	install -d "$(DESTDIR)$(PREFIX)/lib/superb/Modules"
	cp -R Sources/TaskABI/include Plugins Examples \
	  "$(DESTDIR)$(PREFIX)/lib/superb/"
	install -m 644 .build/release/Modules/TaskKit.swiftmodule \
	  "$(DESTDIR)$(PREFIX)/lib/superb/Modules/"

# Not what was computed: `runs` are results, `.superb` is what they cost.
clean:
	rm -rf .build
