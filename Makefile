# crmutils: one non-recursive makefile, GNU make. Everything made goes under
# $(BUILD). CFLAGS, CPPFLAGS, LDFLAGS are the packager's; ours are apart.
#   make            build           make demo      set up, build, main job
#   make check      set up, tests   make check-long  the long campaigns
#   make V=1 shows commands; WERROR=1 makes warnings errors; HARDEN= turns
#   hardening off; SANITIZE=address,undefined builds with sanitizers.
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/sh

BUILD ?= build
PREFIX ?= /usr/local
VERSION := $(shell cat VERSION)
CC ?= gcc
AR ?= ar
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config
CSV_LIBS ?= -lcsv
Q := $(if $(V),,@)

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wwrite-strings -Wvla -Wformat=2 -Wpointer-arith -Wno-format-nonliteral \
	-Wno-missing-field-initializers
WARN += $(if $(WERROR),-Werror)
probe = $(shell echo 'int main(void){return 0;}' | $(CC) -Werror $(1) -x c - -o /dev/null 2>/dev/null && echo '$(1)')
HARDEN ?= 1
ifeq ($(HARDEN)$(SANITIZE),1)
HARD_C := -U_FORTIFY_SOURCE $(call probe,-O2 -D_FORTIFY_SOURCE=3) -fPIE \
	$(call probe,-fstack-protector-strong) $(call probe,-fstack-clash-protection) \
	$(call probe,-fcf-protection) $(call probe,-ftrivial-auto-var-init=zero)
HARD_L := -pie -Wl,-z,relro,-z,now,-z,noexecstack
endif
ifneq ($(SANITIZE),)
HARD_C := -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
HARD_L := -fsanitize=$(SANITIZE)
endif
OUR_C := -std=c11 -Ilib -I$(BUILD)/gen -fno-common -MMD -MP $(WARN) $(HARD_C) \
	-DCRMUTILS_VERSION='"$(VERSION)"' -DCRM_DATADIR='"$(PREFIX)/share/crm"'
OUR_L := $(HARD_L) -Wl,--as-needed
LIBS := -llmdb -ljansson $(CSV_LIBS) -lutf8proc -lpcre2-8 -llbfgs -lm -lpthread

# Programs that run once a record start in half the time without a dynamic
# linker. STATIC_PROGS= links all the usual way; so does a system that cannot.
STATIC_PROGS ?= crm crm-find crm-add crm-edit crm-rm crm-view crm-history
STATIC_LIBS := -llmdb -ljansson -lutf8proc -lpcre2-8 -lm -lpthread
STATIC_L := $(if $(SANITIZE),,$(shell echo 'int main(void){return 0;}' | $(CC) -static-pie -x c - -o /dev/null $(STATIC_LIBS) 2>/dev/null && echo -static-pie))
is_static = $(and $(STATIC_L),$(filter $(1),$(STATIC_PROGS)))

