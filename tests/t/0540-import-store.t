#!/bin/bash
# Through the store and back: the same bytes; a second import changes nothing;
# a kill in the middle and a second run give the same store.
. "${0%/*}/../lib.sh"

samples=$src/tests/data/profiles
for f in "$samples"/*.csv; do
	b=${f##*/} b=${b%.csv}
	p=${b%%-*} opt=
	[ "$b" = accounting-invoices ] && opt='--dates dmy'
	rm -rf "$CRM_STORE"
	crm init >/dev/null 2>&1
	crm-import -q $opt -p "$p" "$f" >x.jsonl
	crm-add -q --create-missing --upsert "ext.$p,ext.import" x.jsonl 2>notes
	n=$(wc -l <x.jsonl)
	crm-find any | grep '"raw":' | crm-export -q --no-consent-check -p "$p" >back.csv 2>>notes
	verdict "$(cmp -s "$f" back.csv; echo $?)" "$b through the store" "$(cat notes)"
	again=$(crm-add -q --create-missing --upsert "ext.$p,ext.import" --summary=json x.jsonl 2>&1 | tail -1 | jq -c '[.created,.updated,.unchanged,.rejected]')
	is "$b: a second import changes nothing" "$again" "[0,0,$n,0]"
done

# accounts and contacts of one load, references by the other system's ids
rm -rf "$CRM_STORE"
crm init >/dev/null 2>&1
ok 'accounts, then contacts, in one pipe' \
	"crm-import -q -p salesforce $samples/salesforce-account.csv $samples/salesforce-contact.csv | crm-add -q --upsert ext.salesforce"
same 'the reference is the record' \
	"crm-find contact family_name=Papadopoulou -f account.name | jq -r '.\"account.name\" // .account.name'" <<'E'
Aegean Foods S.A.
E
ok 'an edit changes its cell alone' \
	"crm-edit -q email:eleni@aegean-foods.example title='Head, buying' && crm-find contact | crm-export -q -p salesforce >edited.csv && diff $samples/salesforce-contact.csv edited.csv | grep -q 'Head, buying'"
is 'and no other row' "$(diff "$samples/salesforce-contact.csv" edited.csv | grep -c '^>')" 1
same 'a moved reference is written as the other id' \
	"crm-edit -q email:eleni@aegean-foods.example account=ext.salesforce:0015f00000AbCdFAAV && crm-find contact | crm-export -q -p salesforce | sed -n 2p | cut -d, -f2" <<'E'
"0015f00000AbCdFAAV"
E
same '--subject gathers what is known of one person' \
	"crm-export --subject email:eleni@aegean-foods.example -F jsonl | jq -r 'select(.type)|.type' | sort | uniq -c | awk '{print \$1, \$2}'" <<'E'
1 contact
E

ok 'a card names the company' \
	"crm-find contact family_name=Papadopoulou | crm-export -F vcard | grep -q '^ORG:Nordic Timber Oy'"
printf 'To: {{emails.0}}\n\n{{name}} of {{account.name}}\n' >letter.eml
ok 'a template follows references' \
	"crm-find contact family_name=Papadopoulou | crm-export --no-consent-check --template letter.eml | grep -q 'of Nordic Timber'"
crm-add -q consent contact=email:eleni@aegean-foods.example channel=email purpose=news status=granted at=2026-01-01T00:00:00Z
crm-add -q consent contact=email:eleni@aegean-foods.example channel=email purpose=news status=withdrawn at=2026-02-01T00:00:00Z
same_after 3 'whom no consent pass let through gets no letter' \
	"crm-find contact family_name=Papadopoulou | crm-export --template letter.eml" </dev/null
ok 'unless that is wished' \
	"crm-find contact family_name=Papadopoulou | crm-export --template letter.eml --no-consent-check | grep -q ^To:"

# killed and run again
perl -e 'print "First Name,Email\n"; print "N$_,n$_\@x.example\n" for 1..20000' >many.csv
rm -rf "$CRM_STORE"
crm init >/dev/null 2>&1
crm-import -q many.csv | crm-add -q --upsert ext.import --batch 500 &
sleep 0.3
kill -9 $! 2>/dev/null
wait 2>/dev/null
crm-import -q many.csv | crm-add -q --upsert ext.import
same 'killed and run again: every row once' 'crm-find --count contact' <<'E'
20000
E
ok 'and out again' 'crm-find contact | crm-export -q -p auto | sort | cmp - <(sort many.csv)'

# days stay days: in a zone west of Greenwich none becomes the day before
ex=$src/share/crm/examples
ok 'a pipeline, dates without times' 'crm init -q -s west timezone=America/New_York country=US &&
	crm -s west schema add -q $ex/account-key.json && for f in accounts sales_pipeline; do
		crm-import --map $ex/sales.json --currency USD $ex/$f.csv | crm-add -q -s west || exit
	done'
is 'those opened by the end of March 2017' \
	"$(crm-find -s west deal is:open opened:..2017-03-31 --count)" \
	"$(awk -F, '$5 == "Engaging" { split($6, d, "-"); n += d[3] d[2] d[1] <= "20170331" } END { print n }' "$ex/sales_pipeline.csv")"
done_testing
