#!/bin/bash
# Plans edited by hand or by jq, policies, refusals that follow their records.
. "${0%/*}/../lib.sh"

crm init -q
cat >in.jsonl <<'X'
{"type":"contact","id":"a","name":"Ann Lee","emails":["a@x.example"],"title":"CEO","ext":{"hubspot":"1"},"created":"2020-01-01T00:00:00Z","updated":"2024-01-01T00:00:00Z"}
{"type":"contact","id":"b","name":"Anne M. Lee","emails":["b@x.example","a@x.example"],"birthday":"1980-01-01","do_not_call":true,"ext":{"hubspot":"2"},"created":"2019-01-01T00:00:00Z","updated":"2026-01-01T00:00:00Z"}
{"type":"contact","id":"c","name":"A. Lee","tags":["x"],"source":"erp","title":"Chief","created":"2021-01-01T00:00:00Z","updated":"2025-01-01T00:00:00Z"}
{"type":"contact","id":"d","name":"Somebody Else"}
{"type":"deal","id":"d1","name":"One","amount":"10.00","currency":"EUR"}
{"type":"deal","id":"d2","name":"Two","amount":"20.00","currency":"USD"}
{"type":"deal","id":"d3","name":"Three","currency":"GBP"}
{"type":"deal","id":"d4","name":"Four","amount":"5.00"}
X
crm-add -q in.jsonl
bad() {
	fails_with 3 "reject: $1" "printf '%s\n' '$1' | crm-merge"
	err_has ' with the reason' "$2"
}
bad '[]' 'not JSON|an object'
bad 'keep a' 'not JSON'
bad '{}' "'keep': missing"
bad '{"keep":1,"merge":["b"]}' "'keep': missing"
bad '{"keep":"a","merge":"b"}' "'merge': missing"
bad '{"keep":"a","merge":["b",3]}' "not an id: 3"
bad '{"keep":"a","merge":["zz"]}' "no such record: 'zz'"
bad '{"keep":"a","merge":["b"],"set":5}' "'set': not an object"
bad '{"keep":"a","merge":["b"],"set":{"id":"z"}}' "'id': a plan cannot set this"
bad '{"keep":"a","merge":["b"],"set":{"birthday":"soon"}}' "'birthday': not a birthday"
bad '{"keep":"a","merge":["b"],"mrege":["c"]}' "'mrege': a plan has no such member"
bad '{"keep":"a","merge":["b"],"_rev":"x"}' "'_rev': not a revision"
bad '{"keep":"a","merge":["b"],"_rev":-1}' "'_rev': not a revision"
bad '{"keep":"a","merge":["b"],"_rev":1.5}' "'_rev': not a revision"
bad '{"keep":"a","merge":["d1"]}' 'of another type'
bad '{"distinct":["a","a"]}' "both are 'a'"
bad '{"distinct":["a","b"],"keep":"a","merge":["b"]}' 'they are different'
is 'nothing was changed' "$(crm status -F jsonl | jq .rev)" 1
fails_with 3 'the good lines of a plan are applied' \
	"printf '%s\n' '{\"keep\":\"zz\",\"merge\":[]}' '{\"keep\":\"c\",\"merge\":[\"d\"]}' | crm-merge -q --reject left"
is 'the others are kept' "$(cat left) $(crm-find contact --count)" '{"keep":"zz","merge":[]} 3'
crm-merge -q --undo last

echo '{"keep":"a","merge":["b","c"],"set":{"gender":"f"}}' >plan
ok 'a dry run' 'crm-merge -n plan'
is 'tells who gave what' "$(jq -cS ._from <<<"$out")" '{"birthday":"b","created":"b","do_not_call":"b","emails":["a","b"],"ext":["a","b"],"gender":"set","source":"c","tags":"c"}'
is 'no mark of refusal is lost' "$(jq -c '[.do_not_call,.ext.hubspot]' <<<"$out")" '[true,["1","2"]]'
policy() {
	echo "$1" >policy
	crm-merge -n --policy policy plan | jq -c "$2"
}
is 'newest' "$(policy '{"default":"newest"}' '[.name,.title,.emails]')" '["Anne M. Lee","Chief",["a@x.example","b@x.example"]]'
is 'oldest' "$(policy '{"default":"oldest"}' .name)" '"Anne M. Lee"'
is 'longest' "$(policy '{"fields":{"name":"longest","title":"longest"}}' '[.name,.title]')" '["Anne M. Lee","Chief"]'
is 'source_rank' "$(policy '{"default":"source_rank","sources":["erp"]}' '[.name,.title]')" '["A. Lee","Chief"]'
is 'most_complete' "$(policy '{"fields":{"name":"most_complete"}}' .name)" '"Anne M. Lee"'
is 'min and max' "$(policy '{"fields":{"name":"min","title":"max"}}' '[.name,.title]')" '["A. Lee","Chief"]'
is 'a list by its own rule' "$(policy '{"fields":{"emails":"keep"}}' .emails)" '["a@x.example"]'
is 'ids of other systems by none' "$(policy '{"default":"keep","fields":{"ext":"keep"}}' .ext.hubspot)" '["1","2"]'
for p in '{"fields":5}' '{"sources":"erp"}' '{"nix":1}' '{"default":"best"}'; do
	echo "$p" >policy
	fails_with 2 "no policy: $p" 'crm-merge -n --policy policy plan'
