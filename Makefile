# AETHER Band Engine. `make help` lists the targets.

BUILD   ?= build
CC      ?= cc
VERSION := 0.1.0

PACKAGES_core   := json-c libcrypto
PACKAGES_sound  := fluidsynth sndfile libebur128 libpng kissfft-float
PACKAGES_store  := sqlite3
PACKAGES_net    := libcurl
PACKAGES_server := libjwt
LIBS_server     := -lfcgi
PROGRAMS := aether aether-api aether-render

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla \
            -Wformat=2 -Wundef -Wcast-qual -Wwrite-strings -Wimplicit-fallthrough
OPTIMISE ?= -O2
HARDEN   ?= -D_FORTIFY_SOURCE=2 -fstack-protector-strong
SANITIZE ?=
WERROR   ?=
JOBS     ?= $(shell nproc)

# V=1 shows the commands.
ifeq ($(V),1)
say =
else
say = @echo '  $(1)';
endif

.PHONY: help
help:
	@echo 'make demo     install what is missing, build, start the service, make one track, stop'
	@echo 'make run      the same service on http://127.0.0.1:8000 until Ctrl-C'
	@echo 'make test     everything that checks the project'
	@echo 'make install  the service on this machine, as root: programs, units, settings (README, "Install it");  make uninstall'
	@echo 'make all      build the programs into build/bin'
	@echo 'make unit     build and run the unit tests'
	@echo 'make service  build and run the service tests'
	@echo 'make loudness  every genre for every master target, measured by ffmpeg (about a quarter of an hour)'
	@echo 'make bench    compare speed and memory with fluidsynth, append to bench/history.tsv'
	@echo 'make bench-http    compare requests a second with bare libfcgi; orders a second; latency while rendering'
	@echo 'make vm       as root: install it in a Debian 12 of its own and run it there under systemd (about ten minutes)'
	@echo 'make faults ROUNDS=300      kill processes and fill the disk under load; nothing may be lost'
	@echo 'make rolling REQUESTS=50000 replace the workers under load; no request may fail'
	@echo 'make soak RENDERS=1000      render, and see that no process grows'
	@echo 'make fuzz     each reader and writer for FUZZ_SECONDS (60) under libFuzzer'
	@echo 'make asan ubsan tsan  unit tests under a sanitizer; tsan: service tests too'
	@echo 'make tidy     clang-tidy over src'
	@echo 'make clean    remove what was built'

# src/layers says what a layer may use; the order of its lines is the order of building.
LAYERS  := $(shell awk '!/^\#/ && NF { print $$1 }' src/layers)
layer_needs = $(shell awk '$$1 == "$(1)" { for (i = 2; i <= NF; i++) print $$i }' src/layers)
PACKAGES := $(foreach l,$(LAYERS),$(PACKAGES_$(l)))
PACKAGE_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
PACKAGE_LIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)
CHECK_LIBS := $(shell pkg-config --libs check 2>/dev/null)
LIBS_ALL  = $(foreach l,$(LAYERS),$(LIBS_$(l))) $(PACKAGE_LIBS) -lm

CFLAGS_ALL = -std=gnu17 $(OPTIMISE) -g $(WARNINGS) $(WERROR) \
             $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer,$(HARDEN)) \
             -fPIE -pthread -Isrc -I$(<D) -DAETHER_VERSION='"$(VERSION)"' -MMD -MP $(PACKAGE_CFLAGS) $(CFLAGS)
LDFLAGS_ALL = -pie -pthread $(if $(SANITIZE),-fsanitize=$(SANITIZE),-Wl,-z,relro,-z,now) -Wl,--as-needed $(LDFLAGS)

reverse     = $(if $(1),$(call reverse,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))
archives_of = $(patsubst %,$(BUILD)/lib%.a,$(filter-out main,$(call reverse,$(1))))
objects_of  = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)))

.SECONDARY:
.PHONY: all
all: $(PROGRAMS:%=$(BUILD)/bin/%)

# The search for a tune is a fifth of composing; its inner loops are for vector instructions.
$(BUILD)/src/band/melody_path.o: OPTIMISE := -O3

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,cc $<)$(CC) $(CFLAGS_ALL) -c -o $@ $<

define layer_rules
$(BUILD)/lib$(1).a: $(call objects_of,src/$(1)/*.c src/$(1)/*/*.c)
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(call say,ar $$@)ar rcs $$@ $$^
$(BUILD)/tests/unit/$(1)/run: $(call objects_of,tests/unit/$(1)/*.c) $(call archives_of,$(call layer_needs,$(1)) $(1))
	$$(call say,ld $$@)$(CC) $$(LDFLAGS_ALL) -o $$@ $$^ $$(CHECK_LIBS) $$(LIBS_ALL)
endef
$(foreach l,$(filter-out main,$(LAYERS)),$(eval $(call layer_rules,$(l))))

$(BUILD)/bin/%: $(BUILD)/src/main/%.o $(call archives_of,$(LAYERS))
	@mkdir -p $(@D)
	$(call say,ld $@)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS_ALL)
$(BUILD)/bin/aether: $(call objects_of,src/main/aether/*.c)

$(BUILD)/bench/%: $(BUILD)/bench/%.o $(call archives_of,$(LAYERS))
	$(call say,ld $@)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_ALL)

UNITS := $(patsubst tests/unit/%/,%,$(sort $(dir $(wildcard tests/unit/*/*.c))))
UNIT_PROGRAMS := $(UNITS:%=$(BUILD)/tests/unit/%/run)

