#!/bin/bash
# Who may be contacted: the ledger, addresses, preferences, the hour there.
. "${0%/*}/../lib.sh"
need jq
crm init -q timezone=Europe/Athens country=GR
person() {	# ID, more members
	printf '{"id":"%s","type":"contact","name":"%s","emails":["%s@x.example"]%s}\n' "$1" "$1" "$1" "${2:-}"
}
says() {	# CONTACT STATUS AT, more members
	printf '{"type":"consent","contact":"%s","purpose":"news","channel":"email","status":"%s","at":"%s"%s}\n' "$1" "$2" "$3" "${4:-}"
}
{
	person silent
	person yes
	says yes denied 2025-01-01T00:00:00Z
	says yes granted 2025-02-01T00:00:00Z
	person no
	says no denied 2025-03-01T00:00:00Z
	person back	# the newest word was stored first
	says back withdrawn 2025-05-01T00:00:00Z
	says back granted 2025-04-01T00:00:00Z
	person old
	says old granted 2024-01-01T00:00:00Z ',"expires":"2026-01-01T00:00:00Z"'
	person stale
	says stale granted 2023-01-01T00:00:00Z ',"basis":"legitimate_interest"'
	person dead ',"bounced":["DEAD@x.example"]'
	says dead granted 2025-01-01T00:00:00Z
	echo '{"id":"mute","type":"contact","name":"mute","phones":["+302101234567"]}'
	says mute granted 2025-01-01T00:00:00Z
	person caller ',"preferred_channel":"phone"'
	says caller granted 2025-01-01T00:00:00Z
	person far ',"timezone":"America/New_York"'
	says far granted 2025-01-01T00:00:00Z
	person owl ',"preferred_hours":"tue-thu 21:00-23:00"'
	says owl granted 2025-01-01T00:00:00Z
	echo '{"id":"lead","type":"lead","name":"L","emails":["l@x.example"],"address":{"city":"Athens"}}'
	echo '{"type":"consent","contact":"lead","status":"granted","at":"2025-01-01T00:00:00Z"}'
	echo '{"id":"acme","type":"account","name":"Acme"}'
} >in.jsonl
ok 'a store' 'crm-add -q in.jsonl'
ask='crm-consent --purpose news --channel email'
noon=2026-11-18T10:00:00Z	# a Wednesday; 12 in Athens, 5 in New York
same 'those who agreed, and whose time it is' "$ask -a --at $noon -F ids" <<'X'
yes
lead
X
same 'why not the others' "$ask -a --at $noon --why 2>&1 >/dev/null" <<'X'
{"id":"silent","allowed":false,"reason":"none"}
{"id":"no","allowed":false,"reason":"denied","since":"2025-03-01T00:00:00Z"}
{"id":"back","allowed":false,"reason":"withdrawn","since":"2025-05-01T00:00:00Z"}
{"id":"old","allowed":false,"reason":"expired","since":"2026-01-01T00:00:00Z"}
{"id":"stale","allowed":false,"reason":"expired","since":"2025-12-31T00:00:00Z"}
{"id":"dead","allowed":false,"reason":"suppressed"}
{"id":"mute","allowed":false,"reason":"no_address"}
{"id":"caller","allowed":false,"reason":"denied"}
{"id":"far","allowed":false,"reason":"quiet","since":"2026-11-18T01:00:00Z"}
{"id":"owl","allowed":false,"reason":"quiet","since":"2026-11-17T21:00:00Z"}
X
at() {
	echo "crm-find contact id=$1 | $ask --at $2 --why -F ids 2>&1"
}
same 'the hour of New York' "$(at far 2026-11-18T15:00:00Z)" <<'X'
far
X
same 'the hours somebody asked for' "$(at owl 2026-11-18T19:30:00Z)" <<'X'
owl
X
same 'night' "$(at yes 2026-11-18T18:00:00Z)" <<'X'
{"id":"yes","allowed":false,"reason":"quiet","since":"2026-11-18T18:00:00Z"}
X
same 'Saturday' "$(at yes 2026-11-21T10:00:00Z)" <<'X'
{"id":"yes","allowed":false,"reason":"weekend","since":"2026-11-20T22:00:00Z"}
X
same 'Sunday, too, since Saturday' "$(at yes 2026-11-22T10:00:00Z)" <<'X'
{"id":"yes","allowed":false,"reason":"weekend","since":"2026-11-20T22:00:00Z"}
X
same 'a holiday' "$(at yes 2027-03-25T10:00:00Z)" <<'X'
{"id":"yes","allowed":false,"reason":"holiday","since":"2027-03-24T22:00:00Z"}
X
same 'a movable one' "$(at yes 2027-04-30T10:00:00Z)" <<'X'
{"id":"yes","allowed":false,"reason":"holiday","since":"2027-04-29T21:00:00Z"}
X
crm-edit -q yes address.country=GR
is 'reachable: knows them, too' "$(crm-find contact id=yes reachable:now --now 2026-10-27T10:00:00Z --count)$(crm-find contact id=yes reachable:now --now 2026-10-28T10:00:00Z --count)" 10
crm-edit -q yes address.country=
same 'before anything was said' "$(at yes 2024-11-19T10:00:00Z)" <<'X'
{"id":"yes","allowed":false,"reason":"none"}
X
same 'a date is the end of that day' "$(at yes 2026-11-18)" <<'X'
{"id":"yes","allowed":false,"reason":"quiet","since":"2026-11-18T18:00:00Z"}
X
same 'another purpose is another question' \
	"crm-find contact id=yes | crm-consent --purpose survey --channel email --why -F ids 2>&1" <<'X'
{"id":"yes","allowed":false,"reason":"none"}
X
same 'ids alone: the store knows the rest' \
	"printf '{\"id\":\"yes\"}\n{\"id\":\"dead\"}\n{\"name\":\"who\"}\n' | $ask --at $noon --why 2>&1" <<'X'
{"id":"dead","allowed":false,"reason":"suppressed"}
{"id":"line:3","allowed":false,"reason":"none"}
{"id":"yes","_consent":{"purpose":"news","channel":"email","at":"2026-11-18T10:00:00Z"}}
X
same 'post at any hour, where there is an address' \
	'crm-add -q consent contact=yes channel=post purpose=news status=granted at=2025-01-01T00:00:00Z
	 crm-find contact id=yes | crm-consent --purpose news --channel post --why 2>&1
	 crm-edit -q yes address.city=Athens
	 crm-find contact id=yes | crm-consent --purpose news --channel post --why -F ids 2>&1' <<'X'
{"id":"yes","allowed":false,"reason":"no_address"}
yes
X
same 'fields through references' \
	"crm-edit -q yes account=acme && crm-find contact id=yes | $ask --at $noon -f name,account.name" <<'X'
{"name":"yes","account.name":"Acme"}
X
ok '-q: somebody may' "crm-find contact id=yes | $ask -q --at $noon"
is 'and nothing is printed' "$out$err" ''
fails_with 1 '-q: nobody may' "crm-find contact id=no | $ask -q --at $noon"
fails_with 1 '-e' "crm-find contact id=no | $ask -e --at $noon"
ok 'nobody is no failure' "crm-find contact id=no | $ask --at $noon"
fails_with 3 'an account is nobody' "crm-find account | $ask"
err_has 'and said so' 'neither a contact nor a lead'
fails_with 2 'without a purpose' 'crm-consent --channel email </dev/null'
fails_with 2 'a time that is none' "$ask --at soonish </dev/null"
fails_with 4 'without a store' "$ask -s /nowhere/at/all </dev/null"

