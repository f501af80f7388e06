#!/bin/bash
# crm-add --upsert: keys in order, what wins, references, batches.
. "${0%/*}/../lib.sh"
crm init -q country=GR
ok 'the record' 'crm-add contact id=c1 name=Maria email=maria@acme.gr phone="+30 2101234567" notes=old title=CFO'
ok 'patch by e-mail, other case' 'echo "{\"type\":\"contact\",\"emails\":[\"MARIA@ACME.gr\"],\"title\":\"CEO\",\"notes\":null}" | crm-add -v --upsert email'
out_has 'updated' '"id":"c1".*"title":"CEO".*"_op":"updated"'
is 'null removes, others stay' "$(crm-find id:c1 -F values -f name,notes)" "$(printf 'Maria\t')"
ok 'again' 'echo "{\"type\":\"contact\",\"emails\":[\"MARIA@ACME.gr\"],\"title\":\"CEO\"}" | crm-add -v --upsert email'
out_has 'changes nothing' '"_op":"unchanged"'
ok 'keys are tried in order' 'echo "{\"type\":\"contact\",\"emails\":[\"new@acme.gr\"],\"phones\":[\"2101234567\"]}" | crm-add --upsert email,phone'
out_has 'the phone found it' '"id":"c1"'
ok 'none found: inserted' 'echo "{\"type\":\"contact\",\"emails\":[\"other@acme.gr\"]}" | crm-add -v --upsert email,phone'
out_has 'added' '"_op":"added"'
ok 'keep' 'echo "{\"id\":\"c1\",\"type\":\"contact\",\"title\":\"Clerk\"}" | crm-add --upsert id --on-conflict keep'
out_has 'the stored one wins' '"title":"CEO"'
ok 'fill' 'echo "{\"id\":\"c1\",\"type\":\"contact\",\"title\":\"Clerk\",\"gender\":\"f\"}" | crm-add --upsert id --on-conflict fill'
out_has 'only what is missing' '"title":"CEO".*"gender":"f"'
ok 'newest, older line' 'echo "{\"id\":\"c1\",\"type\":\"contact\",\"title\":\"Old\",\"updated\":\"2020-01-01T00:00:00Z\"}" | crm-add --upsert id --on-conflict newest'
out_has 'loses' '"title":"CEO"'
ok 'newest, later line' 'echo "{\"id\":\"c1\",\"type\":\"contact\",\"title\":\"Boss\",\"updated\":\"2026-12-01T00:00:00Z\"}" | crm-add --upsert id --on-conflict newest'
out_has 'wins' '"title":"Boss"'
ok 'one batch, the same key twice' 'printf "%s\n" "{\"type\":\"account\",\"domain\":\"acme.gr\",\"name\":\"A\"}" "{\"type\":\"account\",\"domain\":\"www.acme.gr\",\"industry\":\"steel\"}" | crm-add -q --upsert domain'
is 'one record' "$(crm-find account -F values -f name,industry)" "$(printf 'A\tsteel')"
crm-add -q account id=a2 domain=acme.gr
fails_with 3 'a key that meets several' 'echo "{\"type\":\"account\",\"domain\":\"acme.gr\"}" | crm-add --upsert domain'
err_has 'names them' "names 2 records: .*a2"
ok 'a reference by key' 'echo "{\"type\":\"deal\",\"id\":\"d1\",\"contacts\":[\"email:new@acme.gr\"]}" | crm-add'
out_has 'becomes the id' '"contacts":\["c1"\]'
fails_with 3 'a key that finds nothing' 'crm-add deal id=d2 account=domain:nobody.gr'
err_has 'is a reject' "'account': no such record: 'domain:nobody.gr'"
ok 'unless a stub is wanted' 'crm-add deal id=d2 account=domain:nobody.gr --create-missing'
is 'the stub' "$(crm-find account domain:nobody.gr -F values -f domain)" nobody.gr
fails_with 3 'an id not there' 'crm-add deal id=d3 account=later -q'
err_has 'is reported' "'account': 'd3' points to 'later', which is not there"
is 'the record stays' "$(crm-find --count id:d3)" 1
ok 'forward references inside one load' 'printf "%s\n" "{\"type\":\"deal\",\"id\":\"d4\",\"account\":\"a9\"}" "{\"type\":\"account\",\"id\":\"a9\"}" | crm-add -q'
ok 'by key too' 'printf "%s\n" "{\"type\":\"account\",\"id\":\"p1\",\"parent\":\"domain:late.gr\"}" "{\"type\":\"account\",\"id\":\"p2\",\"domain\":\"late.gr\"}" | crm-add -q'
is 'resolved at the end' "$(crm-find id:p1 -F values -f parent)" p2
ok 'in one transaction' 'printf "%s\n" "{\"type\":\"account\",\"id\":\"q1\",\"parent\":\"domain:q.gr\"}" "{\"type\":\"account\",\"id\":\"q2\",\"domain\":\"q.gr\",\"parent\":\"domain:r.gr\"}" "{\"type\":\"account\",\"id\":\"r1\",\"domain\":\"r.gr\"}" | crm-add -q --atomic'
is 'along a chain' "$(crm-find id:q1,q2 -F values -f parent | sort | xargs)" 'q2 r1'
fails_with 3 'those that never come' 'printf "%s\n" "{\"type\":\"account\",\"id\":\"s1\",\"parent\":\"domain:never.gr\"}" "{\"type\":\"account\",\"id\":\"s2\"}" >l; crm-add -q --reject rej l'
err_has 'are rejected with their line' "^crm-add: l:1: 'parent': no such record: 'domain:never.gr'"
is 'verbatim' "$(cat rej)" "$(head -1 l)"
ok 'ext ids are unique' 'crm-add contact id=e1 ext.hubspot=7 -q'
fails_with 3 'a second one' 'crm-add contact id=e2 ext.hubspot=7'
err_has 'names the holder' "'ext': taken by record 'e1'"
ok 'upsert by ext' 'crm-add contact ext.hubspot=7 name=Seven --upsert ext.hubspot'
out_has 'found' '"id":"e1"'
crm-rm -q e1
ok 'deleted records do not count' 'crm-add contact id=e3 ext.hubspot=7 -q'
ok 'and their id can come again' 'crm-add contact id=e1 name=Back -q'

# a store's own keys serve as the shipped ones do
echo '{"$id":"contact","title":"contact","type":"object","properties":{"badge":{"type":"string","x-crm-kind":"code","x-crm-unique":true}}}' >own.json
crm schema -q add own.json
crm-add -q contact id=b1 name=Badged badge=77
ok 'upsert by a key of the own schema' 'echo "{\"type\":\"contact\",\"badge\":\"77\",\"title\":\"Dr\"}" | crm-add --upsert badge'
out_has 'finds the record' '"id":"b1"'
ok 'it names a record' 'crm-edit badge:77 lang=fi'
ok 'also in a reference' 'crm-add deal id=bd name=D contact=badge:77'
out_has 'which becomes the id' '"contacts":\["b1"\]'
is 'and in a query' "$(crm-find deal contact:badge:77 -F ids)" bd
for key in badg title ''; do
	fails_with 2 "--upsert '$key' is refused" "crm-add -t contact --upsert '$key' </dev/null"
	err_has 'as no key' "^crm-add: --upsert: '$key' is no key of contact"
done
fails_with 2 'without a type as well' 'crm-add --upsert id,emial </dev/null'
err_has 'as a key of none' "'emial' is no key of any type"
done_testing
