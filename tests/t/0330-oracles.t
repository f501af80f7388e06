#!/bin/sh
# Our normalisers against other people's: phone numbers against libphonenumber,
# tax numbers against python3-stdnum. Skipped visibly where those are missing.
# ORACLE_COUNT: how many random values (5000; the long form takes 100000).
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build}
count=${ORACLE_COUNT:-5000}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cc=${CC:-cc}
n=0

skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# compare NAME FILE: builds the comparing program and runs it
compare() {
	# shellcheck disable=SC2086 # a compiler may have words
	$cc -std=c11 -O1 -I"$top/lib" -o "$work/$1" "$top/tests/oracle/$1.c" \
		"$build/lib/libcrm.a" -lutf8proc -lpcre2-8 -ljansson -lm &&
		"$work/$1" "$2" >"$work/out"
	sed -n 's/^#/#/p' "$work/out" | tail -8
	while read -r line; do
		case $line in
		ok* | not\ ok*)
			n=$((n + 1))
			echo "${line%%ok *}ok $n - ${line#* - }"
			;;
		esac
	done <"$work/out"
}

if ! echo '#include <phonenumbers/phonenumberutil.h>' |
	c++ -x c++ -fsyntax-only - 2>/dev/null; then
	skip 'phone numbers as libphonenumber' 'libphonenumber-dev is missing'
elif ! c++ -O1 -o "$work/phone" "$top/tests/oracle/phone.cc" -lphonenumber; then
	n=$((n + 1))
	echo "not ok $n - the phone oracle builds"
else
	"$work/phone" "$count" 1 >"$work/phone.tsv"
	compare phone_compare "$work/phone.tsv"
fi

if ! /usr/bin/python3 -c 'import stdnum' 2>/dev/null; then
	skip 'tax numbers as python3-stdnum' 'python3-stdnum is missing'
else
	/usr/bin/python3 "$top/tests/oracle/tax.py" "$count" 1 >"$work/tax.tsv"
	compare tax_compare "$work/tax.tsv"
fi
echo "1..$n"
