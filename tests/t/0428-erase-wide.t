#!/bin/bash
# Erasing somebody who is named where nobody declared it: texts and queries of
# others, whatever the spelling, reasons, sources, names of fields, refusals.
. "${0%/*}/../lib.sh"
need jq

crm init -q country=GR --index text,match --history=plain 2>/dev/null
cat >wonder-woman.jsonl <<'X'
{"type":"account","id":"acme","name":"Acme","notes":"ask Zenobia Wonderwoman"}
{"type":"contact","id":"zen","name":"Zenobia Wonderwoman","emails":["zen.w@zz.example"],"phones":["+306971239876"],"favouritezebra":"stripes","account":"acme"}
{"type":"contact","id":"twin","name":"Same Name","emails":["t1@x.example"]}
{"type":"contact","id":"twin2","name":"Same Name","emails":["t2@x.example"]}
{"type":"contact","id":"gr","given_name":"Μαρία","family_name":"Παπαδοπούλου","emails":["mp@zz.example"]}
{"type":"contact","id":"friend","name":"A Friend","emails":["other.zen.w@zz.example"],"notes":"line\nzenobia WONDERWOMAN, then \"Wonderwoman,  Zenobia\"","labels":{"zen.w@zz.example":"hers"}}
{"type":"activity","id":"a1","account":"acme","kind":"note","body":"mail Zen.W@zz.example (not other.zen.w@zz.example); call 697 123-9876 or 0030 697 1239876, +30 (697) 1239876; order 16971239876"}
{"type":"activity","id":"a2","account":"acme","kind":"note","body":"ΠΑΠΑΔΟΠΟΥΛΟΥ ΜΑΡΙΑ telephoned; Same Name, too"}
{"type":"segment","id":"s1","name":"seg","query":"contact email:zen.w@zz.example"}
{"type":"list","id":"l1","name":"lst","query":"contact \"Zenobia Wonderwoman\""}
{"type":"product","id":"p1","name":"Lamp","notes":"nothing"}
X
crm-add -q wonder-woman.jsonl
crm-edit -q p1 notes=x -m 'as Zenobia Wonderwoman asked'
crm-edit -q p1 notes='for zen.w@zz.example'
crm-edit -q p1 notes=y
echo '{"distinct":["zen","twin"]}' | crm-merge -q
crm-history mirror -q
words='zenobia|wonderwoman|[^.]zen\.w@|6971239876|697 123|favouritezebra|stripes|"zen"|παπαδ|ΠΑΠΑΔ'
remains() {	# in files, and in what git holds
	{ find "$CRM_STORE" -type f -exec grep -aohiE "$words" {} +
	  git -C "$CRM_STORE/mirror.git" cat-file --batch-all-objects --batch | grep -aohiE "$words"; } |
	sort | uniq -c
}
[ "$(remains | wc -l)" -gt 10 ]
verdict $? 'they are there'
ok 'two at once' "crm-rm --erase zen email:mp@zz.example --receipt r -m 'said Zenobia Wonderwoman'"
is 'two receipts' "$(jq -c 'select(.erased)|[.id,.erased,.cleared]' r | tr '\n' ' ')" '["gr",{"contact":1},{"activity":1}] ["zen",{"contact":1},{"segment":1,"account":1,"contact":1,"activity":1,"list":1}] '
is 'nothing remains but what is not theirs' "$(remains | sed 's/^ *[0-9]* //')" '6971239876'
crm-find activity -F values -f body >text
crm-find contact id=friend -F values -f notes,labels,emails >>text
crm-find any type:segment,list -F values -f query >>text
same 'what became of the texts' 'cat text' <<'X'
mail [erased] (not other.zen.w@zz.example); call [erased] or [erased], [erased]; order 16971239876
[erased] telephoned; Same Name, too
line
[erased], then "[erased]"		other.zen.w@zz.example
contact email:erased@erased.invalid
contact "[erased]"
X
ok 'the segment can still be asked' 'crm-find contact @seg --count'
ok 'its receipt holds' 'crm verify -q --erased r'

# What others are called stays, and is told of.
echo '{"type":"account","id":"own","name":"Zoe Quux Ltd","domain":"own.example"}' | crm-add -q
crm-add -q contact id=zoe name='Zoe Quux' email=zoe@q.example
crm-add -q product name=Sofa notes='for Same Name, says t2@x.example'
crm-rm -q --erase zoe --receipt r2 2>/dev/null
is 'a company keeps its name' "$(jq -c 'select(.mentioned).mentioned' r2)" '["own"]'
crm-rm -q --erase twin --receipt r3 2>/dev/null
is 'a namesake is not meant' "$(crm-find product name=Sofa -F values -f notes)$(jq -c 'select(.mentioned).mentioned|length' r3)" 'for Same Name, says t2@x.example2'
crm-rm -q --erase twin2 --receipt r4
is 'the last of that name is' "$(crm-find product name=Sofa -F values -f notes)" 'for [erased], says [erased]'

# Files that only dropped history named; what killed programs left.
crm-add -q contact id=att name='Atta Chment'
echo orphancanary >orphan.txt
crm-edit -q att attach@=orphan.txt
crm-edit -q att attachments=
crm compact --keep 0d -q
mkfifo slow
crm-edit -q -m x attach@=orphan.txt - <slow 2>/dev/null &
exec 5>slow
until grep -rqs orphancanary "$CRM_STORE/files"; do sleep 0.05; done
fails_with 75 'erasing waits for those who attach' 'crm-rm -q --erase att'
exec 5>&-
wait
ok 'then it is completed' 'crm-rm -q --erase att'
is 'files that nothing names are gone' "$(grep -rs orphancanary "$CRM_STORE")$(cat "$CRM_STORE/files/index")" ''
crm-add -q contact id=kil name='Kil Led'
crm backup -q b.jsonl
touch b.jsonl.aB3dE9 "$CRM_STORE/rejects.csv"
mkdir "$CRM_STORE.restore-99"
crm-rm -q --erase kil --receipt r5 2>/dev/null
is 'what killed programs left is named' "$(jq -r 'select(.copy)|.kind+" "+(.copy|sub(".*/";""))' r5)" "backup b.jsonl
unfinished b.jsonl.aB3dE9
restore store.restore-99
file rejects.csv"
done_testing
