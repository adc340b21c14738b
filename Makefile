# The front door. Each of these first installs what it needs and this machine lacks (Debian 12; docs/dependencies.md
# says what and why), then works from what is there.
.PHONY: help build demo demo-reset test test-long bench provisions fuzz package install-needs clean

help:
	@echo "make build          the program, at build/proviso"
	@echo "make demo           the demo on http://127.0.0.1:8080, with invented people and places in ./demo"
	@echo "make demo-reset     forgets what was done in the demo"
	@echo "make test           the whole suite, as released and under sanitizers (under 15 minutes)"
	@echo "make test-long      also kill loops, fault sweeps, the thread sanitizer and fuzzing; before a release"
	@echo "make bench          comparisons with other software, as ratios"
	@echo "make provisions     the 214 provisions of the five policies, with the tests that show each"
	@echo "make fuzz           each fuzz target for FUZZ_SECONDS (60)"
	@echo "make package        a Debian package"
	@echo "make install-needs  only installs what build and test need"
	@echo "make clean          removes what was built; keeps ./demo"

build:
	@tools/install-needs.sh build
	@tools/build.sh release proviso

demo:
	@tools/demo.sh

demo-reset:
	rm -rf demo

test:
	@tools/install-needs.sh build test
	@tools/test.sh

test-long:
	@tools/install-needs.sh build test fuzz
	@tools/test.sh long

bench:
	@tools/bench.sh

provisions:
	@tools/provisions.sh

fuzz:
	@tools/fuzz.sh

package:
	@tools/package.sh

install-needs:
	@tools/install-needs.sh build test

clean:
	rm -rf build
