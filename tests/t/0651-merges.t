#!/bin/bash
# Random merges of merges, with edits between, undone in any order, against a
# model of the store: every reference leads where it must, every value is on its
# record again. CRM_LONG=1 plays longer.
. "${0%/*}/../lib.sh"

need perl
play() {
	export CRM_STORE=$PWD/store$1
	crm init -q
	ok "seed $1, $2 steps" "perl '$src/tests/fuzz/merges.pl' $1 $2"
	rm -rf "store$1"
}
if [ -n "${CRM_LONG:-}" ]; then
	for seed in {1..60} 211 217; do play "$seed" 40; done
else
	for seed in 1 2 319; do play "$seed" 14; done
fi
done_testing
