#!/bin/bash
# The recipes, run as cron runs them: next to no environment, no terminal. The
# first run does its job, the second changes nothing.
. "${0%/*}/../lib.sh"

recipes=$src/share/crm/recipes
[ -z "${INSTALLED:-}" ] || recipes=$BUILD/share/crm/recipes
export CRM_NOW=2026-11-19T10:00:00Z # a Thursday
outbox=$scratch/outbox

cron() {
	env -i PATH="$BUILD/bin:/usr/bin:/bin" HOME="$HOME" CRM_STORE="$CRM_STORE" \
		CRM_NOW="$CRM_NOW" ${CRM_DATADIR:+CRM_DATADIR="$CRM_DATADIR"} LC_ALL=C \
		CRM_ACTOR=cron CRM_OUTBOX="$outbox" SENDMAIL=cat \
		"$recipes/$1" "${@:2}" </dev/null
}

digest() {
	crm status --digest -F jsonl | grep -o '"digest":"[^"]*"'
}

# both RECIPE [OPERAND...]: two runs; the second leaves the store as it is.
both() {
	ok "$1 runs" "cron $*"
	err_empty "$1 has nothing to complain about"
	first=$out
	digest >before
	ok "$1 runs again" "cron $*"
	is "$1 prints the same or nothing" "${out:-$first}" "$first"
	digest >after
	ok "$1 changes nothing the second time" 'cmp before after'
}

# A scheduler sees by the status that a run failed.
fails_with_some() {
	run "$2"
	[ "$rc" != 0 ] && [ "$rc" -lt 126 ]
	verdict $? "$1" "exit status: $rc" "stderr: $err"
}

crm init -q
crm-add -q <<'EOF'
{"type":"user","id":"ann","name":"Ann","email":"ann@example.com","role":"sales","territory":["GR","CY"]}
{"type":"user","id":"bob","name":"Bob","email":"bob@example.com","role":"sales"}
{"type":"user","id":"meg","name":"Meg","email":"meg@example.com","role":"manager"}
{"type":"account","id":"acme","name":"Acme","domain":"acme.example"}
{"type":"contact","id":"maria","name":"Maria  Doe","emails":["maria@ACME.example"],"address":{"country":"GR"},"timezone":"UTC","birthday":"1980-11-19"}
{"type":"contact","id":"silent","name":"Never Asked","emails":["silent@acme.example"],"timezone":"UTC","birthday":"1981-11-19"}
{"type":"contact","id":"gone","name":"Said No","emails":["gone@acme.example"],"timezone":"UTC","birthday":"1982-11-19"}
{"type":"consent","id":"c1","contact":"maria","purpose":"marketing","channel":"email","basis":"consent","status":"granted","proof":"form","at":"2026-01-01T00:00:00Z"}
{"type":"consent","id":"c2","contact":"maria","purpose":"service","channel":"email","basis":"consent","status":"granted","proof":"form","at":"2026-01-01T00:00:00Z"}
{"type":"consent","id":"c3","contact":"gone","purpose":"marketing","channel":"email","basis":"consent","status":"granted","proof":"form","at":"2026-01-01T00:00:00Z"}
{"type":"consent","id":"c4","contact":"gone","purpose":"marketing","channel":"email","basis":"consent","status":"withdrawn","proof":"form","at":"2026-02-01T00:00:00Z"}
{"type":"lead","id":"l1","name":"Lea One","emails":["l1@x.example"],"status":"new","address":{"country":"GR"}}
{"type":"lead","id":"l2","name":"Leo Two","emails":["l2@x.example"],"status":"new","address":{"country":"US"}}
{"type":"lead","id":"l3","name":"Lia Three","emails":["l3@x.example"],"status":"new"}
{"type":"lead","id":"l4","name":"Lou Four","emails":["l4@x.example"],"status":"working"}
{"type":"deal","id":"d1","name":"Ropes","account":"acme","contacts":["maria"],"stage":"proposal","amount":"1000.00","currency":"EUR","close_date":"2026-11-25","owner":"ann"}
{"type":"deal","id":"d2","name":"Ships","account":"acme","stage":"won","amount":"9000.00","currency":"EUR","close_date":"2026-11-18","owner":"bob"}
{"type":"deal","id":"d3","name":"Later","account":"acme","stage":"proposal","amount":"5.00","currency":"EUR","close_date":"2027-03-01"}
{"type":"ticket","id":"t1","subject":"Late","status":"open","priority":"normal","contact":"maria","opened":"2026-11-02T09:00:00Z"}
{"type":"ticket","id":"t2","subject":"Done","status":"solved","priority":"normal","contact":"maria","opened":"2026-11-18T09:00:00Z"}
{"type":"contract","id":"k1","name":"Support","account":"acme","contact":"maria","start":"2025-12-15","end":"2026-12-15","status":"active"}
{"type":"goal","id":"g1","metric":"won.count","target":3,"period":"2026"}
{"type":"goal","id":"g2","metric":"won.count","target":1,"period":"2026"}
EOF
is 'the store is filled' "$(crm-find --count)" 23

