#!/bin/bash
# Behind the horizon that compaction sets: a refusal that names it, never a
# wrong answer.
. "${0%/*}/../lib.sh"

crm init >/dev/null
crm-add -q --now 2026-01-01T00:00:00Z contact id=a name=A
crm-edit -q --now 2026-02-01T00:00:00Z a title=one
crm-edit -q --now 2026-10-01T00:00:00Z a title=two
crm-edit -q --now 2026-11-01T00:00:00Z a title=three
ok 'compact --keep' 'crm compact --keep 60d'
is 'the present stays' "$(crm-find contact -f title)" '{"title":"three"}'
is 'and the kept past' "$(crm-history show a --at 2026-10-15 -f title)" '{"title":"two"}'
fails_with 4 'feed from before' 'crm-history feed --since 0'
err_has 'names the horizon' 'before revision [0-9]+'
h=$(grep -o 'before revision [0-9]*' <<<"$err" | grep -o '[0-9]*')
ok 'feed from there' "crm-history feed --since $h"
is 'has the rest' "$(crm-history feed --since "$h" -f op -F values | sort -u)" edit
fails_with 4 'show' 'crm-history show a --at 2026-01-15'
fails_with 4 'crm-find --as-of' 'crm-find contact --as-of 2026-01-15'
fails_with 4 'undo' 'crm-history undo 1'
is 'nothing happened' "$(crm-find contact -f title)" '{"title":"three"}'
ok 'undo of what is known' 'crm-history undo last -q'
is 'works' "$(crm-find contact -f title)" '{"title":"two"}'
ok 'log' 'crm-history log'
ok 'blame' 'crm-history blame a'
is 'each field is known' "$(grep -c '"field"' <<<"$out")" 2
for verb in compact verify status; do
	fails_with 2 "crm $verb with an operand" "crm $verb 2y"
done
for age in 2x '' 0 2099-01-01; do
	fails_with 2 "--keep '$age'" "crm compact --keep '$age'"
done
is 'nothing went' "$(crm-history show a --at 2026-10-15 -f title)" '{"title":"two"}'

# Merged before the horizon: the old id leads on, but it does not come back.
crm-add -q contact id=b name=B
echo '{"keep":"a","merge":["b"]}' | crm-merge -q
t=$(crm-history log -l 1 -f txn -F values)
crm-add -q contact id=dead
crm-rm -q dead
ok 'compact --keep 0d' 'crm compact -q --keep 0d'
fails_with 4 'a merge of before' "crm-merge -q --undo $t"
err_has 'names the horizon' 'before revision [0-9]+'
is 'its id leads on' "$(crm-view b -F jsonl -f id)" '{"id":"a"}'
fails_with 3 'what was deleted before is gone' 'crm-history show dead'
ok 'and its id is free' 'crm-add -q account id=dead'
is 'status tells the horizon' "$(crm status -F jsonl | jq .horizon)" "$(($(crm status -F jsonl | jq .rev) - 1))"
ok 'sound' 'crm verify -q'
done_testing