done
echo '{"fields":{"titel":"newest"}}' >policy
fails_with 2 'a field that is none' 'crm-merge -n --policy policy plan'
err_has 'with a suggestion' "policy: 'titel': there is no such field; did you mean 'title'?"
is 'a rule in other letters' "$(policy '{"fields":{"name":"most complete"}}' .name)" '"Anne M. Lee"'
deals() { echo "{\"keep\":\"$1\",\"merge\":[\"$2\"]}" | crm-merge -n ${3:+--policy policy} | jq -c '[.amount,.currency]'; }
is 'an amount keeps its currency' "$(deals d1 d2) $(deals d3 d1) $(deals d4 d1)" '["10.00","EUR"] ["10.00","EUR"] ["5.00",null]'
echo '{"fields":{"amount":"max"}}' >policy
is 'by any rule' "$(deals d1 d2 policy)" '["20.00","USD"]'
echo '{"fields":{"amount":"min"}}' >policy
is 'one without takes none' "$(deals d1 d4 policy)" '["5.00",null]'

same 'a refusal by a key is kept by the id' "echo '{\"distinct\":[\"email:b@x.example\",\"a\"]}' | crm-merge" <<'X'
{"distinct":["b","a"]}
X
fails_with 3 'refused' 'crm-merge plan'
err_has 'by name' "'a' and 'b' were ruled to be different"
echo '{"keep":"c","merge":["a"]}' | crm-merge -q
fails_with 3 'refused after a merge' "echo '{\"keep\":\"c\",\"merge\":[\"b\"]}' | crm-merge"
err_has 'of the record it became part of' "'c' and 'b' were ruled to be different"
is 'and not proposed' "$(crm-dedupe -a -t contact --pairs --review 0.01 | jq -c 'select([.a,.b]==["b","c"] or [.a,.b]==["c","b"])')" ''
is 'said as it was' "$(crm-dedupe --refusals)" '{"distinct":["b","a"]}'
crm-merge -q --undo last
ok 'apart again the third is free' "echo '{\"keep\":\"c\",\"merge\":[\"b\"]}' | crm-merge -n"
fails_with 3 'in one run, too' "printf '%s\n' '{\"keep\":\"d\",\"merge\":[\"a\"]}' '{\"keep\":\"c\",\"merge\":[\"b\",\"d\"]}' | crm-merge -q"
err_has 'it follows' "'b' and 'd' were ruled to be different"

echo '{"distinct":["c","d"]}' | crm-merge -q
fails_with 3 'what was not said cannot be taken back' "echo '{\"same\":[\"b\",\"c\"]}' | crm-merge"
err_has 'and that is said' "'b' and 'c' were not ruled to be different"
same 'a refusal is taken back' "echo '{\"same\":[\"d\",\"c\"]}' | crm-merge; crm-dedupe --refusals; echo '{\"keep\":\"c\",\"merge\":[\"d\"]}' | crm-merge -n -f id" <<'X'
{"same":["d","c"]}
{"distinct":["b","a"]}
{"id":"c"}
X
crm-dedupe --refusals >said
cat in.jsonl | crm-add -q -s copy --create
ok 'refusals go to a copy' 'crm-merge -q -s copy said'
ok 'and the plan, changed by jq' "jq -c '.merge -= [\"b\"] | .set.title = \"Boss\"' plan | crm-merge -q -s copy"
is 'does there the same' "$(crm-find -s copy contact id:a | jq -c '[.title,.tags]') $(crm-find -s copy contact --count)" '["Boss",["x"]] 3'
crm-add -q <<'X'
{"type":"account","id":"q1","name":"Acme","domain":"acme.example","tax_id":"1"}
{"type":"account","id":"q2","name":"Acme","domain":"acme.test"}
{"type":"account","id":"q3","name":"Acme","domain":"ACME.example","tax_id":"3"}
X
merged() { crm-find account id:q1 -f domain,tax_id,raw; }
echo '{"keep":"q2","merge":["q3"]}' | crm-merge -q
echo '{"keep":"q1","merge":["q2"]}' | crm-merge -q
is 'keys that have no room are kept' "$(merged)" '{"domain":"acme.example","tax_id":"1","raw":{"merged_domain":["ACME.example","acme.test"],"merged_tax_id":["3"]}}'
crm-merge -q --undo last
is 'as long as it is merged' "$(merged) $(crm-find account id:q2 -f raw)" '{"domain":"acme.example","tax_id":"1"} {"raw":{"merged_domain":["ACME.example"]}}'

