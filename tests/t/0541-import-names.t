#!/bin/bash
# References of files that give a name and no id: the one record of that name,
# or nothing, said at the end.
. "${0%/*}/../lib.sh"

D='(Do Not Modify)'
cat >accounts.csv <<E
$D Account,$D Row Checksum,$D Modified On,Account Name,Parent Account
a-1,x==,45731.3888888889,Alpine Ski House (sample),
a-2,x==,45731.3888888889,A. Datum (sample),Alpine Ski House (sample)
a-3,x==,45731.3888888889,Twin,
a-4,x==,45731.3888888889,Twin,
E
cat >contacts.csv <<E
$D Contact,$D Row Checksum,$D Modified On,First Name,Last Name,Company Name
c-1,x==,45731.3888888889,Paul,Cannon, A. Datum (sample)
c-2,x==,45731.3888888889,Ann,Twin,Twin
c-3,x==,45731.3888888889,Bob,Other,Nobody Inc
c-4,x==,45731.3888888889,Cy,Free,
E
same 'an import names them so' "crm-import -q contacts.csv | jq -c '.account'" <<'E'
"name?:A. Datum (sample)"
"name?:Twin"
"name?:Nobody Inc"
null
E
crm init >/dev/null 2>&1
ok 'contacts before their accounts, in one load' \
	'crm-import -q contacts.csv accounts.csv | crm-add -q --upsert ext.dynamics'
err_has 'what nobody is called is said' '1 references by name found no record'
err_has 'and what several are called' '1 references by name meet several'
same 'one of that name is the reference' \
	"crm-find contact --sort ext.dynamics | jq -r '[.name,.account!=null]|@csv'; crm-find contact ext.dynamics:c-1 -f account.name; crm-find account ext.dynamics:a-2 -f parent.name" <<'E'
"Paul Cannon",true
"Ann Twin",false
"Bob Other",false
"Cy Free",false
{"account.name":"A. Datum (sample)"}
{"parent.name":"Alpine Ski House (sample)"}
E
same 'again: nothing changes' \
	"crm-import -q accounts.csv contacts.csv | crm-add -q --upsert ext.dynamics --summary=json 2>&1 | tail -1 | jq -c '[.created,.updated,.unchanged,.rejected]'" <<'E'
[0,0,8,0]
E
ok 'the same bytes back' \
	'crm-find contact --sort ext.dynamics | crm-export -q -p dynamics | cmp - contacts.csv && crm-find account --sort ext.dynamics | crm-export -q -p dynamics | cmp - accounts.csv'
same 'a moved reference changes its cell' \
	"crm-edit -q ext.dynamics:c-1 account=ext.dynamics:a-1 && crm-find contact --sort ext.dynamics | crm-export -q -p dynamics | diff contacts.csv - | grep '^>'" <<'E'
> c-1,x==,45731.3888888889,Paul,Cannon,Alpine Ski House (sample)
E
rm -rf "$CRM_STORE"
crm init >/dev/null 2>&1
crm-import -q accounts.csv | crm-add -q
ok 'accounts that are stored already, in one transaction' \
	'crm-import -q contacts.csv | crm-add -q --atomic'
same 'count as well' "crm-find contact account.name='A. Datum (sample)' -f name" <<'E'
{"name":"Paul Cannon"}
E
ok 'crm-check finds nothing wrong with them' \
	"crm-import -q contacts.csv | crm-check -q --only value.format,reference.dangling"
done_testing
