#!/bin/bash
# Values as a clerk would judge them: numbers, addresses, dates, codes, and what
# was typed to please a form.
. "${0%/*}/../lib.sh"

table=$src/tests/tables/values-judged.tsv
for kind in phone email date street postcode code; do
	printf '{"field":"%s","kind":"%s"},' $kind $kind
done | sed 's/^/{"fields":[/; s/,$/]}/' >rules.json
grep -v '^#' "$table" | jq -Rc 'split("\t") | {a: {(.[0]): .[1]}, b: {(.[0]): .[2]}}' |
	crm-dedupe --compare --rules rules.json | jq -r '._why[0].level // "missing"' >levels
grep -v '^#' "$table" | paste - levels | awk -F'\t' '$4 != $5' >wrong
is 'many pairs were judged' "$([ "$(wc -l <levels)" -ge 150 ] && echo yes)" yes
is 'all as expected' "$(cat wrong)" ''
done_testing
