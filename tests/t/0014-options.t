#!/bin/bash
# Random options, operands and input: no program crashes, hangs or ends with a
# status of its own.
. "${0%/*}/../lib.sh"

ok 'a store' 'crm init timezone=Europe/Athens'
cat >good.jsonl <<'EOF'
{"id":"a1","type":"account","name":"Acme","domain":"example.org","address":{"country":"GR","city":"Athens"}}
{"id":"c1","type":"contact","name":"Maria Pappas","emails":["maria@example.org"],"phones":["+302101234567"],"account":"a1","birthday":"--02-29"}
{"id":"c2","type":"contact","name":"محمد علي","account":"a1","preferred_hours":"09:00-17:00","timezone":"Asia/Riyadh"}
{"id":"c3","type":"contact","name":"Μαρία Παππά","emails":["maria@example.org"],"tags":["vip"]}
{"id":"c4","type":"lead","name":"Lead","company":"Acme Oy","status":"new"}
{"id":"d1","type":"deal","name":"Big","account":"a1","contacts":["c1","c2"],"stage":"proposal","amount":"1000.50","currency":"EUR","close_date":"2026-12-24"}
{"id":"d2","type":"deal","name":"Won","account":"a1","stage":"won","amount":"7","currency":"ILS"}
{"id":"t1","type":"ticket","subject":"Late","contact":"c1","status":"solved","opened":"2026-10-01T10:00:00Z","solved":"2026-10-02T10:00:00Z","csat":4}
{"id":"v1","type":"activity","kind":"email","contact":"c1","deal":"d1","at":"2026-11-01T10:00:00Z","body":"about the late delivery"}
{"id":"p1","type":"purchase","contact":"c1","at":"2026-01-01","amount":"12","currency":"EUR"}
{"id":"p2","type":"purchase","contact":"c1","at":"2026-03-01","amount":"30","currency":"EUR"}
{"id":"l1","type":"list","name":"vip","members":["c1"]}
{"id":"s1","type":"survey","contact":"c1","kind":"nps","score":9,"at":"2026-11-01"}
{"id":"n1","type":"consent","contact":"c1","purpose":"news","channel":"email","status":"granted","at":"2026-01-01"}
EOF
printf '%s\n' '{"type":"contact","name":' '[]' '{"type":"deal","amount":"x"}' \
	'{"type":"contact","name":"\ud800"}' '{"id":"c1","type":"contact"}' >bad.jsonl
printf 'Name;E-mail;Amount;"a ""b"""\nMaria;m@example.org;1.000,5;x\nx;"y' >table.csv
printf '%s\n' '{"keep":"c1","merge":["c3"],"_score":0.99}' \
	'{"distinct":["c1","c2"]}' '{"keep":"c1","merge":["c1"]}' >plan.jsonl
head -c 3000 /dev/zero | tr '\0' '\377' >noise
printf 'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Maria\r\nEMAIL:m@example.org\r\nEND:VCARD\r\n' >cards.vcf
printf 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261101T100000Z\r\nSUMMARY:x\r\nEND:VEVENT\r\n' >days.ics
printf '%s\n' '{"fields":[{"field":"name","kind":"name"},{"field":"emails","kind":"email"}]}' >dedupe.json
crm-score --model clv --train good.jsonl >model.json 2>/dev/null || echo '{}' >model.json
: >empty
ok 'its records' 'crm-add -q good.jsonl'
runs=400 seeds=1
[ -z "${CRM_LONG:-}" ] || runs=5000 seeds='2 3 4 5'
for seed in $seeds; do
	ok "$runs random commands, seed $seed" "$src/tests/fuzz/options.pl $seed $runs"
	out_has 'all were run' "^$runs commands, 0 failed"
done
ok 'the store is sound after them' 'crm verify'
done_testing