for r in gdpr ccpa lgpd; do
	ok "the rules of $r" "crm-find contact id=yes | $ask --at $noon --rules $r -e"
done
echo '{"include":"gdpr.json","channels":{"email":{"hours":"00:00-24:00","weekend":true}},"preferred_channel":false}' >own.json
ok 'rules of one'\''s own' "crm-find contact id=caller | $ask --at 2026-11-21T23:00:00Z --rules ./own.json -e"
for r in '[]' '{"holidays":5}' '{"bases":[]}' '{"channels":[1]}' '{"holidays":{"GR":"--01-01"}}' '{"hours":1}' '{"channels":{"*":{"hours":"late"}}}' '{"bases":{"x":{"days":-1}}}' '{"holidays":{"*":["x"]}}'; do
	echo "$r" >bad.json
	fails_with 2 "rules that are none: $r" "$ask --rules bad.json </dev/null"
done

printf 'To: {{emails.0}}\n' >letter.eml
same 'a letter only to those who were let through' \
	"crm-find contact id:no,back,old,yes,silent | $ask --at $noon | crm-export --template letter.eml | tr -d '\\r' | grep ^To:" <<'X'
To: <yes@x.example>
X
printf 'Dear {{name}}\n{{_address}}\n' >letter.txt
printf '{{name}}\n' >label.txt
for to in '-p mail' '-p marketo' '-p pardot' '--template letter.eml' '--template letter.txt'; do
	fails_with 3 "$to: no pass, no letter" "crm-find lead | crm-export $to"
	err_has 'and said so' '^crm-export: -:1: no consent: crm-consent --purpose P --channel (email|C) has not let this person through .--no-consent-check.$'
	ok "$to: --no-consent-check" "crm-find lead | crm-export --no-consent-check $to"
	ok "$to: one that passed" "crm-find lead | $ask --at $noon | crm-export $to"
	fails_with 3 "$to: not with -a" "crm-export -a -t lead $to"
