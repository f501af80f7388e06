#!/bin/bash
# Scoring by rules: points, limits, decay, reasons that add up, the clock.
. "${0%/*}/../lib.sh"
need jq

cat >rules.json <<'E'
{
	"name": "test", "min": 0, "max": 50,
	"grades": {"A": 10, "B": 5},
	"groups": [
		{"name": "fit", "fit": true},
		{"name": "doing", "max": 30},
		{"name": "bad"}
	],
	"rules": [
		{"name": "boss", "group": "fit", "points": 10, "when": "title:CEO"},
		{"name": "greek", "group": "fit", "points": 2.5, "when": "address.country:GR"},
		{"name": "call", "group": "doing", "points": 10, "half_life": "10d", "event": "activity kind:call"},
		{"name": "visit", "group": "doing", "points": 4, "cap": 6, "linear": "10d", "event": "activity kind:web"},
		{"name": "meeting", "group": "doing", "points": 8, "times": 2, "steps": {"10d": 100, "30d": 25}, "event": "activity kind:meeting"},
		{"name": "bounced", "group": "bad", "points": -5, "when": "bounced:any"}
	]
}
E
line() {
	printf '{"id":"%s","type":"contact","name":"N"%s}\n' "$1" "$2"
}
score="crm-score --rules rules.json"
same 'fit: points and grade' "line a ',\"title\":\"CEO\",\"address\":{\"country\":\"GR\"}' | $score | jq -c '[._score,._grade,._why]'" <<'E'
[12.5,"A",[{"rule":"boss","points":10},{"rule":"greek","points":2.5}]]
E
call() {
	printf '{"kind":"%s","at":"%s"}' "$1" "$2"
}
same 'half of it after the half-life' \
	"line a ',\"activities\":[$(call call 2026-11-11T12:00:00Z)]' | $score | jq -c '[._score,._grade,._why]'" <<'E'
[5,"F",[{"rule":"call","points":5,"events":1,"last":"2026-11-11T12:00:00Z"}]]
E
same 'an event after the clock does not count yet' \
	"line a ',\"activities\":[$(call call 2026-11-21T12:00:01Z)]' | $score | jq -c '[._score,._why]'" <<'E'
[0,[]]
E
same 'a cap of a rule, linear decay' \
	"line a ',\"activities\":[$(call web 2026-11-16T12:00:00Z),$(call web 2026-11-21T12:00:00Z),$(call web 2026-11-20T12:00:00Z)]' | $score | jq -c '[._score,._why[0].events]'" <<'E'
[6,3]
E
same 'only the newest, in steps' \
	"line a ',\"activities\":[$(call meeting 2026-10-30T12:00:00Z),$(call meeting 2026-01-01T12:00:00Z),$(call meeting 2026-11-20T12:00:00Z)]' | $score | jq -c '[._score,._why[0].events]'" <<'E'
[10,3]
E
many=$(for i in 1 2 3 4 5; do call call "2026-11-21T0$i:00:00Z"; printf ,; done)
same 'limits of groups and of the whole stand among the reasons' \
	"line a ',\"bounced\":[\"a@b.c\"],\"activities\":[${many%,}]' | $score | jq -c '[._score,([._why[].points]|add*100|round/100),[._why[].rule]]'" <<'E'
[25,25,["call","bounced","limit:doing"]]
E
line a ",\"title\":\"CEO\",\"activities\":[$(call call 2026-11-11T12:00:00Z)]" >one.jsonl
line b ',"bounced":["x@y.z"]' >>one.jsonl
ok 'the score of a day is the score that was computed then' \
	"CRM_NOW=2026-11-15T00:00:00Z $score one.jsonl >then && $score --now 2026-11-15T00:00:00Z one.jsonl | cmp - then"
ok 'partial and combined: the same bytes' "$score one.jsonl >whole && $score --partial one.jsonl | $score --combine | cmp - whole"
printf '{"type":"activity","id":"e1","kind":"call","contact":"a","at":"2026-11-11T12:00:00Z"}\n' >event.jsonl
same 'events on lines of their own, from another part' \
	"sed -i 's/\"min\": 0,/\"types\": [\"contact\"], \"min\": 0,/' rules.json
	{ $score --partial event.jsonl; line a ',\"title\":\"CEO\"' | $score --partial; } | $score --combine | jq -c '[.id,._score]'" <<'E'
["a",15]
E
same '--write: lines for crm-edit' "$score --write lead_score one.jsonl" <<'E'
{"id":"a","type":"contact","lead_score":15}
{"id":"b","type":"contact","lead_score":0}
E
sed 's/"half_life": "10d"/"half_life": "soon"/' rules.json >wrong.json
fails_with 2 'a wrong rules file' 'crm-score --rules ./wrong.json one.jsonl'
err_has 'names file, line and rule' "wrong.json:12: rule 'call': 'half_life': not a duration"
sed 's/activity kind:call/actvity kind:call/' rules.json >wrong.json
fails_with 2 'a wrong condition' 'crm-score --rules ./wrong.json one.jsonl'
err_has 'names the rule, too' "wrong.json:12: rule 'call': 'event': "
sed 's/"group": "bad"/"group": "bed"/' rules.json >wrong.json
fails_with 2 'an unknown group' 'crm-score --rules ./wrong.json one.jsonl'
sed '/"bounced", "group"/s/"group": "bad", //' rules.json >wrong.json
fails_with 2 'no group where there are several' 'crm-score --rules ./wrong.json one.jsonl'
err_has 'at its line' "wrong.json:15: rule 'bounced': no 'group'"
for f in b2b b2c; do
	same "$f: shipped rules load, reasons add up" \
		"crm-score --rules $f one.jsonl | jq -c '((([._why[].points]|add // 0) - ._score)|fabs < 0.001)' | sort -u" <<'E'
true
E
done
fails_with 2 'an unknown model' 'crm-score --model magic one.jsonl'
fails_with 2 'rules are not trained' 'crm-score --train one.jsonl'
printf '%s\n' '{"id":"l1","type":"lead","title":"CEO","status":"converted","created":"2026-01-01T00:00:00Z","statuses":[{"status":"converted","at":"2026-11-01T00:00:00Z"}]}' \
	'{"id":"l2","type":"lead","status":"unqualified","created":"2026-01-01T00:00:00Z","statuses":[{"status":"unqualified","at":"2026-11-01T00:00:00Z"}]}' \
	'{"id":"l3","type":"lead","title":"CEO","status":"converted","created":"2026-01-01T00:00:00Z","statuses":[{"status":"converted","at":"2026-02-01T00:00:00Z"}]}' >leads.jsonl
sed -i 's/"types": \["contact"\], //' rules.json
same 'back-test: only what was open on the day counts' \
	"$score --backtest --as-of 2026-10-01 --horizon 60d leads.jsonl | jq -c '[.model,.n,.hits,.auc]'" <<'E'
["rules",2,1,1]
E

seq 1 9 | sed 's/.*/{"id":"l&","type":"contact","name":"n"}/' >nine
is '-l limits' "$(crm-score -l 2 nine | wc -l)" 2
done_testing
