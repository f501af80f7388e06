#!/bin/bash
# Merges taken apart: everything that pointed to a loser points to it again;
# the undo undone; later work kept.
. "${0%/*}/../lib.sh"

crm init >/dev/null
digest() {
	crm-find any | sed 's/"rev":[0-9]*,//' | sha256sum
}
cat >in.jsonl <<'DATA'
{"type":"account","id":"acme","name":"Acme"}
{"type":"contact","id":"c1","name":"Maria Papa","account":"acme","emails":["m@acme.gr"],"ext":{"hubspot":"1"}}
{"type":"contact","id":"c2","name":"Maria Papadopoulou","emails":["maria@acme.gr"],"phones":["+302101234567"],"ext":{"pipedrive":"7"},"title":"CEO"}
{"type":"contact","id":"c3","name":"M. Papadopoulou","ext":{"zoho":"9"}}
{"type":"deal","id":"d1","name":"Solar","stage":"new","contacts":["c2","c3"]}
{"type":"activity","id":"a1","kind":"call","contact":"c2","subject":"hello"}
{"type":"list","id":"l1","name":"spring","members":["c1","c2","c3"]}
{"type":"consent","id":"k1","contact":"c2","purpose":"newsletter","channel":"email","status":"denied","at":"2026-01-01T00:00:00Z"}
{"type":"consent","id":"k2","contact":"c1","purpose":"newsletter","channel":"email","status":"granted","at":"2026-02-01T00:00:00Z"}
DATA
crm-add -q --now 2026-11-01T00:00:00Z in.jsonl
one=$(digest)
echo '{"keep":"c1","merge":["c2","c3"]}' | crm-merge -q
two=$(digest)
is 'merged' "$(crm-find contact -F ids | tr '\n' ' ')$(crm-find ext.pipedrive:7 -F ids)" 'c1 c1'
txn=$(crm-history log -l 1 -f txn -F values)
ok 'crm-merge --undo' "crm-merge --undo $txn -q -m 'three people'"
is 'leaves everything as it was' "$(digest)" "$one"
is 'keys lead to their own again' "$(crm-find ext.pipedrive:7 -F ids) $(crm-find email:maria@acme.gr -F ids) $(crm-find activity contact:c2 -F ids)" 'c2 c2 a1'
is 'the store is sound' "$(crm verify -q >/dev/null 2>&1; echo $?)" 0
ok 'the undo undone: merged again' 'crm-history undo last -q'
is 'as before' "$(digest)" "$two"
is 'the losers lead to the survivor' "$(crm-view c2 -F jsonl | grep -o '"id":"[^"]*"' | head -n 1)" '"id":"c1"'
ok 'and again' 'crm-history undo last -q'
is 'apart' "$(digest)" "$one"
is 'sound' "$(crm verify -q >/dev/null 2>&1; echo $?)" 0
is 'the feed says it' "$(crm-history feed --since $((txn - 1)) -t contact -f op,id,into -F csv | sed -n '2,4p' | tr -d '\r' | tr '\n' ' ')" 'edit,c1, merge,c2,c1 merge,c3,c1 '

# Work that came later stays: the survivor was edited, a new call logged.
printf '{"type":"contact","id":"%s","name":"%s"}\n' x1 Petros x2 'Petros K.' | crm-add -q
echo '{"keep":"x1","merge":["x2"],"set":{"title":"boss"}}' | crm-merge -q
txn=$(crm-history log -l 1 -f txn -F values)
crm-add -q activity id=late kind=call contact=x1 subject=later
crm-edit -q x1 title=Owner
fails_with 3 'what changed since is left' "crm-merge --undo $txn -q"
err_has 'and named' "'x1' was changed since"
is 'the loser is a record again' "$(crm-find contact id:x2 -f name)" '{"name":"Petros K."}'
is 'later work is where it was' "$(crm-find activity id:late -f contact) $(crm-find contact id:x1 -f title)" '{"contact":"x1"} {"title":"Owner"}'
fails_with 4 'crm-merge undoes merges alone' 'crm-merge --undo 1'
is 'deleted and merged records as of a time' "$(crm-find contact --as-of 2026-11-10 --count)" 3
done_testing
