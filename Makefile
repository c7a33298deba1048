# Immersion: one Makefile, no recursion into folders. A new file needs no edit here.
#
#:  make                  build/immersion
#:  make run              install what is missing, build, start a demo event (more flags: ARGS="--port 80")
#:  make test             install what tests need, build, run all tests (some of them: TESTS="unit/json web")
#:  make lint             the rules that machines keep (tests/lint)
#:  make format           let clang-format have the last word
#:  make fuzz             every fuzz target for FUZZ_SECONDS (20); make fuzz-NAME for one of tests/fuzz/NAME.c
#:  make bench            the figures of tests/bench (one of them: BENCH=start)
#:  make deps deps-test   only install: what building needs, what testing needs
#:  make install          to PREFIX (/usr/local), under DESTDIR
#:  make clean help
#:
#:  BUILD=release (default), debug, asan or tsan chooses the flavour; each keeps its own objects.

VERSION := 0.1
BUILD ?= release
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 20
NPM ?= npm
OUT := build/$(BUILD)
# V=1 shows the commands; otherwise one short line says what is being made.
SAY = $(if $(V),,@echo '  $(1)'; )

# --- flags ------------------------------------------------------------------------------------------
# Sanitizers bring an allocator of their own.
ALLOCATOR_release := jemalloc
ALLOCATOR_debug := jemalloc
PACKAGES := $(ALLOCATOR_$(BUILD)) libmicrohttpd sqlite3 libcmark ncursesw json-c yaml-0.1 libcurl gnutls libcrypto libqrencode libarchive zlib

CC_release := gcc
FLAVOUR_release := -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
CC_debug := gcc
FLAVOUR_debug := -O0 -g
CC_asan := gcc
FLAVOUR_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CC_tsan := gcc
FLAVOUR_tsan := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
# What libFuzzer's targets link; made by `make fuzz-NAME`. Warnings are gcc's affair.
CC_fuzz := clang
FLAVOUR_fuzz := -w -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
ifeq ($(FLAVOUR_$(BUILD)),)
$(error BUILD=$(BUILD) is not one of release debug asan tsan)
endif
ifeq ($(origin CC),default)
CC := $(CC_$(BUILD))
endif

WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 \
	-Wimplicit-fallthrough -Wno-missing-field-initializers
HARDEN := -fno-common -fstack-protector-strong -fPIE
ALL_CFLAGS := -std=gnu11 -D_GNU_SOURCE -DIMMERSION_VERSION='"$(VERSION)"' -Isrc -I. $(WARN) $(HARDEN) \
	$(FLAVOUR_$(BUILD)) $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null) $(CFLAGS)
ALL_LDFLAGS := -pie -pthread -Wl,-z,relro,-z,now -Wl,--as-needed $(FLAVOUR_$(BUILD)) $(LDFLAGS)
LIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm

