#!/bin/bash
# Every system's files: the header picks the profile, the records are right,
# and the same bytes come back, in several dialects and through edits.
. "${0%/*}/../lib.sh"

samples=$src/tests/data/profiles
for f in "$samples"/*.csv; do
	b=${f##*/} b=${b%.csv}
	p=${b%%-*} opt=
	[ "$b" = accounting-invoices ] && opt='--dates dmy'
	crm-import $opt "$f" >x.jsonl 2>notes
	got=$(sed -n 's/.*: profile \([a-z0-9]*\)-.*/\1/p' notes)
	is "$b: the header picks $p" "$got" "$p"
	verdict "$(crm-export -q -p "$p" x.jsonl 2>notes | cmp -s - "$f"; echo $?)" \
		"$b comes back byte for byte" "$(cat notes)"
	# the same table in other clothes
	n=0
	sed 's/$/\r/' "$f" >v1.csv
	{ printf '\357\273\277'; sed '1s/^\xef\xbb\xbf//' "$f"; } >v2.csv
	perl -pe 'chomp if eof' "$f" >v3.csv
	{ printf '\377\376'; sed '1s/^\xef\xbb\xbf//' "$f" | iconv -t UTF-16LE; } >v4.csv
	{ cat "$f"; printf '\n\n'; } >v5.csv
	for v in 1 2 3 4 5; do
		crm-import -q $opt -p "$p" v$v.csv | crm-export -q -p "$p" | cmp -s - v$v.csv && n=$((n + 1))
	done
	is "$b: CRLF, BOM, no last newline, UTF-16, blank lines" "$n" 5
	# one changed row: the others stand
	crm-import -q $opt -p "$p" "$f" |
		perl -pe 's/"(name|subject|given_name|body|notes)":"[^"\\]/"$1":"Zz/ if $. == 1' |
		crm-export -q -p "$p" >changed.csv 2>notes
	is "$b: a change touches one row" "$(diff "$f" changed.csv | grep -c '^>')" \
		"$(cmp -s "$f" changed.csv && echo 0 || echo 1)"
done

one() {
	crm-import -q ${3:-} "$samples/$1.csv" | jq -c "$2"
}
same 'Salesforce: ids, money, stages' "one salesforce-opportunity '[.ext.salesforce,.stage,.amount,.currency,.close_date]'" <<'E'
["0065f00000OpPtAAAV","negotiation","120000.00","USD","2024-12-15"]
["0065f00000OpPtBAAV","won","75500.50","USD","2024-09-03"]
["0065f00000OpPtCAAV","qualified",null,null,"2025-01-31"]
E
same 'Salesforce: 15 characters become 18' "one salesforce-contact '[.ext.salesforce,.account,.birthday]'" <<'E'
["0035f00000XyZaBAAV","ext.salesforce:0015f00000AbCdEAAV","1980-02-29"]
["0035f00000XyZaCAAV",null,null]
E
same 'Dynamics: Excel serials and country names' "one dynamics-account '[.name,.created,.address.country,.employees]'" <<'E'
["Fabrikam Glass (sample)","2024-01-01T06:00:00Z","US",120]
["Contoso, Ltd.","2024-01-02T12:00:00Z",null,null]
E
same 'HubSpot: repeated headers survive' "one hubspot-multi '.raw.hubspot | del(.\"@\")'" <<'E'
{"Record ID - Company":"9001","Company name":"Hellas Soft","Phone Number#2":"+30 210 555 0111","Create Date#2":"2024-03-10 08:00"}
{"Record ID - Company":"9003","Company name":"Bosphorus AS","Create Date#2":"2024-03-11 08:00"}
E
same 'HubSpot: lists of ids, stages by id or label' "one hubspot-deals '[.stage,.account,.contacts]'" <<'E'
["negotiation","ext.hubspot:9001",["ext.hubspot:101","ext.hubspot:102"]]
["lost","ext.hubspot:9003",null]
["98765432",null,null]
E
same 'Salesforce: what a task is about, by the beginning of its id' "one salesforce-task-api '[.kind,.deal,.ticket,.direction]'" <<'E'
["call","ext.salesforce:0065f00000OpPtAAAV",null,"out"]
["task",null,"ext.salesforce:5005f00000CaSeAAAV",null]
E
same 'Dynamics: a won deal is won whatever its phase' "one dynamics-opportunity-view '[.stage,.amount,.currency,.close_date]'" <<'E'
["qualified","12345.00","USD","2024-01-09"]
["won",null,null,null]
["lost",null,null,null]
E
same 'HubSpot: calls, with their length and who' "one hubspot-calls '[.kind,.direction,.duration,.contact]'" <<'E'
["call","out",1,"ext.hubspot:101"]
E
same 'PayPal in German: date with time and zone, decimal comma, order of dates' "one paypal-german '[.at,.amount,.currency,.contact]'" <<'E'
["2024-01-14T07:00:11Z","1234.50","EUR","email:ann@f.example"]
E
printf 'Record ID,Deal Name,Deal Stage,Close Date\n1,A,Closed Won (Sales Pipeline),2024-05-01 10:00\n2,B,Our Own Stage,2024-05-02 10:00\n' >own.csv
same 'a stage with its pipeline; one of their own stands; closed when it closed' \
	"crm-import -q -p hubspot own.csv | jq -c '[.stage,.close_date,.closed]'" <<'E'