done
ok 'other templates and tables ask nobody' 'crm-find contact id:yes | crm-export --template label.txt && crm-find contact | crm-export -F csv'
fails_with 3 'a pass for another channel' "crm-find contact id:yes | crm-consent --purpose news --channel post | crm-export -p mail"
ok 'a letter takes any' "crm-find contact id:yes | crm-consent --purpose news --channel post | crm-export --template letter.txt"
same 'the mark can be asked for, and the last pass counts' \
	"crm-find contact id:yes | crm-consent --purpose news --channel post --at $noon | $ask --at $noon -f id,_consent" <<'X'
{"id":"yes","_consent":{"purpose":"news","channel":"email","at":"2026-11-18T10:00:00Z","to":"47065ba4fcd4a89c"}}
X
fails_with 3 'an address that was changed after the pass' "crm-find contact id:yes | $ask --at $noon | sed 's/yes@x/other@x/' | crm-export -p mail"
ok 'another change is none' "crm-find contact id:yes | $ask --at $noon | sed 's/\"name\":\"yes\"/\"name\":\"Y\"/; s/yes@x/YES@x/' | crm-export -p mail"
is 'it is never stored' "$(crm-find contact id:yes | $ask --at $noon | crm-add --upsert id | grep -c _consent)" 0

# Somebody who was erased, named by a list from elsewhere.
person victim | crm-add -q
says victim granted 2025-01-01T00:00:00Z | crm-add -q
crm-rm -q --erase victim
same 'who was erased is suppressed' "echo '{\"type\":\"contact\",\"emails\":[\"Victim@X.example\"]}' | $ask --at $noon --why 2>&1" <<'X'
{"id":"line:1","allowed":false,"reason":"suppressed","since":"2026-11-21T00:00:00Z"}
X
person victim | crm-add -q --allow-suppressed 2>/dev/null
says victim granted 2027-01-01T00:00:00Z | crm-add -q
same 'until a later word' "crm-find contact id=victim | $ask --at 2027-01-13T10:00:00Z -F ids" <<'X'
victim
X
same 'what a lead said holds for the contact it became' \
	"crm-convert -q lead
	 crm-find contact emails=l@x.example | $ask --at $noon --why -f name 2>&1
	 crm-add -q consent contact=lead status=withdrawn at=2026-01-01T00:00:00Z
	 crm-find contact emails=l@x.example | $ask --at $noon --why -f name 2>&1 | jq -c .reason" <<'X'
{"name":"L"}
"withdrawn"
X

# A country of several zones: the hour has to suit all of them, its holidays count.
person us ',"address":{"country":"US"},"phones":["+302101234567"]' | crm-add -q
says us granted 2025-01-01T00:00:00Z | crm-add -q
for x in 10:quiet 15:quiet 19:us 23:us; do
	is "somewhere in the United States at ${x%:*}" "$(crm-find contact id=us | $ask --at 2026-11-18T${x%:*}:30:00Z --why -F ids 2>&1 | sed 's/.*"reason":"\([a-z]*\).*/\1/')" "${x#*:}"
done
is 'Thanksgiving' "$(crm-find contact id=us | $ask --at 2026-11-26T19:30:00Z --why 2>&1 | jq -r .reason)" holiday
crm-edit -q us do_not_contact=yes
is 'marks of other systems' "$(crm-find contact id=us | $ask --at 2026-11-18T19:30:00Z --why 2>&1 | jq -r .reason)" suppressed

# The ledger only grows.
crm-add -q contact id=led name=Led email=led@x.example
crm-add -q consent id=said contact=led purpose=news status=granted at=2026-01-01T00:00:00Z
for e in status=withdrawn proof=x channel=email expires=2027-01-01T00:00:00Z contact=yes purpose= ; do
	fails_with 3 "what was said stays: $e" "crm-edit said $e"
	err_has 'and why' 'is written once: add another consent that says so'
done
fails_with 3 'nor by an upsert' 'crm-add --upsert id consent id=said status=denied'
fails_with 3 'nor is it deleted' 'crm-rm said'
err_has 'which says what to do' "'said' is kept: add another consent that takes it back"
ok 'what is beside it may change' 'crm-edit -q said notes=x && crm-add -q --upsert id consent id=said status=granted'
ok 'a slip can be undone' 'crm-add -q consent id=slip contact=led purpose=news status=denied && crm-history -q undo last'
ok 'and goes with the contact' 'crm-rm -q --cascade led'
is 'both' "$(crm-find any id:said,slip,led --count)" 0
done_testing
