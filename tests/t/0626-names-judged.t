#!/bin/bash
# Two names as a clerk would judge them: short forms, order, particles, titles,
# scripts; men and women, father and son.
. "${0%/*}/../lib.sh"
. "$src/tests/dedupe-sets.sh"

judged "$src/tests/tables/names-judged.tsv" name
is 'many pairs were judged' "$([ "$(wc -l <judged)" -ge 150 ] && echo yes)" yes
is 'all the same way' "$(grep -v ' ok$' judged)" ''
done_testing
