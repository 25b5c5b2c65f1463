# Paraph. GNU make.
#
#   make                          build/release/libparaph.a, build/paraph
#   make check [T=zip]            all tests (or one module's) under ASan and UBSan, and the house checks
#   make build/asan/test_zip      one unit test, built from the modules its line /* needs: base zip */
#                                 names and nothing else; run it as it is
#   make MODE=asan|fuzz|coverage  another variant, in build/MODE; CC=clang, B=build/mine, V=1 (show commands)
#                                 may be given
#
# CONTRIBUTING.md explains the rest. A new src/MODULE/*.c, tests/unit/test_X.c or fuzz/fuzz_X.c is found
# by itself.

MODE ?= release
B ?= build/$(MODE)
SECONDS ?= 60
PREFIX ?= /usr/local
VERSION := 0.1.0

ifeq ($(origin CC),default)
CC := $(if $(filter fuzz,$(MODE)),clang,gcc)
endif
OBJCOPY ?= objcopy
LD ?= ld

# ---- flags ----

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes \
  -Wmissing-prototypes -Wvla -Wswitch-enum -Wundef -Wpointer-arith -Wformat=2
WERROR ?= -Werror
PACKAGES := libdeflate expat
LIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null || echo -ldeflate -lexpat) \
  -lunistring
STANDARD := -std=c17 $(WARNINGS) $(WERROR) -fvisibility=hidden -fPIC -g \
  -ffile-prefix-map=$(CURDIR)=. -Iinclude -Isrc $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
SANITIZE := -fno-sanitize-recover=all -fno-omit-frame-pointer -DPARAPH_CHECKED

FLAGS_release := -O2 -fstack-protector-strong -D_FORTIFY_SOURCE=2
FLAGS_asan := -O1 -fsanitize=address,undefined $(SANITIZE)
FLAGS_fuzz := -O1 -fsanitize=fuzzer-no-link,address,undefined $(SANITIZE)
FLAGS_coverage := -O0 --coverage
LINK_release := -pie -Wl,-z,relro,-z,now,-z,noexecstack
LINK_asan := -fsanitize=address,undefined
LINK_fuzz := -fsanitize=address,undefined
LINK_coverage := --coverage
ifeq ($(FLAGS_$(MODE)),)
$(error MODE is one of release, asan, fuzz, coverage)
endif
V ?=
# `make -s` builds without a word
say = @$(if $(V)$(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS)))),:,echo '  $(1)')
Q := $(if $(V),,@)
COMPILE = $(CC) $(STANDARD) $(FLAGS_$(MODE)) $(CFLAGS) -MMD -MP
LINK = $(CC) $(LINK_$(MODE)) -Wl,--as-needed $(LDFLAGS)
# The engine sees ISO C alone; only the product and the tests may speak to the system.
POSIX := -D_XOPEN_SOURCE=700

# What the product is built with on top of the engine's libraries.
PRODUCT_PACKAGES := sqlite3 libpq libsodium libcrypto libmicrohttpd libseccomp jansson yaml-0.1
PRODUCT_CFLAGS := $(filter-out -I/usr/include,$(shell pkg-config --cflags $(PRODUCT_PACKAGES) 2>/dev/null))
PRODUCT_LIBS := $(shell pkg-config --libs $(PRODUCT_PACKAGES) 2>/dev/null) -lpthread

# ---- what there is ----

