# make demo    corpora, a run and its leaderboard, from nothing
# make test    all tests
# make test-long  what takes hours: hostile tasks of every kind, kills, fuzzed
#              files, sanitizers, counts of instructions, a Slurm of two nodes where there is one; KILLS=500 FUZZ=60 for more or less of it
# make bench   measurements as JSON lines
# make install the program, its tasks, the runtime, manual and completions
# make deb     all of it as a Debian package, in .build

PREFIX ?= /usr/local
SWIFT ?= swift
KILLS ?= 200
FUZZ ?= 30
SUPERB = .build/release/superb

.PHONY: build demo test test-long bench install deb setup clean

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

# Each says how much there was of it.
test-long: setup
	$(SWIFT) build -c release --build-tests
	SWIFT=$(SWIFT) SUPERB_TEST_LONG=1 SUPERB_TEST_KILLS=$(KILLS) \
	  SUPERB_FUZZ_SECONDS=$(FUZZ) scripts/run-tests
	scripts/test-slurm .build/release/superb
	scripts/test-ranks .build/release/superb
	scripts/count-instructions .build/release/superb
	scripts/sanitize-kernels
	SWIFT=$(SWIFT) SUPERB_FUZZ_SECONDS=$(FUZZ) scripts/sanitize-tests

bench: build
	$(SUPERB) bench

install: build
	scripts/install-files $(SUPERB) "$(DESTDIR)$(PREFIX)"

deb: build
	scripts/make-deb $(SUPERB) .build

# Not what was computed: `runs` are results, `.superb` is what they cost.
clean:
	rm -rf .build
