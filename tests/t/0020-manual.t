#!/bin/bash
# The manual is a test suite: it lints, it names every option, its examples
# print what they say.
. "${0%/*}/../lib.sh"

programs=()
for p in "$BUILD"/bin/crm "$BUILD"/bin/crm-*; do
	[ -x "$p" ] && programs+=("$(basename "$p")")
done
man=$src/share/man
for p in "${programs[@]}"; do
	[ -f "$man/man1/$p.1" ]
	verdict $? "$p has a manual page" || continue
	[ "$p" = crm ] && continue
	"$p" --dump-options >dump
	ok "$p.1 and its option table agree" \
		"perl '$src/tests/lint/manual.pl' '$man/man1/$p.1' '$man/man7/crm.7' dump"
done
if command -v mandoc >/dev/null; then
	for page in "$man"/man?/*.?; do
		run "mandoc -Tlint '$page' | grep -vE 'referenced manual not found|Mdocdate'"
		is "$(basename "$page") lints" "$out" ''
	done
fi
for page in "$man"/man?/*.?; do
	mkdir -p "$scratch/page" && cd "$scratch/page" || exit 1
	rm -rf "$CRM_STORE"
	"$BUILD/bin/crm" init >/dev/null 2>&1
	perl "$src/tests/lint/examples.pl" "$page" $((tests + 1)) >"$scratch/tap"
	cat "$scratch/tap"
	n=$(grep -c '^\(not \)\?ok ' "$scratch/tap")
	b=$(grep -c '^not ok ' "$scratch/tap")
	tests=$((tests + n)) bad=$((bad + b))
	cd "$scratch/work" && rm -rf "$scratch/page"
done
done_testing
