#!/bin/bash
# Cards, calendars, mails, JSON objects and UBL: right, and the same bytes back.
. "${0%/*}/../lib.sh"

items=$src/tests/data/items
back() {	# file profile
	ok "$1 comes back byte for byte" \
		"crm-import -q $items/$1 | crm-export -q -p $2 | cmp - $items/$1"
}
back cards3.vcf vcard
back cards4.vcf vcard
back cards21.vcf vcard
back events.ics ics
back zendesk.json zendesk-json
back c4c.json sap-c4c-opportunity

back zones.ics ics
same 'zones that the file defines, series, their exceptions and moved times' \
	"crm-import -q $items/zones.ics | jq -c '[.subject,.at,.ext.ical,.recurrence,.recurrence_except,.timezone]'" <<'E'
["Summer","2024-06-03T07:00:00Z","ev1@example.org","FREQ=WEEKLY;BYDAY=MO",["2024-06-10T07:00:00Z"],null]
["Winter","2024-12-03T08:00:00Z","ev2@example.org",null,null,null]
["Summer moved","2024-06-17T09:00:00Z","ev1@example.org/20240617T100000",null,null,null]
["Vendor path","2024-06-03T07:00:00Z","ev3@example.org","FREQ=DAILY;COUNT=3",null,"Europe/Athens"]
E
same 'a changed entry leaves the others, zones and all' \
	"crm-import -q $items/zones.ics | sed 's/Winter/Snow/' | crm-export -q -p ics | diff $items/zones.ics - | tr -d '\\r'" <<'E'
30c30
< SUMMARY:Winter
---
> SUMMARY:Snow
E
same 'a series keeps its hour' \
	"crm-import -q $items/zones.ics | jq -c 'del(.raw)' | crm-export -q -F ics | tr -d '\\r' | grep -A2 ev3" <<'E'
UID:ev3@example.org
DTSTAMP:20261121T120000Z
DTSTART;TZID=Europe/Athens:20240603T100000
E
printf 'BEGIN:VCARD\nVERSION:3.0\nFN:A\nEND:VCARD\n%.0s' 1 2 >twice.vcf
same 'two cards alike, without a UID, are two' \
	"crm-import -q twice.vcf | jq -r .ext.import | sort -u | wc -l; crm-import -q twice.vcf | crm-add -q --create --upsert ext.import; crm-import -q twice.vcf | crm-add -q --upsert ext.import --summary=json 2>&1 | jq -c '[.created,.unchanged]'" <<'E'
2
[0,2]
E

back zendesk-users.json zendesk-json
back freshdesk.json freshdesk-json
same 'Freshdesk objects: codes, key and tags' "crm-import -q $items/freshdesk.json | jq -c '[.status,.priority,.channel,.contact,.tags,.ext.freshdesk]'" <<'E'
["open","high","email","ext.freshdesk:55",["a","b"],"7"]
E
printf 'first_name=Ann&last_name=Lee&email=a%%40b.example&question=Hello+w%%C3%%B6rld%%0Abye&company=\nemail=c%%40d.example&utm_source=google\n' >form.txt
same 'web-form posts are leads' \
	"crm-import -q form.txt | jq -c '[.type,.name,.emails,.question,.utm_source,.source,.status,._src.line]'" <<'E'
["lead","Ann Lee",["a@b.example"],"Hello wörld\nbye",null,"web-form","new",1]
["lead",null,["c@d.example"],null,"google","web-form","new",2]
E
same 'as JSON, too' \
	"echo '{\"first_name\":\"Ann\",\"email\":\"a@b.example\",\"phone\":null}' | crm-import -q | jq -c '[.type,.name,.emails,.source]'" <<'E'
["lead","Ann",["a@b.example"],"web-form"]
E
same 'and posted again are the same' \
	"crm-import -q form.txt | crm-add -q --upsert ext.import; crm-import -q form.txt | crm-add -q --upsert ext.import --summary=json 2>&1 | jq -c '[.created,.unchanged]'" <<'E'
[0,2]
E
printf 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260101T000000Z\nEND:VEVENT\nBEGIN:VJOURNAL\nUID:j\nEND:VJOURNAL\nEND:VCALENDAR\n' >journal.ics
ok 'what is no entry comes back, at the end too' 'crm-import -q journal.ics | crm-export -q -p ics | cmp - journal.ics'
same 'a card as a contact' "crm-import -q $items/cards3.vcf | jq -c '.emails,.labels,.birthday,.address,.ext' | head -5" <<'E'
["eleni@home.example","eleni@aegean-foods.example"]
{"eleni@home.example":"home","eleni@aegean-foods.example":"work","+30 690 000 0001":"mobile","+30 210 555 0103":"work"}
"1980-02-29"
{"street":"12 Harbour Road\nWarehouse B","city":"Piraeus","postal_code":"18531","country":"GR"}
{"vcard":"4f1c2b3a-0000-4000-8000-000000000001"}
E
same 'a 2.1 card' "crm-import -q $items/cards21.vcf | jq -r '.name,.address.street,.notes'" <<'E'
Jürgen Müller
Hauptstraße 1
Hinterhaus
line one
line two
E
same 'a changed field changes its lines alone' \
	"crm-import -q $items/cards3.vcf | jq -c 'if .title then .title=\"Head, buying\" else . end' | crm-export -q -p vcard | diff $items/cards3.vcf - | tr -d '\\r'" <<'E'
