#!/bin/bash
# Retention rules: by type and field, from a rule file.
. "${0%/*}/../lib.sh"

crm init -q
cat >in <<'END'
{"type":"contact","id":"old","name":"Old","emails":["o@x.example"],"created":"2023-01-01T00:00:00Z","updated":"2024-11-20T00:00:00Z"}
{"type":"contact","id":"new","name":"New","emails":["n@x.example"],"created":"2023-01-01T00:00:00Z","updated":"2024-11-22T00:00:00Z"}
{"type":"contact","id":"ancient","name":"Ancient","emails":["a@x.example"],"updated":"2020-01-01T00:00:00Z","created":"2020-01-01T00:00:00Z"}
{"type":"lead","id":"l1","name":"L","emails":["l@x.example"],"status":"unqualified","updated":"2025-11-01T00:00:00Z","created":"2025-01-01T00:00:00Z"}
{"type":"lead","id":"l2","name":"M","emails":["m@x.example"],"status":"working","updated":"2025-11-01T00:00:00Z","created":"2025-01-01T00:00:00Z"}
{"type":"activity","id":"a1","kind":"call","body":"said","at":"2023-01-01T00:00:00Z"}
{"type":"activity","id":"a2","kind":"call","subject":"no text","at":"2023-01-01T00:00:00Z"}
{"type":"activity","id":"a3","kind":"call","body":"said","at":"2024-01-01T00:00:00Z"}
END
crm-add -q in
find_() {
	echo "crm-check -a --only retention.overdue ${1:-} -F values -f id,field,message"
}
same_after 1 'the default: people, three years' "$(find_) --fail-on info" <<'END'
ancient		personal data not touched for 2516 days; the limit is 1095
END
same_after 1 'the shipped rules' "$(find_ '--rules retention') --fail-on warning" <<'END'
old		the record is kept for 731 days; the limit is 730
ancient		the record is kept for 2516 days; the limit is 730
l1		the record is kept for 385 days; the limit is 365
a1	body	kept for 1420 days; the limit is 1095
END
echo '{"retention":[{"type":"contact","field":"email","days":30,"since":"created","when":"name:Old"}],"rules":{"retention.overdue":"error"}}' >own.json
same_after 1 'own ones: the field by any of its names, others as ever' "$(find_ '--rules ./own.json')" <<'END'
old	emails	kept for 1420 days; the limit is 30
ancient		personal data not touched for 2516 days; the limit is 1095
END
echo '{"rules":{"retention.overdue":{"severity":"warning","days":800}}}' >days.json
same_after 1 'another limit for all' "$(find_ '--rules ./days.json') --fail-on warning" <<'END'
ancient		personal data not touched for 2516 days; the limit is 800
END
ok 'over lines, without a store' 'crm-find contact | CRM_STORE=/nowhere crm-check --rules retention --only retention.overdue --fail-on error'
for r in '"x"' '{}' '{"type":"nobody","days":1}' '{"type":"lead"}' '{"type":"lead","days":0}' '{"type":"lead","days":"1"}' '{"type":"lead","days":1,"field":"nix"}' '{"type":"lead","days":1,"since":"name"}' '{"type":"lead","days":1,"what":"x"}'; do
	echo "{\"retention\":[$r]}" >bad.json
	fails_with 2 "no rule: $r" 'crm-check --rules ./bad.json in'
done
done_testing
