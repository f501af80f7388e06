#!/bin/bash
# The match index: kept with the records whatever is done to them.
. "${0%/*}/../lib.sh"

sound() {
	crm verify -q >/dev/null 2>&1
	is "sound after $1" $? 0
}
ok 'a store with an index' 'crm init --index match'
cat >in.jsonl <<'X'
{"type":"account","id":"acme","name":"Acme Trading Ltd","domain":"acme.example","emails":["info@acme.example"]}
{"type":"contact","id":"m1","name":"Muhammad Cohen","emails":["m.cohen@acme.example"],"phones":["+44 20 7946 0018"],"birthday":"1985-04-03","address":{"street":"12 Main Street","postal_code":"SW1A 1AA"}}
{"type":"contact","id":"m2","given_name":"محمد","family_name":"כהן"}
{"type":"contact","id":"p1","name":"Παπαδόπουλος Γιώργος","account":"acme"}
{"type":"lead","id":"l1","name":"Anna Lee","company":"Acme"}
{"type":"deal","id":"d1","name":"Solar roof","account":"acme","contacts":["m1","m2"]}
X
crm-add -q in.jsonl
sound 'adding'
crm-edit -q m1 name='Mohammed Cohen' 'phones+=+15550100199'
sound 'editing'
crm-rm -q l1
sound 'deleting'
crm-history undo -q last
sound 'undoing'
echo '{"keep":"m1","merge":["m2"]}' | crm-merge -q
sound 'merging'
crm-merge -q --undo last
sound 'taking apart'
crm-rm -q --erase m2 --unlink >/dev/null 2>&1
sound 'erasing'
crm compact -q
sound 'compacting'
crm backup copy.jsonl
ok 'restored' 'crm -s other restore copy.jsonl'
is 'the copy keeps one, too' "$(crm -s other config index.match)" on
ok 'and it is sound' 'crm -s other verify'
ok 'switched off' 'crm config index.match off'
sound 'switching off'
crm-add -q contact id=late name='Late Comer'
ok 'switched on, over all that is there' 'crm config index.match on'
sound 'switching on'
for i in {1..300}; do
	echo "{\"type\":\"contact\",\"id\":\"b$i\",\"name\":\"Name $i Smith\",\"emails\":[\"n$i@x.example\"]}"
done >bulk.jsonl
crm-add -q --batch 50 bulk.jsonl
sound 'a bulk in several transactions'
sed 's/Smith/Smythe/' bulk.jsonl | crm-add -q --upsert id
sound 'an upsert of all'
crm-find contact 'name:Name' | crm-rm -q -
sound 'deleting them'
done_testing
