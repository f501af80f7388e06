#!/bin/bash
# crm-merge: one record out of several, and nothing lost.
. "${0%/*}/../lib.sh"

crm init >/dev/null
cat >in.jsonl <<'X'
{"type":"account","id":"acme","name":"Acme"}
{"type":"contact","id":"a","name":"Maria Papadopoulou","emails":["maria@acme.example"],"account":"acme","tags":["vip"],"created":"2020-01-01T00:00:00Z"}
{"type":"contact","id":"b","name":"Μαρία Παπαδοπούλου","emails":["maria@acme.example","m@x.example"],"title":"CEO","notes":"old","created":"2021-01-01T00:00:00Z"}
{"type":"contact","id":"c","name":"Nikos Papadopoulos"}
{"type":"deal","id":"d1","name":"Big","account":"acme","contacts":["b","a"],"stage":"new"}
{"type":"activity","id":"x1","kind":"call","contact":"b","subject":"hi"}
{"type":"consent","id":"co1","contact":"a","purpose":"news","channel":"email","status":"granted","at":"2022-01-01T00:00:00Z"}
{"type":"consent","id":"co2","contact":"b","purpose":"news","channel":"email","status":"withdrawn","at":"2021-01-01T00:00:00Z"}
{"type":"link","id":"l1","from":"b","to":"c","role":"spouse"}
X
crm-add -q in.jsonl
crm-dedupe -a -t contact >plan.jsonl
is 'the plan of a store' "$(grep -c '"keep":"a","merge":\["b"\]' plan.jsonl)" 1
same 'a dry run shows the survivor' \
	"echo '{\"keep\":\"a\",\"merge\":[\"b\"]}' | crm-merge -n -f id,title,emails,tags" <<'X'
{"id":"a","title":"CEO","emails":["maria@acme.example","m@x.example"],"tags":["vip"]}
X
same 'and stores nothing' 'crm-find contact --count' <<'X'
3
X

same 'a refusal is remembered' "echo '{\"distinct\":[\"c\",\"a\"]}' | crm-merge" <<'X'
{"distinct":["c","a"]}
X
same 'and can be listed' 'crm-dedupe --refusals' <<'X'
{"distinct":["c","a"]}
X
fails_with 3 'and is honoured' "echo '{\"keep\":\"a\",\"merge\":[\"c\"]}' | crm-merge"
err_has 'with the reason' 'ruled to be different'
fails_with 3 'types do not mix' "echo '{\"keep\":\"a\",\"merge\":[\"acme\"]}' | crm-merge"

same 'the plan is applied' 'crm-merge --include-review -f id,title,_merge plan.jsonl' <<'X'
{"id":"a","title":"CEO","_merge":2}
X
same 'the deal names the survivor once' 'crm-find deal -f id,contacts' <<'X'
{"id":"d1","contacts":["a"]}
X
same 'the call is the survivor'"'"'s' 'crm-find activity -f id,contact' <<'X'
{"id":"x1","contact":"a"}
X
same 'the link keeps its role' 'crm-find link -f from,to,role' <<'X'
{"from":"a","to":"c","role":"spouse"}
X
same 'the last word on consent is the most restrictive' \
	'crm-find consent --sort -at -l 1 -f contact,status' <<'X'
{"contact":"a","status":"withdrawn"}
X
same 'an old id leads to the survivor' 'crm-view -F jsonl -f id b' <<'X'
{"id":"a"}
X
same 'a merge comes apart again' 'crm-merge -q --undo 2; crm-find contact --count; crm-find activity -f contact; crm-find link -f from,role' <<'X'
3
{"contact":"b"}
{"from":"b","role":"spouse"}
X

crm-add -q <<'X'
{"type":"contact","id":"p","name":"Pat Doe","phones":["+12125550100"]}
{"type":"contact","id":"q","name":"Pat Doe","phones":["+12125550100"]}
X
crm-dedupe -a -t contact | grep '"p"' >stale.jsonl
crm-edit -q p title=Boss
fails_with 3 'a plan that is behind is a reject' 'crm-merge --include-review stale.jsonl'
err_has 'and says so' 'was changed since the plan was made'
echo '{"fields":{"name":"longest","title":"newest"},"default":"keep"}' >policy.json
echo '{"fields":{"name":"nicest"}}' >wrong.json
fails_with 2 'an unknown rule is a usage error' "echo | crm-merge --policy wrong.json"
same 'a policy decides' "echo '{\"keep\":\"q\",\"merge\":[\"p\"]}' | crm-merge --policy policy.json -f id,title" <<'X'
{"id":"q","title":"Boss"}
X
done_testing