LIB_SRC := $(wildcard lib/*/*.c)
# What links a heavy library stays out of libcrm.a: see HISTORY below.
LIB_SRC := $(filter-out lib/store/git_%.c,$(LIB_SRC))
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/obj/%.o)
PROGS := $(patsubst bin/%.c,%,$(wildcard bin/crm*.c))
UNITS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))

# The git mirror alone links libsodium and libgit2: helpers that others run.
# crm-git follows the journal and is static like the programs above; crm-git2
# has libgit2, for what git itself wrote. HISTORY=no builds without them.
HISTORY ?= $(shell $(PKG_CONFIG) --exists libgit2 libsodium zlib && echo yes)
GIT_OBJ := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard lib/store/git_*.c))
GIT2_OBJ := $(filter-out %/git_nolib.o,$(GIT_OBJ))
GIT1_OBJ := $(filter-out %/git_lib.o,$(GIT_OBJ))
GIT_PROG := $(if $(filter yes,$(HISTORY)),$(BUILD)/libexec/crm/crm-git $(BUILD)/libexec/crm/crm-git2)
UNITS := $(if $(GIT_PROG),$(UNITS),$(filter-out git,$(UNITS)))
GIT_STATIC = $(and $(STATIC_L),$(shell echo 'int main(void){return 0;}' | $(CC) -static-pie -x c - -o /dev/null -lsodium -lz 2>/dev/null && echo yes))
$(BUILD)/unit/git.t: $(GIT2_OBJ)
$(BUILD)/unit/git.t: LIBS += $(shell $(PKG_CONFIG) --libs libgit2 libsodium zlib)
$(BUILD)/libexec/crm/crm-git: $(BUILD)/obj/bin/libexec/crm-git.o $(GIT1_OBJ) $(BUILD)/lib/libcrm.a
	@mkdir -p $(@D)
	@$(if $(Q),printf '  LD %s\n' '$@')
	$(Q)$(CC) $(if $(GIT_STATIC),$(filter-out -pie,$(OUR_L)) $(STATIC_L),$(OUR_L)) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lsodium -lz $(if $(GIT_STATIC),$(STATIC_LIBS),$(LIBS))
$(BUILD)/libexec/crm/crm-git2: $(BUILD)/obj/bin/libexec/crm-git.o $(GIT2_OBJ) $(BUILD)/lib/libcrm.a
	@mkdir -p $(@D)
	@$(if $(Q),printf '  LD %s\n' '$@')
	$(Q)$(CC) $(OUR_L) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(shell $(PKG_CONFIG) --libs libgit2 libsodium zlib) $(LIBS)

all: $(PROGS:%=$(BUILD)/bin/%) $(GIT_PROG)

$(BUILD)/obj/%.o: %.c Makefile VERSION
	@mkdir -p $(@D)
	@$(if $(Q),printf '  CC %s\n' '$<')
	$(Q)$(CC) $(CPPFLAGS) -Itests/unit $(OUR_C) $(CFLAGS) -c -o $@ $<

# The shipped schemas are compiled at build time into an array.
SCHEMAS := share/crm/schema/common.json $(filter-out share/crm/schema/common.json,$(sort $(wildcard share/crm/schema/*.json)))
MKSCHEMA_OBJ := $(patsubst %.c,$(BUILD)/obj/%.o,share/tools/mkschema.c lib/model/schema.c lib/model/schema_compile.c \
	lib/model/schema_put.c lib/format/json_walk.c $(wildcard lib/base/*.c))
$(BUILD)/tool/mkschema: $(MKSCHEMA_OBJ)
	@mkdir -p $(@D)
	$(Q)$(CC) $(OUR_L) $(CFLAGS) $(LDFLAGS) -o $@ $^ -ljansson -lutf8proc -lm
$(BUILD)/gen/schema_blob.inc: $(BUILD)/tool/mkschema $(SCHEMAS)
	@mkdir -p $(@D)
	$(Q)$(BUILD)/tool/mkschema $(SCHEMAS) >$@
$(BUILD)/obj/lib/model/schema_default.o: $(BUILD)/gen/schema_blob.inc

# Small tables of share/crm/data are compiled in as texts.
$(BUILD)/gen/%.inc: share/crm/data/%.tsv
	@mkdir -p $(@D)
	$(Q)sed 's/["\\]/\\&/g; s/.*/"&\\n"/' $< >$@
$(BUILD)/obj/lib/base/calendar_data.o: $(addprefix $(BUILD)/gen/,hours.inc holidays.inc regions.inc)

$(BUILD)/lib/libcrm.a: $(LIB_OBJ)
	@mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) rcsD $@ $(LIB_OBJ)

$(BUILD)/bin/%: $(BUILD)/obj/bin/%.o $(BUILD)/lib/libcrm.a
	@mkdir -p $(@D)
	@$(if $(Q),printf '  LD %s\n' '$@')
	$(Q)$(CC) $(if $(call is_static,$*),$(filter-out -pie,$(OUR_L)) $(STATIC_L),$(OUR_L)) $(CFLAGS) $(LDFLAGS) -o $@ $< $(BUILD)/lib/libcrm.a $(if $(call is_static,$*),$(STATIC_LIBS),$(LIBS))

$(BUILD)/unit/%.t: $(BUILD)/obj/tests/unit/%.o $(BUILD)/lib/libcrm.a
	@mkdir -p $(@D)
	@$(if $(Q),printf '  LD %s\n' '$@')
	$(Q)$(CC) $(OUR_L) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(BUILD)/lib/libcrm.a $(LIBS)

units: $(UNITS:%=$(BUILD)/unit/%.t)

