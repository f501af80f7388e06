#!/bin/bash
# Names in every common script: the right Latin form ranks first among many.
. "${0%/*}/../lib.sh"
. "$src/tests/dedupe-sets.sh"

dedupe_scripts "$src/tests/tables/scripts.tsv" 15 >shares
is 'all scripts were tried' "$(wc -l <shares)" 20
while read -r script share; do
	# among the same names in other languages: Khan beside Cohen
	awk -v got="$share" 'BEGIN { exit !(got >= 0.8) }'
	verdict $? "$script: the Latin form first for 0.8" "got $share"
done <shares

done_testing
