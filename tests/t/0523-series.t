#!/bin/bash
# Series of a calendar: a time that was moved, and the zone of those written.
. "${0%/*}/../lib.sh"

crm-import -q "$src/tests/data/items/moved.ics" >x.jsonl
same 'a moved time says of which series, and instead of when' \
	"jq -c '[.recurrence_of,.recurrence_at]' x.jsonl" <<'E'
[null,null]
["abc123@google.com","2026-11-23T09:00:00Z"]
E
ok 'the same bytes back' "crm-export -q -F ics x.jsonl | cmp - $src/tests/data/items/moved.ics"
same 'the agenda has it at its new time alone' \
	"crm-report agenda --now 2026-11-20 --period 2026-11-20..2026-12-10 -F jsonl x.jsonl | jq -c '[.at,.title]'" <<'E'
["2026-11-24T13:00:00Z","Jour fixe (moved)"]
["2026-11-30T09:00:00Z","Jour fixe"]
["2026-12-07T09:00:00Z","Jour fixe"]
E
series() {
	printf '{"id":"%s","type":"activity","kind":"meeting","subject":"S","at":"2026-11-02T09:00:00Z","duration":60,"recurrence":"FREQ=WEEKLY;COUNT=3","timezone":"%s"}\n' "$1" "$2"
}
{ series a Europe/Berlin; series b Europe/Berlin; series c Asia/Kolkata; } | crm-export -q -F ics | tr -d '\r' >out.ics
same 'each zone is defined once, by its rules' "sed -n '/^BEGIN:VTIMEZONE/,/^END:VTIMEZONE/p' out.ics" <<'E'
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
DTSTART:20250330T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20251026T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VTIMEZONE
TZID:Asia/Kolkata
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0530
TZOFFSETTO:+0530
END:STANDARD
END:VTIMEZONE
E
for z in America/New_York Africa/Casablanca Australia/Lord_Howe America/Sao_Paulo; do
	series a "$z" | crm-export -q -F ics | sed "s,$z,Own/Zone,g" >own.ics
	is "$z: read by its definition alone" "$(crm-import -q own.ics | jq -r .at)" 2026-11-02T09:00:00Z
done
done_testing
