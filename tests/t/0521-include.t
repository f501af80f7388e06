#!/bin/bash
# Rule, scoring and report files that build on others.
. "${0%/*}/../lib.sh"

mkdir team && cat >team/base.json <<'E'
{"rules":{"name.case":"error","stale":"off"},"require":{"account":["domain"]}}
E
cat >team/ours.json <<'E'
{"include":["base.json","strict.json"],"rules":{"name.case":"warning"},"overlays":{"GR":{"rules":{"name.case":"off"}}}}
E
echo '{"type":"contact","name":"MARIA PAPA","emails":["m@acme.gr"],"account":"x:1"}' >shout.jsonl
fails_with 1 'beside the including file' 'crm-check -q --rules team/ours.json --only name.case shout.jsonl'
sed 's/}$/,"address":{"country":"GR"}}/' shout.jsonl >greek.jsonl
fails_with 0 'an overlay wins for its country' 'crm-check -q --rules team/ours.json --only name.case greek.jsonl'
same_after 1 'the shipped file beside it' "echo '{\"type\":\"deal\",\"name\":\"d\",\"stage\":\"new\",\"amount\":\"1\",\"currency\":\"EUR\"}' | crm-check --rules team/ours.json --only required.missing" <<'E'
-:1: required.missing: 'close_date': required, but missing
E
if [ -x "$BUILD/bin/crm-score" ]; then
	echo '{"include":"b2b.json","rules":[{"name":"phone-known","points":40}]}' >mine.json
	echo '{"id":"a","type":"lead","phones":["+302101234567"]}' >lead.jsonl
	crm-score lead.jsonl >shipped
	crm-score --rules ./mine.json lead.jsonl >own
	is 'a scoring file changes one rule of the shipped ones' \
		"$(grep -o '"rule":"phone-known","points":[0-9]*' shipped own | tr '\n' ' ')" \
		'shipped:"rule":"phone-known","points":5 own:"rule":"phone-known","points":40 '
fi
if [ -x "$BUILD/bin/crm-report" ]; then
	echo '{"include":"activity.json","by":["kind"]}' >kinds.json
	echo '{"id":"t","type":"activity","kind":"call","owner":"m","at":"2026-11-20T10:00:00Z"}' >acts.jsonl
	ok 'a report changes its grouping' 'crm-report ./kinds.json -F jsonl acts.jsonl'
	out_has 'kinds only' '^\{"kind":"call","count":1'
fi
done_testing
