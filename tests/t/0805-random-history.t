#!/bin/bash
# Random histories against a model: adds, edits, deletions, upserts, undos and
# restores; then the store as of random times has to be what the model says, by
# every plan. 400 operations; CRM_LONG=1: 10,000. Then commands of every kind,
# against what the store itself said before; CRM_SEED="3 4" names other seeds.
. "${0%/*}/../lib.sh"

n=400
[ -z "${CRM_LONG:-}" ] || n=10000
crm init >/dev/null
for seed in ${CRM_SEED:-1 2}; do
	rm -rf "$CRM_STORE"
	crm init >/dev/null
	ok "a random history (seed $seed, $n operations)" \
		"perl '$src/tests/lint/random-history.pl' $seed $((n / 2))"
	ok 'the store is sound' 'crm verify -q'
	rm -rf "$CRM_STORE" "$CRM_STORE.other"
	crm init >/dev/null
	ok "undone, asked for again, given away (seed $seed)" \
		"perl '$src/tests/lint/random-undo.pl' $seed $((n / 4))"
	ok 'the store is sound' 'crm verify -q && crm verify -q -s "$CRM_STORE.other"'
done
done_testing