both nightly-clean.sh
same 'values are in their standard form' 'crm-find contact id:maria -f name,emails' <<'EOF'
{"name":"Maria Doe","emails":["maria@acme.example"]}
EOF

both follow-ups.sh
same 'the deal that closes soon has its task' \
	'crm-find activity -f id,kind,deal,due,owner' <<'EOF'
{"id":"task.closing.d1.2026-11-25","kind":"task","deal":"d1","due":"2026-11-25","owner":"ann"}
EOF
crm-edit -q task.closing.d1.2026-11-25 done:=true subject=asked
both follow-ups.sh
same 'a task that was done stays so' 'crm-find activity -f subject,done' <<'EOF'
{"subject":"asked","done":true}
EOF
crm-edit -q d1 close_date=2026-11-26
both follow-ups.sh
is 'a new due date is a new task' "$(crm-find activity --count)" 2

both onboarding.sh
same 'a won deal has the tasks of the template' \
	"crm-find activity deal:d2 --sort due -f id,due,owner" <<'EOF'
{"id":"task.onboarding.d2.welcome","due":"2026-11-20","owner":"bob"}
{"id":"task.onboarding.d2.kickoff","due":"2026-11-22","owner":"bob"}
{"id":"task.onboarding.d2.access","due":"2026-11-26","owner":"bob"}
{"id":"task.onboarding.d2.review","due":"2026-12-19","owner":"bob"}
EOF
digest >before
CRM_NOW=2026-11-20T10:00:00Z cron onboarding.sh
digest >after
ok 'nor does the next day move them' 'cmp before after'

both assign-territory.sh
both assign-round-robin.sh
same 'leads go to their territory, the rest in turn' \
	'crm-find lead owner:any -f id,owner' <<'EOF'
{"id":"l1","owner":"ann"}
{"id":"l2","owner":"bob"}
{"id":"l3","owner":"ann"}
EOF

both sla-escalation.sh meg
same 'a late ticket is urgent and has a task' \
	'crm-find ticket tag:escalated -f id,priority; crm-find activity ticket:any -f id,owner' <<'EOF'
{"id":"t1","priority":"urgent"}
{"id":"task.sla.t1","owner":"meg"}
EOF

both birthday-letters.sh
both renewal-letters.sh
both survey.sh
same 'letters go to those who agreed, and to nobody else' "ls '$outbox'" <<'EOF'
mail.birthday.maria.2026-11-19.eml
mail.renewal.maria.2026-12-15.eml
mail.survey.maria.t2.eml
EOF
ok 'a letter is a message' "cat '$outbox/mail.survey.maria.t2.eml'"
out_has 'to the person' '^To: .*maria@acme\.example'
out_has 'by name' '^Dear Maria Doe,'
rm "$outbox"/*
cron survey.sh
is 'a letter that was sent is not written again' "$(ls "$outbox")" ''

both weekly-mail.sh pipeline forecast
is 'a mail to the managers for each report' \
	"$(grep -c '^To: meg@example\.com$' <<<"$first")" 2
out=$first
out_has 'as HTML too' '^Content-Type: text/html'

both goal-alert.sh
is 'the missed goal is a payload for Slack' "$first" \
	'{"text":"Goals missed\nwon.count, 2026: 1 of 3"}
'
crm-edit -q g1 target=1
same 'nothing when all goals are met' 'cron goal-alert.sh' </dev/null

rm -r "$CRM_STORE"
for r in "$recipes"/*.sh; do
	[ "${r##*/}" = letters.sh ] ||
		fails_with_some "${r##*/} without a store fails" "cron ${r##*/} operand"
	ok "${r##*/} says how to run it" \
		"sed -n '2,/^set -eu/p' '$r' | grep -Eq '^#   ([0-9*]|\.\.\.)'"
done
done_testing
