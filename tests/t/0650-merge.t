#!/bin/bash
# crm-merge: survivors, references, redirects, refusals, undo.
. "${0%/*}/../lib.sh"
crm init -q
crm-add -q <<'END'
{"type":"account","id":"a1","name":"Acme"}
{"type":"contact","id":"c1","name":"Maria","emails":["m@x.gr"],"ext":{"hubspot":"1"},"tags":["vip"],"notes":"one","created":"2026-01-02T00:00:00Z","updated":"2026-01-02T00:00:00Z"}
{"type":"contact","id":"c2","name":"Mary","emails":["M@X.gr","mary@x.gr"],"phones":["+302101234567"],"title":"CEO","ext":{"hubspot":"2"},"tags":["vip","new"],"notes":"two","created":"2026-01-01T00:00:00Z","updated":"2026-03-02T00:00:00Z"}
{"type":"contact","id":"c3","name":"Maria P","title":"CFO","account":"a1","created":"2026-01-03T00:00:00Z","updated":"2026-02-02T00:00:00Z"}
{"type":"deal","id":"d1","contacts":["c1","c2","c9"],"name":"D"}
{"type":"contact","id":"c9"}
{"type":"activity","id":"t1","kind":"note","contact":"c2"}
{"type":"link","id":"k1","from":"c3","to":"a1","role":"owner"}
{"type":"list","id":"l1","name":"spring","members":["c2","c3"]}
END
crm-find any -F jsonl | sed 's/"rev":[0-9]*,//' >before
echo '{"keep":"c1","merge":["c2","c3"]}' >plan
ok 'a dry run' 'crm-merge -n plan'
out_has 'shows the survivor' '"id":"c1".*"title":"CEO".*"_dry":true'
is 'and changes nothing' "$(crm-find --count contact)" 4
ok 'merge' 'crm-merge plan'
out_has 'the survivor carries the transaction' '^\{"id":"c1".*"_merge":2\}$'
same 'lists united, gaps filled from the newest, notes joined, earliest created' \
	'crm-find id:c1 | jq -c "[.name,.emails,.phones,.title,.account,.tags,.notes,.ext,.created,.updated]"' <<'END'
["Maria",["m@x.gr","mary@x.gr"],["+302101234567"],"CEO","a1",["vip","new"],"one\n\ntwo",{"hubspot":["1","2"]},"2026-01-01T00:00:00Z","2026-11-21T12:00:00Z"]
END
same 'every reference follows, with its attributes, once' \
	'crm-find any id:d1,t1,k1,l1 | jq -c "[.id,.contacts,.contact,.from,.role,.members]"' <<'END'
["d1",["c1","c9"],null,null,null,null]
["t1",null,"c1",null,null,null]
["l1",null,null,null,null,["c1"]]
["k1",null,null,"c1","owner",null]
END
is 'both foreign ids find it' "$(crm-find contact ext.hubspot:1 -F ids) $(crm-find contact ext.hubspot:2 -F ids)" 'c1 c1'
is 'old ids resolve' "$(printf 'c2\n' | crm-find --get -F ids)" c1
ok 'in operands too' 'crm-edit c3 gender=f'
out_has 'c3 is c1' '"id":"c1"'
crm-edit -q c1 gender=
ok 'the plan again' 'crm-merge plan'
is 'changes nothing' "$(crm-find id:c1 -F values -f rev)" "$(jq .rev <<<"$out")"
ok 'a merge of the merged' 'echo "{\"keep\":\"c9\",\"merge\":[\"c1\"]}" | crm-merge -q'
is 'the oldest id still resolves' "$(printf 'c2\n' | crm-find --get -F ids)" c9
fails_with 3 'unlike types' 'echo "{\"keep\":\"c9\",\"merge\":[\"a1\"]}" | crm-merge'
err_has 'are named' "'a1' is of another type than 'c9'"
fails_with 3 'not a plan' 'echo "{\"a\":1}" | crm-merge'
same 'lines for review are skipped' 'echo "{\"keep\":\"c9\",\"merge\":[\"c8\"],\"_review\":true}" | crm-merge' </dev/null
same 'a refusal is remembered' 'echo "{\"distinct\":[\"d1\",\"t1\"]}" | crm-merge' <<'END'
{"distinct":["d1","t1"]}
END
ok 'the second merge is taken apart' 'crm-merge --undo last -q'
ok 'and the first' 'crm-merge --undo 2 -q'
crm-find any -F jsonl | sed 's/"rev":[0-9]*,//' >after
same 'all is as before' "diff before after && echo same" <<'END'
same
END
crm-add -q contact id=p1 title=A source=web updated=2026-01-01T00:00:00Z
crm-add -q contact id=p2 title=BBB source=erp updated=2025-01-01T00:00:00Z
echo '{"fields":{"title":"longest"},"default":"keep"}' >policy
same 'a policy' 'echo "{\"keep\":\"p1\",\"merge\":[\"p2\"],\"set\":{\"name\":\"Set\"}}" | crm-merge --policy policy | jq -c "[.name,.title,.source]"' <<'END'
["Set","BBB","web"]
END
fails_with 2 'a wrong policy' 'echo "{\"fields\":{\"title\":\"best\"}}" >policy; crm-merge --policy policy plan'
err_has 'names file and field' "no rule \"best\""
done_testing
