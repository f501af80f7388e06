#!/bin/bash
# Random questions on 5,000 deals: counts, sums, groups and orders equal those
# of sqlite3, jq and Miller. CRM_LONG=1: 2,000 questions.
. "${0%/*}/../lib.sh"
need sqlite3 jq mlr

n=40 seeds=1
[ -z "${CRM_LONG:-}" ] || n=500 seeds='2 3 4 5'
for seed in $seeds; do
	rm -rf "$CRM_STORE"
	ok "a store, seed $seed" 'crm init -q'
	ok "$n questions, seed $seed" "$src/tests/fuzz/rivals.pl $seed $n"
	out_has 'none differs' ' questions, 0 differ'
done
done_testing