# The engine is what src/LAYERS lists up to and with api.
ENGINE := $(shell sed -n '/^[a-z]/s/:.*//p;/^api$$/q' src/LAYERS)
ENGINE_C := $(foreach m,$(ENGINE),$(wildcard src/$(m)/*.c))
# The product is what it lists behind api; it links base a second time, beside the engine's own.
PRODUCT := $(shell sed -n '1,/^api:/d;/^[a-z]/s/:.*//p' src/LAYERS)
PRODUCT_C := $(foreach m,$(PRODUCT),$(wildcard src/$(m)/*.c))
UNITS := $(patsubst tests/unit/test_%.c,%,$(wildcard tests/unit/test_*.c))
FUZZERS := $(patsubst fuzz/fuzz_%.c,%,$(wildcard fuzz/fuzz_*.c))
T ?=
CHOSEN_UNITS := $(if $(T),$(filter $(T),$(UNITS)),$(UNITS))
CHOSEN_FUZZERS := $(if $(T),$(filter $(T),$(FUZZERS)),$(FUZZERS))

objects = $(patsubst src/%.c,$(B)/obj/%.o,$(1))
engine_o := $(call objects,$(ENGINE_C))
product_o := $(call objects,$(PRODUCT_C))
base_o := $(call objects,$(wildcard src/base/*.c))

# The objects of the modules a source names in its line "needs: base zip"; without one, all. The word
# engine stands for all of the engine's.
needs = $(patsubst engine,$(ENGINE),$(shell sed -n '1,20s,^/\* needs: \(.*\) \*/.*,\1,p' $(1)))
needed = $(if $(needs),$(call objects,$(foreach m,$(needs),$(wildcard src/$(m)/*.c))),$(engine_o))

# ---- program and library ----

.PHONY: all tests check header-test bench fuzz bless format install clean
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:

all: $(B)/libparaph.a $(B)/paraph
ifeq ($(B),build/release)
all: build/paraph
build/paraph: build/release/paraph
	ln -sf release/paraph $@
endif

# One relocatable object that shows px_* alone, so the engine's short inner names meet no one else's.
$(B)/libparaph.a: $(engine_o)
	$(call say,AR $@)
	$(Q)$(LD) -r -o $(B)/libparaph.o $^
	$(Q)$(OBJCOPY) --wildcard --keep-global-symbol='px_*' $(B)/libparaph.o
	$(Q)rm -f $@
	$(Q)$(AR) rcsD $@ $(B)/libparaph.o

ifeq ($(MODE),release)
$(B)/paraph: $(product_o) $(base_o) $(B)/libparaph.a
else
$(B)/paraph: $(product_o) $(engine_o)
endif
	$(call say,LINK $@)
	$(Q)$(LINK) -o $@ $^ $(LIBS) $(PRODUCT_LIBS)

define product_rule
$(B)/obj/$(1)/%.o: src/$(1)/%.c
	@mkdir -p $$(@D)
	$$(call say,CC $$<)
	$$(Q)$$(COMPILE) $$(POSIX) $$(PRODUCT_CFLAGS) -DPARAPH_VERSION='"$$(VERSION)"' -c -o $$@ $$<
endef
$(foreach m,$(PRODUCT),$(eval $(call product_rule,$(m))))

$(B)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(COMPILE) -DPARAPH_VERSION='"$(VERSION)"' -c -o $@ $<

# ---- tests ----

$(B)/tests/%.o: tests/unit/%.c
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(COMPILE) $(POSIX) $(PRODUCT_CFLAGS) -Itests -c -o $@ $<

$(B)/fuzz/%.o: fuzz/%.c
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(COMPILE) $(POSIX) $(PRODUCT_CFLAGS) -c -o $@ $<

define unit_rule
$(B)/test_$(1): $(B)/tests/test_$(1).o $(call needed,tests/unit/test_$(1).c)
	$$(call say,LINK $$@)
	$$(Q)$$(LINK) -o $$@ $$^ $$(LIBS) $$(PRODUCT_LIBS)
endef
define fuzz_rule
$(B)/replay_$(1): $(B)/fuzz/fuzz_$(1).o $(B)/fuzz/replay.o $(call needed,fuzz/fuzz_$(1).c)
	$$(call say,LINK $$@)
	$$(Q)$$(LINK) -o $$@ $$^ $$(LIBS) $$(PRODUCT_LIBS)
$(B)/fuzz_$(1): $(B)/fuzz/fuzz_$(1).o $(call needed,fuzz/fuzz_$(1).c)
	$$(call say,LINK $$@)
	$$(Q)$$(LINK) -fsanitize=fuzzer -o $$@ $$^ $$(LIBS) $$(PRODUCT_LIBS)
endef
$(foreach u,$(UNITS),$(eval $(call unit_rule,$(u))))
$(foreach f,$(FUZZERS),$(eval $(call fuzz_rule,$(f))))

# So that `make build/asan/test_zip` needs no MODE.
ifneq ($(MODE),asan)
build/asan/%: force
	+@$(MAKE) --no-print-directory MODE=asan B=build/asan $@
endif
ifneq ($(MODE),fuzz)
build/fuzz/fuzz_%: force
	+@$(MAKE) --no-print-directory MODE=fuzz B=build/fuzz CC=clang $@
endif
.PHONY: force
force:

TEST_PROGRAMS := $(CHOSEN_UNITS:%=$(B)/test_%) $(CHOSEN_FUZZERS:%=$(B)/replay_%)
tests: $(TEST_PROGRAMS)
	@:

# A test that does not build is a test that fails: -k goes on, and script/tap counts what is missing.
CHECK_B := $(if $(filter release,$(MODE)),build/asan,$(B))
CHECK_MODE := $(if $(filter release,$(MODE)),asan,$(MODE))
HOUSE := $(sort $(wildcard tests/house/*.sh))
GOLDEN := $(if $(T),,$(wildcard tests/golden/run))
check:
	+-@$(MAKE) --no-print-directory -k MODE=$(CHECK_MODE) B=$(CHECK_B) tests T=$(T)
	$(if $(GOLDEN),+-@$(MAKE) --no-print-directory -k MODE=$(CHECK_MODE) B=$(CHECK_B) $(CHECK_B)/paraph \
	  $(CHECK_B)/libparaph.a)
	$(if $(T),,+-@$(MAKE) --no-print-directory -k MODE=release B=build/release build/release/test_collate)
	@PARAPH=$(CHECK_B)/paraph CC='$(CC)' TAP_JOBS=$${TAP_JOBS:-$$(($$(nproc) + 1))} script/tap \
	  $(if $(T),,'T_CASES=2000 build/release/test_collate') $(GOLDEN) $(CHOSEN_UNITS:%=$(CHECK_B)/test_%) \
	  $(foreach f,$(CHOSEN_FUZZERS),'$(CHECK_B)/replay_$(f) fuzz/corpus/$(f)') $(HOUSE)

# The public header stands alone, in every language it promises.
HEADER := -Wall -Wextra -pedantic -Werror -fsyntax-only -x
header-test:
	$(CC) -std=c99 $(HEADER) c include/paraph.h
	$(CC) -std=c17 $(HEADER) c include/paraph.h
	$(CC) -std=c++11 $(HEADER) c++ include/paraph.h

$(B)/floor: bench/floor.c
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(COMPILE) $(POSIX) -o $@ $< $(LINK_$(MODE)) $(LIBS)

$(B)/bench/%.o: bench/%.c
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(COMPILE) $(POSIX) $(PRODUCT_CFLAGS) -Itests -c -o $@ $<

define bench_rule
$(B)/bench_$(1): $(B)/bench/$(1).o $(call needed,bench/$(1).c)
	$$(call say,LINK $$@)
	$$(Q)$$(LINK) -o $$@ $$^ $$(LIBS) $$(PRODUCT_LIBS)
endef
$(foreach b,record acts,$(eval $(call bench_rule,$(b))))

# The product on SQLite, and on PostgreSQL when PARAPH_TEST_POSTGRES names a database.
bench: all $(B)/floor $(B)/bench_record $(B)/bench_acts
	PARAPH=$(B)/paraph FLOOR=$(B)/floor python3 bench/run.py $(BENCH)
	rm -rf build/bench/record && $(B)/bench_record build/bench/record
	rm -rf build/bench/acts && $(B)/bench_acts build/bench/acts
	PARAPH=$(B)/paraph bench/serve.py build/bench/serve
	test -z "$$PARAPH_TEST_POSTGRES" || bench/postgres.sh $(B)

# New inputs that reach new code gather in build/fuzz/found/X; a crash leaves its input in build/fuzz.
fuzz: $(CHOSEN_FUZZERS:%=build/fuzz/fuzz_%)
	@for f in $(CHOSEN_FUZZERS); do \
	  mkdir -p build/fuzz/found/$$f && \
	  build/fuzz/fuzz_$$f -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=1024 -max_len=65536 \
	    -print_final_stats=1 -artifact_prefix=build/fuzz/$$f- build/fuzz/found/$$f fuzz/corpus/$$f \
	    || exit 1; \
	done

bless: all
	@PARAPH=$(B)/paraph tests/golden/run --bless '$(CASE)'

format:
	clang-format -i $(wildcard include/*.h src/*/*.[ch] tests/*.h tests/*/*.[ch] fuzz/*.c bench/*.c)

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include
	install $(B)/paraph $(DESTDIR)$(PREFIX)/bin/paraph
	install -m 644 $(B)/libparaph.a $(DESTDIR)$(PREFIX)/lib/libparaph.a
	install -m 644 include/paraph.h $(DESTDIR)$(PREFIX)/include/paraph.h
	printf 'Name: paraph\nDescription: %s\nVersion: %s\nRequires: %s\nLibs: -L%s -lparaph -lunistring\nCflags: -I%s\n' \
	  'merges the Word files of several reviewers into one redline' '$(VERSION)' '$(PACKAGES)' \
	  '$(PREFIX)/lib' '$(PREFIX)/include' >$(DESTDIR)$(PREFIX)/lib/pkgconfig/paraph.pc
	install -d $(DESTDIR)$(PREFIX)/share/paraph/rulebooks/calendars
	install -m 644 rulebooks/*.yaml $(DESTDIR)$(PREFIX)/share/paraph/rulebooks/
	install -m 644 rulebooks/calendars/*.yaml $(DESTDIR)$(PREFIX)/share/paraph/rulebooks/calendars/
	for s in 1 3 5 7; do for page in man/*.$$s; do test -e "$$page" || continue; \
	  install -d $(DESTDIR)$(PREFIX)/share/man/man$$s && \
	  install -m 644 "$$page" $(DESTDIR)$(PREFIX)/share/man/man$$s/ || exit 1; done; done

clean:
	rm -rf $(B)

-include $(wildcard $(B)/obj/*/*.d $(B)/tests/*.d $(B)/fuzz/*.d)
