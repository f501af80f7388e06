#!/bin/bash
# Published labelled sets, without labels and tuning: floors for pairwise F1.
. "${0%/*}/../lib.sh"
. "$src/tests/dedupe-sets.sh"

data dedupe
floor() {
	dedupe_rules "$1" >rules.json
	csv_lines "$data/$1/records.csv" >in.jsonl
	# shellcheck disable=SC2046
	crm-dedupe --clusters --rules rules.json $(dedupe_link "$1") -j 2 \
		in.jsonl >out.jsonl
	local got
	got=$(dedupe_f1 out.jsonl "$data/$1/truth.csv")
	awk -v got="${got##* }" -v want="$2" 'BEGIN { exit !(got >= want) }'
	verdict $? "$1: F1 at least $2" "precision, recall, F1: $got"
}
floor febrl1 0.998
floor febrl4 0.9998
floor splink_fake_1000 0.960
floor RLdata500 0.985
floor census_841 0.910
floor oaei_persons1 0.999
floor fodors_zagats 0.980
floor dedupe_restaurant_nophone 0.900

# Order and threads change nothing.
dedupe_rules febrl1 >rules.json
csv_lines "$data/febrl1/records.csv" >in.jsonl
crm-dedupe --pairs --rules rules.json -j 1 in.jsonl >one
sort -r in.jsonl | crm-dedupe --pairs --rules rules.json -j 2 >two
ok 'shuffled, with another number of threads: the same bytes' 'cmp one two'
done_testing