crm-add -q <<'X'
{"type":"contact","id":"m1","name":"Mia One","emails":["m1@x.example"],"phones":["+447700900001"]}
{"type":"contact","id":"m2","name":"Mia Two","emails":["m2@x.example"]}
{"type":"contact","id":"m3","name":"Mia Three"}
{"type":"consent","contact":"m1","purpose":"news","status":"denied","at":"2024-01-01T00:00:00Z"}
{"type":"consent","contact":"m2","purpose":"news","channel":"email","status":"granted","at":"2025-01-01T00:00:00Z"}
{"type":"consent","contact":"m2","purpose":"offers","channel":"email","status":"granted","at":"2025-01-01T00:00:00Z"}
{"type":"consent","contact":"m3","purpose":"offers","channel":"email","status":"granted","at":"2024-06-01T00:00:00Z","expires":"2026-12-01T00:00:00Z"}
X
may() { crm-find contact id:m1 | crm-consent --purpose "$1" --channel email --at "$2" | grep -c m1; }
echo '{"keep":"m1","merge":["m2","m3"]}' | crm-merge -q
is 'a refusal of all channels is not undone by a consent to one' "$(may news 2026-11-25T12:00:00Z)" 0
is 'a consent holds' "$(may offers 2026-11-25T12:00:00Z)" 1
is 'as long as the shortest' "$(may offers 2026-12-02T12:00:00Z)" 0

# What a plan meets that is applied again, in parts, or by way of itself.
crm-add -q <<'X'
{"type":"account","id":"o1","name":"One","parent":"o2","address":{"city":"Oslo"}}
{"type":"account","id":"o2","name":"Two","parent":"o4","address":{"city":"OSLO","street":"Gata 1"}}
{"type":"account","id":"o3","name":"Three","parent":"o1","address":{"city":"Bergen","region":"V"}}
{"type":"account","id":"o4","name":"Four"}
{"type":"product","id":"s1","name":"Bolt","sku":"s1"}
{"type":"product","id":"s2","name":"Bolt","sku":"s2"}
{"type":"purchase","id":"bu1","items":[{"product":"s2","name":"s2","quantity":1},{"product":"s1","quantity":2}]}
X
rev=$(crm status -F jsonl | jq .rev)
printf '%s\n' "{\"keep\":\"o1\",\"merge\":[\"o2\"],\"_rev\":$rev}" "{\"keep\":\"o2\",\"merge\":[\"o3\"],\"_rev\":$rev,\"_review\":true}" >plan2
is 'a dry run shows what lines do to each other' "$(crm-merge -n --include-review plan2 | jq -c '[.id,._merge]' | tr '\n' ' ')" "[\"o1\",$((rev + 1))] [\"o1\",$((rev + 1))] "
ok 'a plan' 'crm-merge -v plan2 -f id,_op,_merge,parent,address'
is 'no record becomes its own parent; an address is filled, not mixed' "$out" '{"id":"o1","_op":"updated","_merge":'$((rev + 1))',"parent":"o4","address":{"city":"Oslo","street":"Gata 1"}}'$'\n'
ok 'the same again' 'crm-merge -v plan2 -f id,_op,_merge'
is 'is harmless' "$out" '{"id":"o1","_op":"unchanged"}'$'\n'
is 'what was left for review may come later' "$(crm-merge -v --include-review plan2 | jq -c '[.id,._op]' | tr '\n' ' ')" '["o1","unchanged"] ["o1","updated"] '
is 'an id is replaced where it is one' "$(echo '{"keep":"s1","merge":["s2"]}' | crm-merge -q; crm-find purchase -f items)" '{"items":[{"product":"s1","name":"s2","quantity":1},{"product":"s1","quantity":2}]}'
is 'members of a field are set, too' "$(echo '{"keep":"o4","merge":["o1"],"set":{"address.city":"Rome","raw.Lead Source":"fair"}}' | crm-merge -n | jq -c '[.address.city,.raw["Lead Source"]]')" '["Rome","fair"]'
{
	for i in {1..600}; do echo "{\"type\":\"contact\",\"id\":\"many$i\",\"emails\":[\"many$i@x.example\"]}"; done
	echo '{"type":"list","id":"manyl","name":"m","members":['"$(seq -s, -f '"many%.0f"' 600)"']}'
} | crm-add -q
ok 'six hundred become one' "echo '{\"keep\":\"many1\",\"merge\":['\"\$(seq -s, -f '\"many%.0f\"' 600)\"']}' | crm-merge -q"
is 'with all they had' "$(crm-find id:many1 | jq '.emails|length') $(crm-find list id:manyl -f members)" '600 {"members":["many1"]}'
done_testing
