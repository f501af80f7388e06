#!/bin/bash
# Random records, random queries: the store by whatever plan it chooses, and the
# same records as lines, answer the same. CRM_LONG=1: 20,000 queries.
. "${0%/*}/../lib.sh"

n=150
[ -z "${CRM_LONG:-}" ] || n=5000
seed=0
for indexes in '' text match text,match; do
	seed=$((seed + 1))
	rm -rf "$CRM_STORE"
	ok "a store, indexes: ${indexes:-none}" \
		"crm init -q timezone=Europe/Athens ${indexes:+--index $indexes}"
	ok "$n queries, seed $seed" "$src/tests/fuzz/queries.pl $seed $n"
	out_has 'none differs' ' asked, 0 differ'
done
done_testing
