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
done_testing
