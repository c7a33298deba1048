# Immersion: one non-recursive Makefile. A new file needs no edit here.
#
#   make                    build/immersion
#   make run                install what is missing, build, start a demo event
#   make test               the tests (BUILD=release|debug|asan|tsan)
#   make lint               the rules that machines keep
#   make fuzz-NAME          one fuzz target of tests/fuzz for FUZZ_SECONDS

BUILD ?= release
OUT := build/$(BUILD)
CC := gcc
NPM ?= npm

PACKAGES := libmicrohttpd sqlite3 libcmark ncursesw json-c yaml-0.1 libcurl gnutls libqrencode
VERSION := 0.1

WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 \
	-Wimplicit-fallthrough -Wno-missing-field-initializers
FLAVOUR_release := -O2 -g -D_FORTIFY_SOURCE=2
FLAVOUR_debug := -O0 -g
FLAVOUR_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FLAVOUR_tsan := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
ifeq ($(FLAVOUR_$(BUILD)),)
$(error BUILD=$(BUILD) is not one of release debug asan tsan)
endif

ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -DIMMERSION_VERSION='"$(VERSION)"' -Isrc -I. $(WARN) -fno-common \
	-fstack-protector-strong -fPIE $(FLAVOUR_$(BUILD)) $(shell pkg-config --cflags $(PACKAGES)) $(CFLAGS)
ALL_LDFLAGS = -pie -pthread -Wl,-z,relro,-z,now -Wl,--as-needed $(FLAVOUR_$(BUILD)) $(LDFLAGS)
LIBS = $(shell pkg-config --libs $(PACKAGES)) -lm

SOURCES := $(shell find src checker -name '*.c' | LC_ALL=C sort)
LIB_OBJECTS := $(patsubst %.c,$(OUT)/%.o,$(filter-out src/main.c,$(SOURCES)))
LIB := $(OUT)/libimmersion.a
UNITS := $(patsubst tests/unit/%.c,$(OUT)/unit/%,$(wildcard tests/unit/*.c))

.DEFAULT_GOAL := all
.PHONY: all clean
.SECONDARY:
.DELETE_ON_ERROR:

all: $(OUT)/immersion build/immersion

# The name that the README and scripts use points at the flavour built last.
build/immersion: $(OUT)/immersion
	@ln -sfn $(BUILD)/immersion $@

$(OUT)/immersion: $(OUT)/src/main.o $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(LIB): $(LIB_OBJECTS) $(OUT)/embed.o
	@rm -f $@
	@ar rcs $@ $^

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests -MMD -MP $(ALL_LDFLAGS) -o $@ $< $(LIB) $(LIBS)

# --- the trees that are built into the binary ------------------------------
EMBEDDED := $(shell find labs content assets -type f -not -path '*/node_modules/*' -not -name '.*' | LC_ALL=C sort)

$(OUT)/embed.S: $(EMBEDDED) Makefile
	@mkdir -p $(@D)
	@sh assets/embed.sh $(EMBEDDED) > $@

$(OUT)/embed.o: $(OUT)/embed.S
	$(CC) -c -o $@ $<

clean:
	rm -rf build

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
