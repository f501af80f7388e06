#!/bin/bash
# crm-add: inserting lines and assignments, echo, rejects, atomicity.
. "${0%/*}/../lib.sh"
crm init -q

same 'a line is echoed as stored: order, stamps, rev' \
	'echo "{\"name\":\"Eleni\",\"type\":\"contact\",\"id\":\"c1\",\"zz\":1}" | crm-add' <<'END'
{"id":"c1","type":"contact","rev":1,"name":"Eleni","zz":1,"created":"2026-11-21T12:00:00Z","updated":"2026-11-21T12:00:00Z"}
END
same 'assignments: type first, singular list, nested leaf' \
	'crm-add contact id=c2 name="Matti Möttönen" email=matti@example.fi phone=+358401234567 city=Oulu country=FI tags+=vip' <<'END'
{"id":"c2","type":"contact","rev":2,"name":"Matti Möttönen","emails":["matti@example.fi"],"phones":["+358401234567"],"address":{"city":"Oulu","country":"FI"},"tags":["vip"],"created":"2026-11-21T12:00:00Z","updated":"2026-11-21T12:00:00Z"}
END
ok 'an id is made' 'crm-add -t lead name=Dana'
out_has 'a ULID' '^\{"id":"[0-7][0-9A-HJKMNP-TV-Z]{25}","type":"lead"'
ok 'money keeps its text' 'crm-add deal id=d1 name=X amount=1234.50 currency=EUR close_date=+14d stage=new'
out_has 'as a string; the date is worked out' '"amount":"1234.50","currency":"EUR","close_date":"2026-12-05"'
out_has 'the history of stages is kept' '"stages":\[\{"stage":"new","at":"2026-11-21T12:00:00Z","by":"tester"\}\]'
ok 'a JSON number for money becomes text' 'echo "{\"type\":\"deal\",\"id\":\"d2\",\"amount\":19.99}" | crm-add'
out_has 'with the same digits' '"amount":"19.99"'

fails_with 3 'an id that is there' 'crm-add contact id=c1'
err_has 'says so' "crm-add: 'id': there is a record with this id already: 'c1'"
fails_with 3 'a wrong value' 'echo "{\"type\":\"contact\",\"emails\":[\"foo@\"]}" >l; crm-add l'
err_has 'file, line, field, value' "^crm-add: l:1: 'emails': not an address: 'foo@'$"
fails_with 3 'an unknown type' 'echo "{\"type\":\"contcat\"}" | crm-add'
err_has 'with the nearest' "unknown type 'contcat'; did you mean 'contact'"
fails_with 3 'no type' 'echo "{\"name\":\"x\"}" | crm-add'
fails_with 2 'a word beside assignments' 'crm-add contact extra name=x'
fails_with 2 'no type for assignments' 'crm-add name=x'
fails_with 2 '-a on a sink' 'crm-add -a </dev/null'

printf '%s\n' '{"type":"contact","id":"r1"}' '{"type":"contact","id":"r2","emails":["x"]}' 'junk' '{"type":"contact","id":"r3"}' >mixed
fails_with 3 'bad lines are rejected, the rest stored' 'crm-add -q --reject rej mixed'
is 'verbatim, to be fed again' "$(cat rej)" "$(sed -n 2,3p mixed)"
is 'two stored' "$(crm-find --count id:r1,r2,r3)" 2
fails_with 4 'atomic: nothing of it' 'sed s/r/s/ mixed | crm-add -q --atomic'
is 'none stored' "$(crm-find --count id:s1,s3)" 0
ok 'atomic: all of it' 'printf "{\"type\":\"contact\",\"id\":\"t1\"}\n{\"type\":\"contact\",\"id\":\"t2\"}\n" | crm-add -q --atomic'
is 'in one revision' "$(crm-find id:t1,t2 -F values -f rev | sort -u | wc -l)" 1
fails_with 4 'atomic: a reject inside the transaction' 'printf "{\"type\":\"contact\",\"id\":\"u1\"}\n{\"type\":\"contact\",\"id\":\"t1\"}\n" | crm-add -q --atomic'
is 'nothing stored' "$(crm-find --count id:u1)" 0
fails_with 4 'expect' 'printf "{\"type\":\"contact\",\"id\":\"v1\"}\n" | crm-add -q --expect 2'
is 'not met: nothing stored' "$(crm-find --count id:v1)" 0
ok 'dry run' 'crm-add -n contact id=w1'
out_has 'is marked' '"_dry":true'
is 'and stores nothing' "$(crm-find --count id:w1)" 0
ok 'summary' 'crm-add -q --summary=json <<<"{\"type\":\"contact\",\"id\":\"x1\"}"'
err_has 'counts' '^\{"read":1,"created":1,"updated":0,"unchanged":0,"rejected":0\}$'
ok 'verbose echo' 'crm-add -v contact id=y1'
out_has 'names the operation' '"_op":"added"'
fails_with 4 'no store' 'CRM_STORE=$PWD/none crm-add contact id=z'
ok '--create makes it' 'CRM_STORE=$PWD/none crm-add --create -q contact id=z'
is 'tool keys are not stored' "$(echo '{"type":"contact","id":"z1","_score":3}' | crm-add | grep -c _score)" 0
fails_with 2 'two types' 'crm-add -t deal contact name=x'
ok 'a decimal may come as text' "echo '{\"type\":\"rate\",\"base\":\"EUR\",\"quote\":\"SEK\",\"date\":\"2026-11-01\",\"rate\":\"11.5\"}' | crm-add -q && crm-find rate rate:11..12 -q"
# A segment is asked later: what can never be a query is refused now.
for q in '(stage:new' 'name:"x' 'country:GR or' not; do
	fails_with 3 "no query: $q" "crm-add -q segment name=bad 'query=$q'"
	err_has 'says so' "'query': not a query"
done
ok 'what may become one is kept' "crm-add -q segment name=later 'query=@friends shoe_size:42 stage:signed'"
done_testing
