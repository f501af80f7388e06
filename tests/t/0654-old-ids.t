#!/bin/bash
# Ids and keys of records that were merged lead to the survivor for ever.
. "${0%/*}/../lib.sh"

crm init -q
cat >in.jsonl <<'X'
{"type":"account","id":"acme-0001","name":"Acme Ltd","domain":"acme.example","ext":{"erp":"A1"}}
{"type":"account","id":"acme-0002","name":"ACME Limited","domain":"acme.test","ext":{"erp":"A2"},"parent":"acme-0001"}
{"type":"account","id":"acme-0003","name":"Acme Group"}
{"type":"contact","id":"ann-10001","name":"Ann Lee","account":"acme-0001","emails":["ann@acme.example"],"ext":{"hubspot":"1"}}
{"type":"contact","id":"ann-10002","name":"Anne Lee","account":"acme-0002","emails":["anne@acme.test"],"phones":["+442079460010"],"ext":{"hubspot":"2"}}
{"type":"deal","id":"deal1","name":"Big","account":"acme-0002","contacts":["ann-10002"],"stage":"new"}
{"type":"consent","id":"co1","contact":"ann-10002","purpose":"news","channel":"email","status":"granted","at":"2026-01-01T00:00:00Z"}
X
crm-add -q in.jsonl
printf '%s\n' '{"keep":"acme-0001","merge":["acme-0002"]}' '{"keep":"ann-10001","merge":["ann-10002"]}' '{"keep":"acme-0003","merge":["acme-0001"]}' | crm-merge -q
ids() { crm-find "$@" -F ids | tr '\n' ' '; }
is 'no record points to itself' "$(crm-find account -f parent)" '{}'
for q in id:acme-0002 id=acme-0001 domain:acme.test domain=acme.example ext.erp:A2; do
	is "crm-find $q" "$(ids account "$q")" 'acme-0003 '
done
for q in account:acme-0002 account=acme-0001 account.id:acme-0002 account:domain:acme.test account.domain:acme.test account:ext.erp:A1; do
	is "crm-find contact $q" "$(ids contact "$q")" 'ann-10001 '
done
is 'and not' "$(ids account 'id!=acme-0002')$(ids account not domain:acme.test)$(ids deal 'account!=acme-0001')" ''
is 'crm-find --get' "$(printf 'ann-10002\nacme-0001\n' | crm-find --get -F ids | tr '\n' ' ')" 'ann-10001 acme-0003 '
for r in e-0002 acme-0002 domain:acme.test ext.erp:A1; do
	is "crm-view $r" "$(crm-view "$r" -F ids)" acme-0003
done
is 'crm-edit' "$(crm-edit 10002 title=Boss -F values -f id,title)" "$(printf 'ann-10001\tBoss')"
is 'a reference to an old id is stored as that to the survivor' "$(crm-edit deal1 account=acme-0001 contacts+=ann-10002 -f account,contacts)" '{"account":"acme-0003","contacts":["ann-10001"]}'
is 'in new records, too' "$(echo '{"type":"activity","kind":"note","contact":"ann-10002","account":"acme-0002"}' | crm-add -f contact,account)" '{"contact":"ann-10001","account":"acme-0003"}'
is 'so that groups are whole' "$(crm-report -t deal --by account --count -F jsonl)" '{"account":"acme-0003","count":1}'
is 'crm-consent' "$(echo '{"id":"ann-10002","type":"contact"}' | crm-consent --purpose news --channel email --at 2026-03-03T12:00:00Z -F ids)" ann-10002
is 'crm-export --subject' "$(crm-export -F jsonl --subject ann-10002 | head -n 1 | grep -o 'ann-1000[12]' | head -n 1)" ann-10001
is 'crm-history' "$(crm-history show ann-10002 --at 1 -f id,name) $(crm-history log ann-10002 -f txn | tail -n 1)" '{"id":"ann-10002","name":"Anne Lee"} {"txn":1}'
fails_with 3 'an old id is taken' "echo '{\"type\":\"contact\",\"id\":\"ann-10002\"}' | crm-add"

# The same import again: rows of both find the one, and take nothing from it.
jq -c 'select(.type=="contact" or .type=="account") | select(.ext) | del(.id)' in.jsonl >rows
for key in email,domain ext.hubspot,ext.erp; do
	ok "rows by $key" "crm-add -q --upsert $key rows"
	is 'find what they became' "$(crm-find account --count) $(crm-find contact --count)" '1 1'
	is 'which keeps its keys' "$(crm-find contact -f emails,ext) $(crm-find account -f domain,parent,ext,raw)" '{"emails":["ann@acme.example","anne@acme.test"],"ext":{"hubspot":["1","2"]}} {"domain":"acme.example","ext":{"erp":["A1","A2"]},"raw":{"merged_domain":["acme.test"]}}'
done
is 'a new address comes first' "$(echo '{"type":"contact","emails":["new@acme.example","anne@acme.test"]}' | crm-add --upsert email -f emails)" '{"emails":["new@acme.example","ann@acme.example","anne@acme.test"]}'
is 'by its own id a line is taken as it is' "$(echo '{"type":"contact","id":"ann-10001","emails":["ann@acme.example"]}' | crm-add --upsert id -f emails)" '{"emails":["ann@acme.example"]}'

for i in {1..120}; do echo "{\"type\":\"contact\",\"id\":\"chain$i\"}"; done | crm-add -q
for i in {1..119}; do echo "{\"keep\":\"chain$((i + 1))\",\"merge\":[\"chain$i\"]}"; done | crm-merge -q
is 'through a long chain' "$(ids id:chain1)" 'chain120 '
ok 'the store is sound' 'crm verify'
crm backup copy.jsonl
ok 'a copy' 'crm restore -q -s copy copy.jsonl'
is 'knows them, too' "$(crm-find -s copy -F ids id:chain1)$(crm-find -s copy -F ids account domain:acme.test)$(crm-view -s copy e-0002 -F ids)" "chain120acme-0003acme-0003"
is 'and leads on' "$(echo '{"type":"activity","kind":"note","contact":"ann-10002"}' | crm-add -s copy -f contact)" '{"contact":"ann-10001"}'
ok 'apart again' 'crm-merge -q --undo last'
is 'an id is itself' "$(ids id:chain1)" 'chain1 '
done_testing