# --- what there is ------------------------------------------------------------------------------------
SOURCES := $(shell find src checker -name '*.c' | LC_ALL=C sort)
OBJECTS := $(patsubst %.c,$(OUT)/%.o,$(filter-out src/main.c,$(SOURCES))) $(OUT)/embed.o
LIB := $(OUT)/libimmersion.a
# A test in C is one file tests/LEVEL/NAME.c; it becomes build/release/LEVEL/NAME.
TESTED := $(patsubst tests/%.c,$(OUT)/%,$(filter-out tests/fuzz/% tests/bench/%,$(wildcard tests/*/*.c)))
FUZZED := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
# Files built into the binary. assets/vendor.list names those that come from npm: "PATH FILE", where PATH is
# what they are called and FILE where npm puts them below node_modules/.
EMBEDDED := $(shell find $(wildcard labs content assets) -not -type d -not -name '.*' -not -name 'package*.json' \
	-not -name embed.sh -not -name vendor.list -not -path 'assets/runtime/sdk/*' | LC_ALL=C sort)
VENDORED := $(shell sed -n 's,^\([^\# ][^ ]*\)  *\([^ ]*\)$$,\1=build/vendor/node_modules/\2,p' \
	assets/vendor.list 2>/dev/null)
# The SDKs that functions find, as one file.
SDK := build/sdk/functions.tar.xz

.DEFAULT_GOAL := all
.PHONY: all run test tests lint format fuzz fuzzers bench deps deps-test deps-python deps-node install clean help FORCE
.PRECIOUS: $(OUT)/%.o
.DELETE_ON_ERROR:

# --- the binary ---------------------------------------------------------------------------------------
all: $(OUT)/immersion build/immersion

# The name that people and scripts use; it points at the flavour built last.
build/immersion: FORCE $(OUT)/immersion
	@[ "$$(readlink $@)" = $(BUILD)/immersion ] || ln -sfn $(BUILD)/immersion $@

$(OUT)/immersion: $(OUT)/src/main.o $(LIB) $(OUT)/flags
	$(call SAY,LD $@)$(CC) $(ALL_LDFLAGS) -o $@ $(OUT)/src/main.o $(LIB) $(LIBS)

$(LIB): $(OBJECTS) $(OUT)/objects.list
	@rm -f $@
	@ar rcsD $@ $(OBJECTS)

$(OUT)/%.o: %.c $(OUT)/flags
	@mkdir -p $(@D)
	$(call SAY,CC $(if $(filter release,$(BUILD)),,$(BUILD) )$<)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/embed.S: assets/embed.sh $(OUT)/embed.list $(EMBEDDED) $(if $(VENDORED),build/vendor/done) $(SDK)
	@sh assets/embed.sh < $(OUT)/embed.list > $@

$(OUT)/embed.o: $(OUT)/embed.S $(OUT)/flags
	$(call SAY,AS $@)$(CC) -c -o $@ $<

# What the browser needs from npm, as assets/package-lock.json pins it.
build/vendor/done: $(wildcard assets/package.json assets/package-lock.json)
	@mkdir -p $(@D)
	@cp assets/package.json assets/package-lock.json $(@D)
	$(call SAY,NPM $(@D))$(NPM) ci --prefix $(@D) --ignore-scripts --no-audit --no-fund --silent || { echo \
		"npm could not fetch the browser libraries named in assets/package-lock.json: the network is needed once." \
		"Without it, copy a folder build/vendor from a machine that has built." >&2; exit 1; }
	@touch $@

# Touched only when what it is made of has changed.
$(SDK): FORCE
	@assets/runtime/sdk/make.sh $(@D) $(NPM)

# Texts that are rewritten only when they change, so that what depends on them is made again only then.
$(OUT)/flags: export TEXT = $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(LIBS)
$(OUT)/objects.list: export TEXT = $(OBJECTS)
$(OUT)/embed.list: export TEXT = $(subst =, ,$(subst $(BLANK),$(NEWLINE),$(EMBEDDED) $(VENDORED) assets/functions.tar.xz=$(SDK)))
$(OUT)/flags $(OUT)/objects.list $(OUT)/embed.list: FORCE
	@pkg-config --exists $(PACKAGES) || { echo "Libraries are missing: run make deps" >&2; exit 1; }
	@mkdir -p $(@D)
	@printf '%s\n' "$$TEXT" | cmp -s - $@ || printf '%s\n' "$$TEXT" > $@

NOTHING :=
BLANK := $(NOTHING) $(NOTHING)
define NEWLINE


endef

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)

# --- running, installing --------------------------------------------------------------------------------
run: deps
	@$(MAKE) --no-print-directory -j$(shell nproc) all
	build/immersion serve --content content --labs labs $(ARGS)

install: all
	install -D -m 755 $(OUT)/immersion $(DESTDIR)$(PREFIX)/bin/immersion

# Both look first and do nothing when all is there.
deps:
	@sh .ci/deps build $(PACKAGES)

# PyPI and npm side by side: each waits for the network half of its time.
deps-test: deps
	@sh .ci/deps test
	@$(MAKE) --no-print-directory -j2 deps-python deps-node

deps-python deps-node: deps-%:
	@sh .ci/deps $*

# --- tests ----------------------------------------------------------------------------------------------
test: deps-test
	@$(MAKE) --no-print-directory -j$(shell nproc) all tests
	@$(MAKE) --no-print-directory -j$(shell nproc) BUILD=fuzz fuzzers
	tests/run --build $(BUILD) $(TESTS)

tests: $(TESTED)

$(TESTED): $(OUT)/%: tests/%.c $(LIB) $(OUT)/flags
	@mkdir -p $(@D)
	$(call SAY,CC $@)$(CC) $(ALL_CFLAGS) -Itests -MMD -MP $(ALL_LDFLAGS) -o $@ $< $(LIB) $(LIBS)

lint:
	tests/lint/run

format:
	@tests/lint/format

bench: all
	tests/bench/run $(BENCH)

# Fuzz targets are a flavour of their own. They start from tests/fuzz/corpus/NAME and keep what they find in
# build/fuzz/corpus/NAME; a crash is written beside it.
fuzz: $(FUZZED:%=fuzz-%)

fuzzers: $(FUZZED:%=build/fuzz/target/%)

fuzz-%: tests/fuzz/%.c
	@$(MAKE) --no-print-directory BUILD=fuzz build/fuzz/target/$*
	@mkdir -p build/fuzz/corpus/$*
	build/fuzz/target/$* -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-verbosity=0 -artifact_prefix=build/fuzz/$*- build/fuzz/corpus/$* $(wildcard tests/fuzz/corpus/$*)

build/fuzz/target/%: tests/fuzz/%.c build/fuzz/libimmersion.a
	@mkdir -p $(@D)
	$(call SAY,CC $@)clang $(ALL_CFLAGS) -Itests -MMD -MP -fsanitize=fuzzer $(ALL_LDFLAGS) -o $@ $< build/fuzz/libimmersion.a $(LIBS)

clean:
	rm -rf build

help:
	@sed -n 's/^#: \{0,1\}//p' $(firstword $(MAKEFILE_LIST))