# The targets of tests/fuzz, replayed; and for libFuzzer, which brings main and needs clang.
FUZZ_OBJECTS := $(filter-out %/replay.o %/libfuzzer.o,$(call objects_of,tests/fuzz/*.c))
FUZZ_ARCHIVES := $(call archives_of,$(filter-out main api worker,$(LAYERS)))
$(BUILD)/tests/fuzz/replay: $(BUILD)/tests/fuzz/replay.o $(FUZZ_OBJECTS) $(FUZZ_ARCHIVES)
	$(call say,ld $@)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_ALL)
$(BUILD)/tests/fuzz/libfuzzer: $(BUILD)/tests/fuzz/libfuzzer.o $(FUZZ_OBJECTS) $(FUZZ_ARCHIVES)
	$(call say,ld $@)$(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer -o $@ $^ $(LIBS_ALL)

.PHONY: unit-programs
unit-programs: $(UNIT_PROGRAMS) $(BUILD)/tests/fuzz/replay

# The targets below install packages first, so the flags above are read again by a second make.
again = $(MAKE) --no-print-directory
built = $(again) -j$(JOBS) $(1) || { echo "aether: the build failed; the first error is above" >&2; exit 1; }

.PHONY: demo run test unit service
demo:
	@deploy/install-packages build run
	@$(call built,all)
	@deploy/dev/demo
run:
	@deploy/install-packages build run
	@$(call built,all)
	@deploy/dev/serve || [ $$? -eq 130 ]
test:
	@deploy/install-packages build run test
	@$(call built,all unit-programs WERROR=-Werror)
	@tests/run style unit fuzz service compilers
unit:
	@deploy/install-packages build test
	@$(call built,unit-programs)
	@BUILD=$(BUILD) tests/run unit
service:
	@deploy/install-packages build run test
	@$(call built,all)
	@tests/run service

.PHONY: install uninstall
install: all
	@BUILD=$(BUILD) DESTDIR=$(DESTDIR) deploy/install
uninstall:
	@DESTDIR=$(DESTDIR) deploy/install --remove

.PHONY: vm
vm:
	@deploy/install-packages build run vm
	@$(call built,all)
	@tests/vm/run

.PHONY: loudness
loudness:
	@deploy/install-packages build run test
	@$(call built,all)
	@tests/loudness

ROUNDS   ?= 300
REQUESTS ?= 50000
RENDERS  ?= 1000
.PHONY: faults rolling soak
faults rolling soak:
	@deploy/install-packages build run test
	@$(call built,all)
	@/usr/bin/python3 tests/service/$@.py $(if $(filter faults,$@),$(ROUNDS),$(if $(filter rolling,$@),$(REQUESTS),$(RENDERS)))

.PHONY: bench bench-http
bench-http:
	@deploy/install-packages build run bench
	@$(call built,all $(BUILD)/bench/hello)
	@bench/http
bench:
	@deploy/install-packages build run bench
	@$(call built,all $(BUILD)/bench/compose)
	@bench/run

SANITIZERS := asan ubsan tsan
SANITIZE_asan := address
SANITIZE_ubsan := undefined
SANITIZE_tsan := thread
SANITIZED_tsan := all
.PHONY: $(SANITIZERS)
$(SANITIZERS):
	@deploy/install-packages build test
	@$(call built,$(SANITIZED_$@) unit-programs BUILD=build/$@ SANITIZE=$(SANITIZE_$@) OPTIMISE=-O1)
	@BUILD=build/$@ tests/run unit fuzz
	@[ $@ != tsan ] || BUILD=build/$@ tests/tsan

# Each target for FUZZ_SECONDS under libFuzzer, with AddressSanitizer and UndefinedBehaviorSanitizer.
FUZZ_SECONDS ?= 60
comma := ,
.PHONY: fuzz
fuzz:
	@deploy/install-packages build fuzz
	@$(call built,build/fuzz/tests/fuzz/libfuzzer build/fuzz/tests/fuzz/replay BUILD=build/fuzz CC=clang SANITIZE=fuzzer-no-link$(comma)address$(comma)undefined OPTIMISE=-O1)
	@tests/fuzz/run build/fuzz/tests/fuzz/libfuzzer $(FUZZ_SECONDS)

.PHONY: tidy
tidy:
	@deploy/install-packages build tidy
	clang-tidy --quiet --warnings-as-errors='*' $(wildcard src/*/*.c src/main/aether/*.c) -- -std=gnu17 -Isrc \
	    -DAETHER_VERSION='"$(VERSION)"' $(PACKAGE_CFLAGS)

# What a layer's tests may link is what src/layers says; clang compiles everything again with its own warnings.
.PHONY: compilers
compilers:
	@$(again) -j$(JOBS) BUILD=build/clang CC=clang WERROR=-Werror all unit-programs

.PHONY: clean
clean:
	rm -rf build

-include $(shell find $(BUILD)/src $(BUILD)/tests $(BUILD)/bench -name '*.d' 2>/dev/null)
