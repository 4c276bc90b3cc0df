# make demo    corpora, a run and its leaderboard, from nothing
# make test    all tests
# make bench   measurements as JSON lines
# make install the program, its tasks, the runtime, manual and completions
# make deb     all of it as a Debian package, in .build

PREFIX ?= /usr/local
SWIFT ?= swift
SUPERB = .build/release/superb

.PHONY: build demo test bench install deb setup clean

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
	scripts/install-files $(SUPERB) "$(DESTDIR)$(PREFIX)"

deb: build
	scripts/make-deb $(SUPERB) .build

# Not what was computed: `runs` are results, `.superb` is what they cost.
clean:
	rm -rf .build