# make check T="0100-add unit/json" runs only those.
T ?=
TESTS = $(if $(T),$(foreach t,$(T),$(if $(filter unit/%,$(t)),$(BUILD)/$(t).t,tests/t/$(t).t)),$(sort $(wildcard tests/t/*.t)) $(UNITS:%=$(BUILD)/unit/%.t))
# The main job on real records, from nothing.
demo:
	$(Q)sh share/deps.sh build
	$(Q)$(MAKE) --no-print-directory all
	$(Q)BUILD=$(abspath $(BUILD)) sh share/demo.sh

check: deps-check
	$(Q)$(MAKE) --no-print-directory check-only
check-only: all units
	$(Q)BUILD=$(abspath $(BUILD)) prove -j2 --exec '' $(TESTS)
deps-check:
	$(Q)sh share/deps.sh check
check-asan:
	$(Q)$(MAKE) --no-print-directory SANITIZE=address,undefined BUILD=build/asan check-only
# Every program and unit test under valgrind: tests/valgrind.sh wraps them.
check-valgrind:
	$(Q)$(MAKE) --no-print-directory STATIC_PROGS= BUILD=build/dynamic all units
	$(Q)sh tests/valgrind.sh build/dynamic build/valgrind
	$(Q)BUILD=$(abspath build/valgrind) prove -j2 --exec '' $(TESTS:$(BUILD)/%=build/valgrind/%)
coverage:
	$(Q)-$(MAKE) --no-print-directory BUILD=build/cov HARDEN= CFLAGS='-O0 -g --coverage' LDFLAGS=--coverage check-only
	$(Q)sh tests/coverage.sh build/cov
check-long: deps-check all units
	$(Q)CRM_LONG=1 BUILD=$(abspath $(BUILD)) prove --exec '' $(sort $(shell grep -l CRM_LONG tests/t/*.t) $(wildcard tests/long/*.t))
lint: all
	$(Q)tests/lint/house.sh && BUILD=$(BUILD) CC='$(CC)' tests/lint/headers.sh
	$(Q)tests/lint/tools.sh
format:
	clang-format -i $(LIB_SRC) $(wildcard lib/store/git_*.c bin/libexec/*.c lib/*/*.h bin/*.c)
bench: all units
	$(Q)for b in $(sort $(wildcard tests/bench/*.sh)); do BUILD=$(abspath $(BUILD)) $$b || exit 1; done
bench-dedupe: all
	$(Q)BUILD=$(abspath $(BUILD)) tests/bench/dedupe.sh

# libFuzzer: each of tests/fuzz for FUZZ_SECONDS; finds stay in build/fuzz.
# make fuzz FUZZERS="time text" runs those; tests/fuzz/NAME.dict helps along.
FUZZ_SECONDS ?= 20
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
CLANG ?= clang
fuzz:
	$(Q)$(MAKE) --no-print-directory CC='$(CLANG)' BUILD=build/fuzz SANITIZE=address,undefined CFLAGS='-g -O1 -fsanitize=fuzzer-no-link' build/fuzz/lib/libcrm.a
	$(Q)for f in $(FUZZERS); do $(CLANG) -g -O1 -std=c11 -Ilib -Ibuild/fuzz/gen -Itests/fuzz -fsanitize=fuzzer,address,undefined -o build/fuzz/$$f tests/fuzz/$$f.c build/fuzz/lib/libcrm.a $(LIBS) || exit 1; done
	$(Q)cd build/fuzz && for f in $(FUZZERS); do mkdir -p corpus.$$f && ./$$f -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -timeout=5 -verbosity=0 -print_final_stats=1 $$(test -f $(CURDIR)/tests/fuzz/$$f.dict && echo -dict=$(CURDIR)/tests/fuzz/$$f.dict) corpus.$$f || exit 1; done

# Completions are generated, checked in, and compared by make check.
completions: all
	$(Q)completions/generate.sh $(BUILD)/bin completions
errors:
	$(Q)perl tests/lint/errors.pl --man >share/man/man7/crm-errors.7
dist:
	git archive --prefix=crmutils-$(VERSION)/ -o crmutils-$(VERSION).tar.gz HEAD

D := $(DESTDIR)$(PREFIX)
install: all
	install -d $(D)/bin $(D)/share/bash-completion/completions $(D)/share/zsh/site-functions $(D)/share/fish/vendor_completions.d
	install -m 755 $(PROGS:%=$(BUILD)/bin/%) $(D)/bin
	$(if $(GIT_PROG),install -d $(D)/libexec/crm && install -m 755 $(GIT_PROG) $(D)/libexec/crm)
	cd share && find crm man $(wildcard share/locale:share/%=%) -type f ! -perm -100 -exec install -D -m 644 {} $(abspath $(D))/share/{} \;
	cd share && find crm man $(wildcard share/locale:share/%=%) -type f -perm -100 -exec install -D -m 755 {} $(abspath $(D))/share/{} \;
	install -m 644 completions/crm.bash $(D)/share/bash-completion/completions/crm
	for p in $(filter crm-%,$(PROGS)); do ln -sf crm $(D)/share/bash-completion/completions/$$p; done
	install -m 644 completions/_crm $(D)/share/zsh/site-functions
	install -m 644 completions/crm.fish $(D)/share/fish/vendor_completions.d
uninstall:
	rm -f $(PROGS:%=$(D)/bin/%) $(addprefix $(D)/share/bash-completion/completions/,crm $(PROGS)) $(D)/share/zsh/site-functions/_crm $(D)/share/fish/vendor_completions.d/crm.fish
	cd share && find man -type f -exec rm -f $(abspath $(D))/share/{} \;
	rm -rf $(D)/share/crm $(D)/libexec/crm
# The tests against the installed tree.
installcheck: units
	$(Q)INSTALLED=1 BUILD=$(abspath $(D)) prove -j2 --exec '' $(sort $(wildcard tests/t/*.t))
clean:
	rm -rf $(BUILD)

.SECONDARY:
.PHONY: all units demo check check-only deps-check clean check-asan check-valgrind coverage \
	check-long lint format bench bench-dedupe fuzz errors completions dist install uninstall installcheck
-include $(LIB_OBJ:.o=.d) $(MKSCHEMA_OBJ:.o=.d) $(GIT_OBJ:.o=.d) $(BUILD)/obj/bin/libexec/crm-git.d $(PROGS:%=$(BUILD)/obj/bin/%.d) $(UNITS:%=$(BUILD)/obj/tests/unit/%.d)
