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

# what differs by country, where the file is about the whole store
for c in FI GR; do
	crm init -q -s $c && crm config -s $c country $c
done
cat >points.json <<'E'
{"types":["lead"],"groups":[{"name":"fit"}],"rules":[{"name":"call","group":"fit","when":"phones:any","points":3}],
 "overlays":{"GR":{"rules":[{"name":"call","points":9}]}}}
E
for c in FI=3 GR=9 none=3; do
	is "points in ${c%=*}" "$(CRM_STORE=$PWD/${c%=*} crm-score --rules ./points.json lead.jsonl | jq ._score)" "${c#*=}"
done
echo '{"include":"activity.json","by":["kind"],"overlays":{"GR":{"by":["owner"]}}}' >land.json
same 'a report of the land' 'for c in FI GR; do crm-report -s $c ./land.json -F jsonl acts.jsonl | jq -c keys_unsorted[0]; done' <<'E'
"kind"
"owner"
E
cat >stages.json <<'E'
{"stages":[{"name":"new","order":1,"kind":"open"},{"name":"won","order":2,"kind":"won"}],
 "overlays":{"GR":{"stages":[{"name":"νέο","order":1,"kind":"open"},{"name":"won","order":2,"kind":"won"}]}}}
E
for c in FI GR; do
	ok "stages for $c" "crm schema -s $c add stages.json"
done
ok 'those of its country are its stages' 'crm-add -q -s GR deal name=D stage=νέο'
err_empty 'without a word'
ok 'but not of another' 'crm-add -q -s FI deal name=D stage=νέο'
err_has 'which says so' "no such stage: 'νέο'"
echo '{"include":"stages.json"}' >more.json
ok 'a stage file includes another' 'crm schema -s FI add more.json'
done_testing
