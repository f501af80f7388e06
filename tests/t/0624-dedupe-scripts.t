#!/bin/bash
# Names in other scripts, and made-up people of other seeds and countries: floors.
. "${0%/*}/../lib.sh"
. "$src/tests/dedupe-sets.sh"

data names_cross_script
for script in arabic russian; do
	got=$(dedupe_cross_script "$data/$script.tsv" 80)
	awk -v got="$got" 'BEGIN { exit !(got >= 0.85) }'
	verdict $? "$script names: the right Latin form first for 0.85" "got $got"
done
[ -n "${CRM_BENCHDATA:-}" ] || {
	echo '# made-up people: skipped, CRM_BENCHDATA is not set'
	done_testing
	exit
}
${CC:-cc} -O2 -w -o gen "$CRM_BENCHDATA/people/gen.c" -lm
dedupe_rules generator >rules.json
# floor SEED HARDNESS LOCALES FLOOR: shuffled, on two threads.
floor() {
	./gen -n 3000 -s "$1" -H "$2" -l "$3" -f jsonl -o g \
		-C "$CRM_BENCHDATA/people/corpus.tsv" 2>/dev/null
	shuf --random-source=<(yes "$1") g.jsonl |
		crm-dedupe --clusters --rules rules.json -j 2 >out.jsonl
	local got
	got=$(dedupe_f1 out.jsonl g.truth.csv)
	awk -v got="${got##* }" -v want="$4" 'BEGIN { exit !(got >= want) }'
	verdict $? "seed $1, -H $2, $3: F1 at least $4" "precision, recall, F1: $got"
}
floor 31 1 en,de,fr,es,it 0.985
floor 32 2 en,de,fr,es,it 0.98
floor 33 2 ar,he,el,ru,uk 0.975
floor 34 3 fi,sv,pl,cs,hu,tr,pt 0.95
floor 35 2 ja,zh,ko,hi 0.96
done_testing
