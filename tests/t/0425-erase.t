#!/bin/bash
# crm-rm --erase: nothing of a person is left in the store's files; what is
# about others stays, and the person does not come back by accident.
. "${0%/*}/../lib.sh"

. "$src/tests/person.sh"

crm init -q --index text 2>/dev/null
fill | crm-add -q
live
is 'canaries that are there' "$(canaries | tr A-Z a-z | sort -u | wc -l)" 50
crm backup "$scratch/backup.jsonl"
ok 'dry run' "crm-rm -n --erase $P"
is 'changes nothing' "$(canaries | tr A-Z a-z | sort -u | wc -l)" 50
ok 'erase' "crm-rm --erase $P --receipt receipt -m asked"
out_has 'the person is echoed' "^\\{\"id\":\"$P\",\"type\":\"contact\",\"rev\":[0-9]+,\"_deleted\":true\\}\$"
err_has 'and copies' "this copy of the store is out of reach: \"$scratch/backup.jsonl\""
is 'texts of others lose the name' "$(crm-find account -f notes)" '{"notes":"boss is [erased]"}'
is 'nothing is left in any file' "$(canaries | tr A-Z a-z | sort -u)" ''
is 'nor in the journal' "$(crm-history log | grep -ci canary)$(crm-history feed --since 0 2>/dev/null | grep -ci canary)" 00
is 'nor in the words' "$(crm-find any text:canary42 --count)$(crm-find any text:canary21 --count)" 00
same 'amounts and scores stay, without the person' 'crm-find any type:purchase,survey,deal,ticket -F values -f id,amount,score,contact,contacts' <<X2
d1	100.00		other	other
t1				
b1	12.50			
s1		9		
X2
is 'what is about others stays' "$(crm-find activity id=a4 -F values -f contact,body) $(crm-find list -F values -f members)" "$(printf 'other\tabout the other other')"
is 'what was part of the person went' "$(crm-find any type:consent,link,member,points,lead --count)" 0
is 'a file that another record has stays' "$(find "$CRM_STORE/files" -type f ! -name index -exec cat {} +)" 'of both'
is 'the receipt has no values' "$(grep -ci 'canary\|papadop' receipt)" 0
is 'but kinds and numbers' "$(head -n 1 receipt)" "{\"id\":\"$P\",\"type\":\"contact\",\"at\":\"2026-11-21T12:00:00Z\",\"by\":\"tester\",\"erased\":{\"link\":1,\"member\":1,\"points\":1,\"consent\":1,\"lead\":1,\"contact\":3},\"cleared\":{\"account\":1,\"deal\":1,\"ticket\":1,\"purchase\":1,\"activity\":2,\"survey\":1,\"list\":1},\"images\":7,\"attachments\":2}"
is 'and the copies' "$(grep -c '^{"copy":' receipt)" 1
ok 'it can be checked' 'crm verify -q --erased receipt'
echo '{"id":"other"}' >wrong
fails_with 4 'a receipt that is not true' 'crm verify --erased wrong'
out_has 'is told' 'verify.erased: erased record other is there'
echo "{\"id\":\"$P\"}" >"$CRM_STORE/left.jsonl"
fails_with 4 'a file in the store that names the person' 'crm verify --erased receipt'
out_has 'is told, too' "verify.erased: a file names erased record $P .*/left.jsonl"
rm "$CRM_STORE/left.jsonl"
: >empty
fails_with 4 'a receipt that names nobody proves nothing' 'crm verify --erased empty'
ok 'again: done already' "crm-rm --erase $P email:CANARY05@y.example"
err_has 'and said so' '2 erased already'
fails_with 3 'an erased record does not come back' "crm-history restore $P --at 2026-11-21"

# Suppression.
for who in '{"emails":["Canary05@Y.example"]}' '{"phones":["+30 697 123 4567"]}' '{"ext":{"hubspot":"canary10"}}' '{"emails":["canary46@x.example"]}' "{\"id\":\"$P\"}"; do
	fails_with 3 "not stored again: ${who:2:5}" "echo '{\"type\":\"contact\",\"name\":\"New\",${who:1}' | crm-add"
	err_has 'names the field and the day, not the value' "^crm-add: -:1: '(emails|phones|ext|id)': this person was erased on 2026-11-21 and is not stored again .--allow-suppressed.\$"
done
crm-add -q contact id=box name=Box email=b.o.x@gmail.com
crm-rm -q --erase box
for who in bo.x@gmail.com BOX+news@googlemail.com canary05+x@y.example; do
	fails_with 3 "nor in the same mailbox: $who" "crm-add contact name=Box email=$who"
