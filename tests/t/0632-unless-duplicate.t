#!/bin/bash
# crm-add --unless-duplicate: probable duplicates are rejects that name whom
# they are like; with and without a match index, inside a batch, too.
. "${0%/*}/../lib.sh"

cat >there.jsonl <<'X'
{"type":"contact","id":"c1","name":"Anna Lee","emails":["anna@lee.example"]}
{"type":"contact","id":"c2","name":"Muhammad Cohen","phones":["+44 20 7946 0018"]}
{"type":"account","id":"a1","name":"Acme Trading Ltd","domain":"acme.example"}
X
for i in {1..200}; do
	echo "{\"type\":\"contact\",\"name\":\"Wx$i Yz$((i % 40))\",\"emails\":[\"u$i@mail.example\"]}"
done >>there.jsonl
cat >new.jsonl <<'X'
{"type":"contact","name":"Lee, Anna", "emails":["anna@lee.example"]}
{"type":"contact","name":"מוחמד כהן","phones":["020 7946 0018"]}
{"type":"contact","id":"z1","name":"Zoe Zed","emails":["zoe@zed.example"]}
not a record
{"type":"contact","name":"Zed, Zoe","emails":["zoe@zed.example"]}
{"type":"account","name":"ACME Trading Limited","domain":"acme.example"}
{"type":"deal","name":"Anna Lee"}
{"type":"contact","id":"s1","name":"Somebody Else"}
X
for index in on off; do
	export CRM_STORE=$PWD/$index
	crm init -q "index.match=$index"
	crm-add -q there.jsonl
	fails_with 3 "index $index: duplicates are rejected" \
		'crm-add --unless-duplicate --reject rejected new.jsonl -F ids'
	is 'the others are stored' "$(grep -c . <<<"$out") $(crm-find contact id:z1,s1 -F ids | tr '\n' ' ')" '3 z1 s1 '
	err_has 'each names its twin' "new.jsonl:1: probably the same as 'c1' \(probability 0\.9"
	err_has 'in any script' "new.jsonl:2: probably the same as 'c2'"
	err_has 'in the same batch' "new.jsonl:5: probably the same as 'z1'"
	err_has 'companies, too' "new.jsonl:6: probably the same as 'a1'"
	is 'and so does the reject file' "$(sed 3d rejected | jq -r ._duplicate_of | tr '\n' ' ')" 'c1 c2 z1 a1 '
	is 'the line itself stays as it was' "$(sed -n 1p rejected | sed 's/,"_duplicate_of.*/}/')" "$(sed -n 1p new.jsonl)"
	fails_with 3 'one made of assignments' "crm-add contact name='Anna Lee' email=anna@lee.example --unless-duplicate"
	err_has 'likewise' "probably the same as 'c1'"
	ok 'a higher bar' "crm-add -n contact name='A. Leigh' email=anna@lee.example --unless-duplicate=1"
	ok 'who is there is updated' "echo '{\"type\":\"contact\",\"name\":\"Anna B. Lee\",\"emails\":[\"anna@lee.example\"]}' | crm-add -q --upsert email --unless-duplicate"
	fails_with 4 'all or nothing' "sed 4d new.jsonl | sed 's/z1/z2/;s/s1/s2/;s/zed/zeb/;s/Zoe/Zora/;s/Zed/Zebb/' | crm-add --atomic --unless-duplicate"
	is 'nothing' "$(crm-find contact id:z2,s2 --count)" 0
	ok 'fed again it is stored' 'sed 3d rejected | crm-add -q'
	is 'without what the tools said' "$(crm-find contact name:Lee | grep -c _duplicate)" 0
	is 'a dry run says the same' "$(crm-add -n -q --unless-duplicate new.jsonl 2>&1 | grep -c probably)" 5
	for i in 1 2 3; do echo "{\"type\":\"contact\",\"name\":\"Nadia Nour\",\"emails\":[\"nadia@nour.example\"]}"; done |
		crm-add -q --batch 1 --unless-duplicate 2>/dev/null
	is 'over several transactions' "$(crm-find contact name:Nadia --count)" 1
	ok 'sound' 'crm verify'
done
fails_with 2 'no such probability' 'crm-add --unless-duplicate=1.5 new.jsonl'
err_has 'is an error' 'a probability above 0'
done_testing
