#!/bin/bash
# crm-dedupe --against: lines compared with the store, by its match index.
. "${0%/*}/../lib.sh"

crm init -q --index match
cat >in.jsonl <<'X'
{"type":"account","id":"acme","name":"Acme Trading Ltd","domain":"acme.example","emails":["info@acme.example"]}
{"type":"contact","id":"m1","name":"Muhammad Cohen","emails":["m.cohen@acme.example"],"phones":["+44 20 7946 0018"],"birthday":"1985-04-03"}
{"type":"contact","id":"p1","name":"Γιώργος Παπαδόπουλος","emails":["gpap@mail.example"],"birthday":"1970-02-11"}
{"type":"contact","id":"p2","name":"Ann Lee","phones":["+44 20 7946 0999"]}
X
crm-add -q in.jsonl
for i in {1..400}; do
	echo "{\"type\":\"contact\",\"name\":\"Wx$i Yz$((i % 40))\",\"emails\":[\"u$i@mail.example\"],\"birthday\":\"19$((i % 90 + 10))-0$((i % 9 + 1))-1$((i % 9))\"}"
done | crm-add -q

cat >new.jsonl <<'X'
{"type":"contact","id":"n1","name":"Cohen, Mohammed","phones":["020 7946 0018"],"birthday":"1985-03-04"}
{"type":"contact","name":"Giorgos Papadopoulos","birthday":"1970-02-11"}
{"type":"contact","id":"n3","name":"Somebody Else","emails":["else@mail.example"]}
{"type":"account","id":"n4","name":"ACME Trading Limited","domain":"acme.example"}
X
ok 'by the index' 'crm-dedupe --against new.jsonl'
is 'who is like whom' "$(jq -r '[.a,.b]|join(" ")' <<<"$out" | tr '\n' ',')" 'n1 m1,line:2 p1,n4 acme,'
out_has 'with reasons' '"_why":\[\{"field":'
is 'surely' "$(jq -c '._score>=0.9' <<<"$out" | sort -u)" true
is 'only one type' "$(crm-dedupe --against -t account new.jsonl | jq -r .a)" n4
ok 'a question' 'crm-dedupe --against -q new.jsonl'
fails_with 1 'with the answer no' "sed -n 3p new.jsonl | crm-dedupe --against -q"
is 'itself is no twin' "$(crm-find contact id:m1 | crm-dedupe --against)" ''
fails_with 3 'a line of no type' "echo '{\"name\":\"Ann Lee\"}' | crm-dedupe --against"
err_has 'is named' ":1: 'type': missing"
echo '{"distinct":["n1","m1"]}' >said
printf '{"type":"contact","id":"n1","name":"Mo Cohen"}\n' | crm-add -q
crm-merge -q said
is 'a refusal is honoured' "$(crm-dedupe --against new.jsonl | jq -r .b | grep -c m1)" 0
crm-rm -q p1
is 'a deleted record is no twin' "$(crm-dedupe --against new.jsonl | jq -r .b | grep -c p1)" 0
crm-history undo -q last

sed 's/"id":"n[0-9]",//' new.jsonl | crm-dedupe --against | jq -c '[.a,.b]' >first
tac new.jsonl | sed 's/"id":"n[0-9]",//' | crm-dedupe --against | jq -c .b | sort >second
is 'any order, the same twins' "$(jq -c '.[1]' first | sort)" "$(cat second)"

crm-dedupe -a -t contact --model-out model.json >/dev/null
ok 'with weights that were kept' 'crm-dedupe --against -t contact --model model.json new.jsonl'
out_has 'the same twin' '"a":"n1"|"b":"p1"'
fails_with 2 'which fit one type' 'crm-dedupe --against -t account --model model.json new.jsonl'

crm config index.match off
ok 'without an index' 'crm-dedupe --against -v -t account new.jsonl'
err_has 'it says so' 'no match index'
is 'and answers' "$(jq -r .b <<<"$out")" acme
done_testing
