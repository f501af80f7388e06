#!/bin/bash
# crm-dedupe on lines and on a store: the shapes it prints.
. "${0%/*}/../lib.sh"

cat >in.jsonl <<'X'
{"type":"contact","id":"a","name":"Maria Papadopoulou","emails":["maria@acme.example"],"phones":["+30 210 123 4567"],"created":"2020-01-01T00:00:00Z","rev":3}
{"type":"contact","id":"b","name":"Μαρία Παπαδοπούλου","emails":["maria@acme.example"],"phones":["2101234567"],"title":"CEO","created":"2019-01-01T00:00:00Z","rev":5}
{"type":"contact","id":"c","name":"Nikos Papadopoulos","phones":["2101234567"]}
{"type":"contact","id":"d","name":"Jukka Virtanen","emails":["info@acme.example"]}
X
run 'crm-dedupe --clusters in.jsonl'
out_has 'a cluster is called by its oldest record' \
	'^{"_cluster":"b","ids":\["b","a"\],"_score":0\.[0-9]*}$'
is 'a household is no duplicate' "$(printf '%s' "$out" | grep -c .)" 1
run 'crm-dedupe in.jsonl'
out_has 'the plan keeps the oldest' '^{"keep":"b","merge":\["a"\],"_score":0\.'
out_has 'it says how new its records were' '"_rev":5'
out_has 'it says what clashes' '"_conflicts":{"name":\["Μαρία Παπαδοπούλου","Maria Papadopoulou"\]}'
run 'crm-dedupe --pairs in.jsonl'
out_has 'a pair has its reasons' '"_decision":"match","_why":\[{"field":"given_name","level":"[a-z]*","weight":'
echo '{"a":"a","b":"b","match":false}' >labels
same 'what a person ruled out is not proposed' 'crm-dedupe --labels labels in.jsonl' <<'X'
X
fails_with 1 '-q answers no by its status' 'crm-dedupe -q --labels labels in.jsonl'
ok '-q answers yes by its status' 'crm-dedupe -q in.jsonl'

echo '{"fields":[{"field":"x","kind":"nonsense"}]}' >bad.json
fails_with 2 'an unknown kind is a usage error' 'crm-dedupe --rules bad.json in.jsonl'
err_has 'and is named' "no kind 'nonsense'"
printf '%s\n' '{"surname":"Lindqvist","firstname":"Karin","dob":"1970-02-03"}' \
	'{"surname":"Lindquist","firstname":"Karin","dob":"03.02.1970"}' \
	'{"surname":"Olsen","firstname":"Per","dob":"1980-07-07"}' >plain
run 'crm-dedupe --clusters plain'
out_has 'columns are known by their names, records by their lines' \
	'"ids":\["line:1","line:2"\]'
run 'crm-dedupe --clusters < /dev/null'
is 'nothing gives nothing' "$rc$out" 0
printf '{"id":"x","name":"A B"}\nnot json\n' >broken
fails_with 3 'a line that cannot be read is a reject' 'crm-dedupe broken'

for i in 1 2 3 4 5; do echo '{"a":{"name":"Olaf Scholz"},"b":{"name":"Scholz, Olaf"},"n":'$i'}'; done >pairs
run 'crm-dedupe --compare pairs'
is 'every pair is answered' "$(printf '%s' "$out" | grep -c .)" 5
out_has 'the line is kept, the judgement added' \
	'^{"a":{"name":"Olaf Scholz"},"b":{"name":"Scholz, Olaf"},"n":5,"_score":0\.9'
run 'crm-dedupe --compare -F table pairs -l 1'
out_has 'a waterfall in bits for a person' '^before looking .*-'

crm-dedupe --clusters --model-out model.json in.jsonl >first
ok 'a model can be kept and used' 'crm-dedupe --clusters --model model.json in.jsonl | cmp - first'
# Where nearly all pairs share an e-mail domain the model must not run dry.
crm init -q --demo 60
crm-add -q contact id=dup1 name='Zenobia Quartz' email=zen@q.example
crm-add -q contact id=dup2 name='Zenobia Quartz' email=zen@q.example
same 'a plain duplicate in a small set of colleagues' \
	'crm-dedupe -a -t contact --pairs | jq -c "[.a,.b,._decision]"' <<'END'
