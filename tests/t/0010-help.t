#!/bin/bash
# Every program: -h, --help, --version, usage errors, the same letters.
. "${0%/*}/../lib.sh"
. "$src/tests/programs.sh"

for p in "${programs[@]}"; do
	ok "$p -h" "$p -h"
	out_has "$p -h begins with its usage" "^usage: $p "
	err_empty "$p -h says nothing on stderr"
	short=$out
	ok "$p --help" "$p --help"
	case $out in "$short"*) true ;; *) false ;; esac
	verdict $? "$p --help begins as -h does"
	n=$(grep -Ec "^  .*crm[- ]" <<<"${out#*examples:}")
	[ "$n" -ge 3 ]
	verdict $? "$p --help shows three examples" "$out"
	out_has "$p --help names the manual" "man $p"
	ok "$p -V" "$p -V"
	out_has "$p -V" "^$p \(crmutils\) [0-9]+\.[0-9]+"
	fails_with 2 "$p: an unknown option" "$p --no-such-option"
	err_has "$p says so and where help is" "^$p: unknown option '--no-such-option'.*try '$p -h'"
	is "$p: in one line" "$(wc -l <"$scratch/err")" 1
	fails_with 2 "$p: an empty operand" "$p ''"
	fails_with 2 "$p: no abbreviations" "$p --versio"
	err_has "$p suggests the option" "'--version'"
	LC_ALL=C $p -h | LC_ALL=C grep -q '[^ -~]' && r=1 || r=0
	verdict $r "$p -h is ASCII under LC_ALL=C"
done

# One meaning a letter, one letter a meaning, over all tables.
for p in "${programs[@]}"; do
	$p --dump-options | awk -F'\t' -v p="$p" 'NR>1 && $1!=""{print $1 "\t" $2 "\t" p}'
done >letters
is 'a letter means the same everywhere' \
	"$(cut -f1,2 letters | sort -u | cut -f1 | uniq -d | tr '\n' ' ')" ''
for p in "${programs[@]}"; do
	$p --dump-options | awk -F'\t' 'NR>1{print $2}' | sort | uniq -d
done >twice
is 'no option stands twice in a table' "$(cat twice)" ''
done_testing