6c6
< TITLE:Buyer
---
> TITLE:Head\, buying
E
same 'a new field comes before the end' \
	"crm-import -q $items/cards3.vcf | tail -1 | jq -c '.title=\"Chef\"' | crm-export -q -p vcard | tr -d '\\r'" <<'E'
BEGIN:VCARD
VERSION:3.0
N:Γεωργίου;Γιώργος;;;
FN:Γιώργος Γεωργίου
EMAIL:giorgos@example.gr
TITLE:Chef
END:VCARD
E
same 'a card from a record' \
	"echo '{\"type\":\"contact\",\"id\":\"c1\",\"name\":\"A; B\",\"emails\":[\"a@b.example\",\"c@d.example\"],\"phones\":[\"+1\"],\"labels\":{\"+1\":\"mobile\"},\"birthday\":\"--02-29\",\"address\":{\"city\":\"X\",\"country\":\"GR\"}}' | crm-export -F vcard | tr -d '\\r'" <<'E'
BEGIN:VCARD
VERSION:4.0
UID:c1
FN:A\; B
EMAIL;PREF=1:a@b.example
EMAIL:c@d.example
TEL;TYPE=cell:+1
ADR:;;;X;;;GR
BDAY:--0229
END:VCARD
E
ok 'folds are at most 75 octets and valid UTF-8' \
	"echo '{\"type\":\"contact\",\"name\":\"'\$(printf 'Ωμέγα %.0s' {1..60})'\"}' | crm-export -p vcard3 | perl -ne 's/\\r\\n//; exit 1 if length > 75; utf8::decode(\$_) or exit 1'"
fails_with 3 'a card that is not closed is rejected' \
	"printf 'BEGIN:VCARD\nFN:x\n' | crm-import"
fails_with 3 'a deal is no card' "echo '{\"type\":\"deal\",\"name\":\"x\"}' | crm-export -F vcard"

# the oracle
if python=$(command -v /usr/bin/python3) && $python -c 'import vobject' 2>/dev/null; then
	cat >oracle.py <<'P'
import sys, json, vobject
for line, card in zip(open(sys.argv[1]), vobject.readComponents(open(sys.argv[2], newline=''))):
    r = json.loads(line)
    assert card.fn.value == r['name'], (card.fn.value, r['name'])
    assert [e.value for e in card.contents.get('email', [])] == r.get('emails', [])
    assert [t.value for t in card.contents.get('tel', [])] == r.get('phones', [])
    if 'notes' in r: assert card.note.value == r['notes'], (card.note.value, r['notes'])
    if 'given_name' in r: assert card.n.value.given == r['given_name']
    if 'address' in r: assert card.adr.value.city == r['address']['city']