done
is 'a shared phone shuts nobody out' "$(echo '{"type":"contact","name":"Colleague","phones":["+302101234567"]}' | crm-add -F values -f name)" Colleague
fails_with 3 'nor as a lead, nor by import' "printf 'Email,Name\ncanary04@x.example,N\n' >l.csv; crm-import -p csv -t lead l.csv | crm-add"
fails_with 3 'nor by upsert' "echo '{\"type\":\"contact\",\"emails\":[\"canary04@x.example\"]}' | crm-add --upsert email"
ok 'nor after a backup and a restore' "crm backup b2.jsonl && crm -s '$scratch/again' restore b2.jsonl"
fails_with 3 'there' "echo '{\"type\":\"contact\",\"emails\":[\"canary04@x.example\"]}' | crm-add -s '$scratch/again'"
ok 'unless that is meant' "echo '{\"type\":\"contact\",\"emails\":[\"canary04@x.example\"]}' | crm-add -q --allow-suppressed"
err_has 'which is said' '1 records of people who were erased are stored again'
crm-add -q contact id=heir name=Heir email=heir@x.example
fails_with 3 'nor given to another one by an edit' 'crm-edit heir emails+=Canary05@Y.example title=CEO'
err_has 'which says why' "crm-edit: '(emails|phones)': this person was erased"
is 'nothing of it is stored' "$(crm-find contact id=heir -f emails,title)" '{"emails":["heir@x.example"]}'
fails_with 3 'or an upsert' "echo '{\"type\":\"contact\",\"emails\":[\"heir@x.example\",\"canary05@y.example\"]}' | crm-add --upsert email"
ok 'unless that is meant, too' 'crm-edit -q --allow-suppressed heir emails+=canary05@y.example'
err_has 'and told' '1 records of people who were erased are stored again'
ok 'then it may be edited' 'crm-edit -q heir title=CEO'
crm-edit -q heir emails=heir@x.example
fails_with 3 'an undo is refused, too' 'crm-history undo last'
crm-rm -q heir

# Namesakes are no mention, the same address is.
crm-add -q contact id=n1 name='Same Name' email=same@x.example
crm-add -q contact id=n2 name='Same Name' email=another@x.example
crm-add -q contact id=n3 name=Else email=same@x.example
crm-add -q contact id=n4 name=Other notes='brother of Same Name'
ok 'another of these' 'crm-rm -q --erase n1 --receipt r3'
is 'who is named' "$(grep -o '"mentioned":.*' r3)" '"mentioned":["n3","n4"]}'

# Names in other scripts, whole words alone.
crm-add -q contact id=w1 name='王小明' family_name='Παππά' given_name=Anna email=w1@x.example
crm-add -q deal id=w2 contacts:='["w1"]' name='与王小明的合同, Παππά, Παππάς, ANNA and Annabel'
crm-rm -q --erase w1 2>/dev/null
is 'what becomes of a text' "$(crm-find deal id=w2 -F values -f name)" '与[erased]的合同, [erased], Παππάς, [erased] and Annabel'
crm-rm -q w2

# Erasing does not travel by the feed: its lines name nobody.
rev=$(crm status -F jsonl | grep -o '"rev":[0-9]*' | cut -d : -f 2)
crm-add -q contact id=two name=Two && crm-add -q activity id=oftwo contact=two body=canary70
crm init -q -s "$scratch/two" && crm-history feed --since "$rev" | crm-history apply -q -s "$scratch/two"
rev=$(crm status -F jsonl | grep -o '"rev":[0-9]*' | cut -d : -f 2)
crm-rm -q --erase two --receipt r2 2>/dev/null
fails_with 3 'the feed of an erasure is no erasure' "crm-history feed --since $rev | crm-history apply -s '$scratch/two'"
err_has 'and said so' 'run crm-rm --erase here, too'
ok 'the receipt does it there' "crm-rm -q -s '$scratch/two' --erase \"\$(head -n 1 r2 | grep -o '\"id\":\"[^\"]*' | cut -c 7-)\""
is 'there is nothing either' "$(CRM_STORE=$scratch/two canaries)$(crm-find contact id=two --count -s "$scratch/two")" 0

# Others.
crm-add -q contact id=gone name=Gone notes=canary60 && crm-rm -q gone
ok 'a deleted record, by its id' 'crm-rm --erase gone -q'
is 'gone' "$(canaries | grep -c 60)" 0
crm-add -q contact id=p2 name=Two
fails_with 2 'from stdin only with a number' 'echo p2 | crm-rm --erase -'
ok 'with it' 'echo p2 | crm-rm --erase - --expect 1 -q'
fails_with 4 'another number' 'echo other | crm-rm --erase - --expect 2 -q'
is 'nothing is erased then' "$(crm-find contact id=other --count)" 1
fails_with 2 'a receipt without erasing' 'crm-rm d1 --receipt r'
fails_with 3 'nobody of that name' 'crm-rm --erase nobody'
crm-add -q activity id=ac contact=other amount:=1
ok '--cascade erases what points there' 'crm-rm -q --erase --cascade other'
is 'that, too' "$(crm-find activity id:ac,a4 --count)$(crm-find deal --count)" 00
ok 'the store is sound' 'crm verify -q'

# fields of one's own have no schema to say what they hold
crm-add -q contact id=free name='Nora Nemo' && crm-add -q deal id=freed name=x contacts=free remark='ask Nora Nemo'
ok 'a linked record with a field of its own' 'crm-rm --erase free --receipt r.free'
is 'keeps it without the name' "$(crm-find id:freed -F values -f remark)" 'ask [erased]'
done_testing
