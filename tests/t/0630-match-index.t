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
# Whatever is done in whatever order, the index is what a new one would be.
crm init -q -s chance --index match
export CRM_STORE=$PWD/chance
RANDOM=11
for i in {1..40}; do
	id=r$((RANDOM % 12)) other=r$((RANDOM % 12))
	case $((RANDOM % 8)) in
	0|1|2) echo '{"type":"contact","id":"'$id'","name":"Ann'$((RANDOM % 5))' Lee","emails":["a'$((RANDOM % 6))'@x.example"],"birthday":"1980-02-0'$((RANDOM % 9 + 1))'"}' | crm-add -q --upsert id ;;
	3) crm-edit -q "$id" "name=Bo$((RANDOM % 4)) Li" "phones+=+44207946001$((RANDOM % 9))" ;;
	4) crm-rm -q "$id" --unlink ;;
	5) [ "$id" = "$other" ] || echo '{"keep":"'$id'","merge":["'$other'"]}' | crm-merge -q ;;
	6) crm-history undo -q last ;;
	7) crm-edit -q "$id" emails= ;;
	esac
done >/dev/null 2>&1
sound 'forty changes by chance'
crm-find contact | sed 's/"id":"[^"]*",//' | crm-dedupe --against --review 0.01 >kept
ok 'something is found' '[ -s kept ]'
crm config index.match off
crm config index.match on
ok 'a new index finds the same' '
	crm-find contact | sed "s/\"id\":\"[^\"]*\",//" | crm-dedupe --against --review 0.01 | cmp - kept'
done_testing