["won","2024-05-01","2024-05-01T10:00:00Z"]
["Our Own Stage","2024-05-02",null]
E
printf 'Ticket ID,Subject,Status,Agent\n1,A,On Fire,\n2,B,On Fire,\n' >fire.csv
ok 'words that a field does not take are counted and come back' "crm-import -p freshdesk fire.csv 2>&1 >x.jsonl | grep -q \"'Status': 2 values\" && crm-export -q -p freshdesk x.jsonl | cmp - fire.csv"
printf 'name,type\nA,Customer\n' >kind.csv
same 'a column "type" that says something else is no type of record' \
	"crm-import -q -t account kind.csv | jq -c '[.type,.raw.csv.type]'; crm-import -q -t account kind.csv | crm-export -q -p auto" <<'E'
["account","Customer"]
name,type
A,Customer
E
same 'Zoho: zcrm_ goes from ids and references' "one zoho-contacts '[.ext.zoho,.account,.tags]'" <<'E'
["5421000000123001","ext.zoho:5421000000122001",["vip","spice"]]
["5421000000123002",null,null]
E
same 'Google: primary first, labels' "one google-contacts '[.emails,.phones,.labels]'" <<'E'
[["sofia@porto-wines.example","sofi@home.example"],["+351 22 555 0160","+351 91 555 0161","+351 22 555 0162"],{"sofia@porto-wines.example":"work","sofi@home.example":"home","+351 22 555 0160":"mobile","+351 91 555 0161":"mobile","+351 22 555 0162":"work"}]
[null,null,null]
E
same 'a zone for times that name none' "one hubspot-contacts .created '--zone Europe/Athens'" <<'E'
"2024-03-12T07:14:00Z"
"2024-03-13T08:15:00Z"
E
ok 'and back' "crm-import -q --zone Europe/Athens $samples/hubspot-contacts.csv | crm-export -q -p hubspot | cmp - $samples/hubspot-contacts.csv"
same 'a country for phone numbers that name none' \
	"one twenty-people .phones '--region US'" <<'E'
["5550190"]
E
printf 'Record ID,First Name,Deal Name,Deal Stage\n1,a,b,c\n' >both.csv
ok 'a table of no system is read by its column names' "crm-import -q -t contact both.csv | jq -e '.given_name==\"a\"'"
fails_with 2 'an unknown profile is a usage error' 'crm-import -p hubspto both.csv'
err_has 'with the nearest one' "did you mean 'hubspot'"
fails_with 2 'a header the profile does not know' 'crm-import -p zoho both.csv'
same 'records from elsewhere get the columns of the profile' \
	"echo '{\"type\":\"contact\",\"given_name\":\"A\",\"family_name\":\"B\",\"emails\":[\"a@b.example\"],\"phones\":[\"1\",\"2\"],\"labels\":{\"2\":\"mobile\"},\"address\":{\"country\":\"GR\"}}' | crm-export -q -p outlook | tr -d '\\r' | cut -d, -f1-8" <<'E'
First Name,Last Name,Company,Job Title,E-mail Address,E-mail 2 Address,E-mail 3 Address,Business Phone
A,B,,,a@b.example,,,
E
fails_with 3 'a deal does not fit into contacts' \
	"{ crm-import -q $samples/hubspot-contacts.csv; echo '{\"type\":\"deal\",\"name\":\"x\"}'; } | crm-export -q -p hubspot"
ok 'profiles are listed' 'crm-import --list-profiles | grep -q "^salesforce-account	account	"'
done_testing