["dup1","dup2","match"]
END
fails_with 2 'a model of other fields is refused' 'crm-dedupe --model model.json plain'
# Two that look little alike, and a third that is like both.
cat >three.jsonl <<'X'
{"type":"contact","id":"p","name":"Karin Lindqvist","emails":["karin.lindqvist@acme.example"],"phones":["+46 8 123 45 67"]}
{"type":"contact","id":"q","name":"Karin Lindqvist","emails":["karin.lindqvist@acme.example","kl@home.example"],"phones":["+46 8 123 45 67","+46 70 765 43 21"],"birthday":"1970-02-03"}
{"type":"contact","id":"r","name":"K. Lindqvist-Berg","emails":["kl@home.example"],"phones":["+46 70 765 43 21"],"birthday":"1970-02-03"}
{"type":"contact","id":"s","name":"Per Olsen","emails":["per@olsen.example"]}
X
run 'crm-dedupe --pairs three.jsonl'
out_has 'a third vouches for a pair' '^{"a":"p","b":"r",.*{"field":"_others","level":"alike","weight":[0-9.]*}]}$'
is 'what is sure stays so' "$(printf '%s\n' "$out" | grep -c '"match"')" 2
is 'and nobody else is drawn in' "$(printf '%s\n' "$out" | grep -c '"s"')" 0
ok 'what was grouped does not depend on what is shown' '
	crm-dedupe --pairs --review 0.9 three.jsonl >high
	crm-dedupe --pairs --review 0.1 three.jsonl | grep -Ff <(cut -d, -f1-3 high) | cmp - high'

run 'crm-dedupe --pairs --explain three.jsonl'
out_has 'reasons for a person' '^p  q  match$'
out_has 'as a sum' '^emails +exact +\+[0-9.]+ +[+-][0-9.]+$'
out_has 'with what others say' '^_others +alike +\+'
ok 'of one pair, too' 'crm-dedupe --compare --explain pairs | grep -c "^bits in all" | grep -x 5'

# Weights of several types in one file.
{ cat in.jsonl; sed 's/"contact"/"lead"/' in.jsonl; } >types.jsonl
crm-dedupe --pairs --model-out types.json types.jsonl >first
ok 'a model of several types is kept whole' 'crm-dedupe --pairs --model types.json types.jsonl | cmp - first'

# A form that was sent a thousand times, among others.
{
	for i in {1..1000}; do echo '{"type":"contact","id":"k'$i'","created":"2024-01-'$((i % 20 + 10))'","name":"Ann Lee","emails":["ann.lee@form.example"]}'; done
	for i in {1..3000}; do echo '{"type":"contact","name":"Wx'$i' Yz'$((i % 500))'","emails":["u'$i'@mail.example"]}'; done
} >form.jsonl
run 'crm-dedupe --clusters form.jsonl'
is 'any number of copies are one group' "$(jq -c '[._cluster,(.ids|length)]' <<<"$out")" '["k20",1000]'
crm-dedupe --pairs form.jsonl >form.pairs
ok 'and not half a million pairs' '[ "$(wc -l <form.pairs)" -lt 1100 ]'
is 'in which all are named' "$(jq -r '.a,.b' form.pairs | sort -u | grep -c k)" 1000
run 'crm-dedupe form.jsonl'
is 'the plan merges them all' "$(jq -r '.merge[]' <<<"$out" | sort -u | wc -l)" 999
shuf --random-source=form.jsonl form.jsonl | sed 's/^/ /' >mixed.jsonl
ok 'in any order, with any number of threads' '
	jq -c "select(.id)" form.jsonl >ids; grep "\"id\"" mixed.jsonl >mixed_ids
	crm-dedupe --clusters -j1 ids >one; crm-dedupe --clusters -j2 mixed_ids | cmp - one'
is 'records of one id are not merged into themselves' \
	"$(head -2 in.jsonl | jq -c '.id="z"|.name="Ann Lee"|.emails=["ann@lee.example"]' | crm-dedupe)" ''

for r in x '[]' '{"fields":{}}' '{"fields":[{"field":"name","kind":"none"}]}' \
	'{"fields":[{"field":"name"}],"threshold":"high"}' '{"fields":[{"field":"name"}],"threshold":2}'; do
	echo "$r" >rules.json
	fails_with 2 "rules: $r" 'crm-dedupe --rules rules.json in.jsonl'
	err_has 'name their file' 'rules.json: '
done
fails_with 4 'no such rules' 'crm-dedupe --rules nowhere in.jsonl'
fails_with 2 'no probability' 'crm-dedupe --threshold 2 in.jsonl'
done_testing