P
	perl -e 'my @w = ("a", ";", ",", "\\", "Ω", "ש", " ", "\n", ":", "\"", "x"x20);
	sub t { my $s = "A"; $s .= $w[rand @w] for 1..1+rand 30; $s .= "z"; $s =~ s/([\\"])/\\$1/g; $s =~ s/\n/\\n/g; $s }
	srand 7; for (1..300) { printf "{\"type\":\"contact\",\"name\":\"%s\",\"given_name\":\"%s\",\"family_name\":\"%s\",\"emails\":[\"a%d\@x.example\"],\"phones\":[\"+30%d\"],\"notes\":\"%s\",\"address\":{\"city\":\"%s\"}}\n", t(), t(), t(), $_, $_, t(), t() }' >random.jsonl
	ok 'python3-vobject reads 300 random cards as we wrote them' \
		"crm-export -p vcard3 random.jsonl >random.vcf && $python oracle.py random.jsonl random.vcf"
	ok 'and we read them back' \
		"crm-import -q random.vcf | jq -c '{type,name,given_name,family_name,emails,phones,notes,address}' >again.jsonl && jq -c '{type,name,given_name,family_name,emails,phones,notes,address}' random.jsonl | cmp - again.jsonl"
else
	echo "ok $((++tests)) - python3-vobject # SKIP not installed"
fi

same 'calendar entries are activities' "crm-import -q $items/events.ics | jq -c '[.kind,.subject,.at,.due,.duration,.done,.ext.ical]'" <<'E'
["meeting","Plant visit, Piraeus","2024-06-03T07:00:00Z",null,90,null,"ev1@example.org"]
["task","Send samples",null,"2024-06-10",null,"2024-06-09T12:00:00Z","td1@example.org"]
E
same 'activities and dates as a calendar' \
	"printf '%s\n' '{\"type\":\"activity\",\"id\":\"a1\",\"kind\":\"meeting\",\"subject\":\"Visit\",\"at\":\"2026-11-22T09:00:00Z\",\"duration\":30}' '{\"type\":\"contact\",\"id\":\"c1\",\"name\":\"Ann\",\"birthday\":\"--02-29\"}' | crm-export -F ics | tr -d '\\r'" <<'E'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//crmutils//EN
BEGIN:VEVENT
UID:a1
DTSTAMP:20261121T120000Z
DTSTART:20261122T090000Z
DTEND:20261122T093000Z
SUMMARY:Visit
END:VEVENT
BEGIN:VEVENT
UID:c1-date
DTSTAMP:20261121T120000Z
DTSTART;VALUE=DATE:19720229
RRULE:FREQ=YEARLY
SUMMARY:Ann (birthday)
END:VEVENT
END:VCALENDAR
E
same 'a moved meeting changes its time alone' \
	"crm-import -q $items/events.ics | jq -c 'if .at then .at=\"2024-06-04T07:00:00Z\" else . end' | crm-export -q -F ics | diff $items/events.ics - | tr -d '\\r'" <<'E'
15,16c15,16
< DTSTART;TZID=Europe/Athens:20240603T100000
< DTEND;TZID=Europe/Athens:20240603T113000
---
> DTSTART;TZID=Europe/Athens:20240604T100000
> DTEND;TZID=Europe/Athens:20240604T113000
E

same 'a mail is an activity that points to its sender' \
	"crm-import -q <$items/mail.eml | jq -c '[.kind,.subject,.at,.contact,.to,.ext.mail,.attachments[0].name]'" <<'E'
["email","Précis of our meeting","2024-06-03T09:30:05Z","email:eleni@aegean-foods.example",["dana@seller.example","sales@seller.example","jo@seller.example"],"abc.123@aegean-foods.example","offer.pdf"]
E
same 'its text, in its charset' "crm-import -q $items/mail.eml | jq -r .body" <<'E'
Γειά, a line that is joined 
second line
E
same 'an mbox is several' "crm-import -q $items/box.mbox | jq -c '[.subject,.body,.at]'" <<'E'
["one","From the start.","2024-06-03T12:30:05Z"]
["two","Body","2024-06-03T17:31:05Z"]
E
ok 'a mail that was written is read again' \
	"crm-import -q $items/mail.eml | crm-export -p mail | crm-import -q | jq -e '.subject==\"Précis of our meeting\" and .from_name==\"Ελένη Παπα\"'"
same 'Zendesk: a change is spliced into the object' \
	"crm-import -q $items/zendesk.json | jq -c '.status=\"closed\"' | crm-export -q -p zendesk-json | diff $items/zendesk.json - | grep -o '\"status\":\"[a-z]*\"'" <<'E'
"status":"solved"
"status":"hold"
"status":"closed"
"status":"closed"
E
same 'other arrays of the wrapper are no records' \
	"printf '{\"users\":[{\"id\":9}],\"tickets\":[{\"id\":1,\"subject\":\"a\",\"requester_id\":2,\"status\":\"new\",\"via\":{}}]}' | crm-import -q -p zendesk-json | jq -c .ext" <<'E'
{"zendesk":"1"}
E
same 'an invoice from UBL' "crm-import -q $items/invoice.xml | jq -c '[.number,.amount,.currency,.account,.notes,.items[0].name]'" <<'E'
["TOSL108","1729.00","EUR","tax_id:DE123456789","Ordered & delivered","Laptop"]
E
ok 'and to UBL and back' \
	"crm-import -q $items/invoice.xml | jq -c 'del(._src)' >i1; crm-export -q -p ubl i1 | crm-import -q | jq -c 'del(._src)' | cmp - i1"
fails_with 3 'entities are not expanded' \
	"printf '<!DOCTYPE x [<!ENTITY a \"b\">]><Invoice><ID>&a;</ID></Invoice>' | crm-import"
same "Apple's birthday without a year" "crm-import -q $items/apple.vcf | jq -c '[.birthday,.emails,.title]'" <<'E'
["--02-29",["mara@quint.example","mara2@quint.example"],"CEO"]
E
ok 'and the same card back' "crm-import -q $items/apple.vcf | crm-export -q -F vcard | cmp - $items/apple.vcf"
printf 'BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=Windows-1252:Wei\337;J\374rgen\r\nADR;WORK;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:;;Hauptstra=DFe 1;K=F6ln;;50667;\r\nEND:VCARD\r\n' >old.vcf
same 'a 2.1 card of an 8-bit file names its charset once more' \
	"crm-import -q --encoding windows-1252 old.vcf | jq -c '[.name,.address.street,.address.city]'" <<'E'
["Jürgen Weiß","Hauptstraße 1","Köln"]
E
done_testing
