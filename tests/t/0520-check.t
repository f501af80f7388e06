#!/bin/bash
# crm-check: findings, fixes, severities, baselines, rule files, the store.
. "${0%/*}/../lib.sh"

cat >base.jsonl <<'E'
{"id":"acme","type":"account","name":"Acme A.E.","domain":"acme.gr","address":{"country":"GR","postal_code":"105 63"},"tax_id":"094014298","phones":["+302101234567"]}
{"id":"maria","type":"contact","name":"Maria Papa","emails":["maria@acme.gr"],"account":"acme","updated":"2026-10-01T00:00:00Z"}
{"id":"big","type":"deal","name":"Big","stage":"proposal","amount":"10.50","currency":"EUR","account":"acme","next_step":"call","close_date":"2026-12-01"}
E
cat >bad.jsonl <<'E'
{"id":"a","type":"contact","name":"A B","emails":["foo@"],"birthday":"2030-01-01"}
{"id":"b","type":"contact","name":"C D","emails":["c@acme.gr"],"account":"nobody"}
{"id":"b","type":"account","name":"E"}
E

same 'sound records: nothing to say' 'crm-check base.jsonl' </dev/null
err_empty 'not on stderr either'
same_after 1 'findings as source:line: rule: message' 'crm-check bad.jsonl' <<'E'
bad.jsonl:1: email.syntax: 'emails': nothing where the domain should be: 'foo@'
bad.jsonl:1: date.future: 'birthday': in the future: '2030-01-01'
bad.jsonl:3: duplicate.id: 'id': used twice: 'b'
bad.jsonl:2: reference.dangling: 'account': no such record: 'nobody'
E
err_has 'a summary' 'records: 3, findings: 4 \(4 error, 0 warning, 0 info\)'
same_after 1 'stdin is -' 'crm-check --only email. <bad.jsonl' <<'E'
-:1: email.syntax: 'emails': nothing where the domain should be: 'foo@'
E
same_after 1 'as records' 'crm-check -F jsonl --only date.future bad.jsonl' <<'E'
{"source":"bad.jsonl","line":1,"id":"a","field":"birthday","rule":"date.future","severity":"error","message":"'birthday': in the future: '2030-01-01'"}
E
same_after 1 'as CSV' 'crm-check -F csv -f line,rule --only date.future bad.jsonl' <<'E'
line,rule
1,date.future
E
same_after 1 '-q answers by status' 'crm-check -q bad.jsonl' </dev/null
fails_with 0 '-q on sound records' 'crm-check -q base.jsonl'
crm-check -F jsonl bad.jsonl >known.jsonl 2>/dev/null
same 'a baseline hides what was known' 'crm-check --baseline known.jsonl bad.jsonl' </dev/null
echo '{"id":"z","type":"contact","name":"Z Z","emails":["z@"]}' >>bad.jsonl
same_after 1 'and shows what is new' 'crm-check --baseline known.jsonl bad.jsonl' <<'E'
bad.jsonl:4: email.syntax: 'emails': nothing where the domain should be: 'z@'
E
fails_with 2 'a baseline that is none' 'crm-check --baseline base.jsonl bad.jsonl'
err_has 'names file and line' '^crm-check: base.jsonl:1: '

echo '{"type":"contact","name":"MARIA PAPA","emails":["info@acme.gr"]}' >info.jsonl
fails_with 0 'info does not fail' 'crm-check info.jsonl'
fails_with 1 'unless asked' 'crm-check --fail-on info info.jsonl'
fails_with 1 'or asked for by name' 'crm-check --only role.address info.jsonl'
fails_with 0 'but for --fail-on' 'crm-check --only role.address --fail-on error info.jsonl'
fails_with 2 'an unknown rule' 'crm-check --only email.sintax info.jsonl'
err_has 'has a suggestion' "did you mean 'email.syntax'"
fails_with 1 'no records are a failure' 'crm-check </dev/null'
err_has 'that says why' '0 records read'
fails_with 0 'or none' 'crm-check --allow-empty </dev/null'
fails_with 3 'a broken line is rejected' "echo '{' | cat - base.jsonl | crm-check"

# --fix
printf '%s\n' '{"type":"contact", "name" : "Maria  Papa","phones":["210 1234567"],"x":1.50,"address":{"country":"Ελλάδα"}}' \
	'{ "type":"contact","name":"John",  "emails":["john@"] }' >loose.jsonl
same_after 1 'fixes change values only, other lines not at all' 'crm-check --fix loose.jsonl' <<'E'
{"type":"contact", "name" : "Maria Papa","phones":["+302101234567"],"x":1.50,"address":{"country":"GR"}}
{ "type":"contact","name":"John",  "emails":["john@"] }
E
err_has 'findings on stderr' "^loose.jsonl:1: value.standard: 'phones': '210 1234567' should be '\\+302101234567'"
fails_with 0 'what was mended does not count' 'head -n 1 loose.jsonl | crm-check --fix --fail-on info --only value.,text.'
same 'nothing is left to fix' 'crm-check --fix loose.jsonl 2>/dev/null | crm-check --only value.standard,text.' </dev/null
ok 'in place' 'crm-check --fix --fail-on error --only value.,text. loose.jsonl -o loose.jsonl'
is 'the file is standard now' "$(head -c 53 loose.jsonl)" '{"type":"contact", "name" : "Maria Papa","phones":["+'
same 'the region of national numbers' \
	"echo '{\"type\":\"contact\",\"phones\":[\"210 1234567\"]}' | crm-check --fix --region gr 2>/dev/null" <<'E'
{"type":"contact","phones":["+302101234567"]}
E

# rule files
cat >team.json <<'E'
{"include":"strict.json","rules":{"role.address":"off","stale":{"severity":"error","days":10}},
 "checks":[{"name":"own.big","when":"deal amount:10..","expect":"owner:any","message":"a big deal has an owner","severity":"warning"}]}
E
same_after 1 'own rules' 'crm-check --rules team.json --only own.big base.jsonl' <<'E'
base.jsonl:3: own.big: a big deal has an owner
E
same_after 1 'limits' 'crm-check --rules team.json --only stale base.jsonl' <<'E'
base.jsonl:2: stale: not changed for 51 days
E
echo '{"type":"account","name":"x","address":{"country":"GR"}}' >gr.jsonl
same_after 1 'a country of its own' 'crm-check --rules team.json --only required.missing gr.jsonl' <<'E'
gr.jsonl:1: required.missing: 'tax_id': required, but missing
E
echo '{"include":"loop.json"}' >loop.json
fails_with 2 'a file that includes itself' 'crm-check --rules loop.json base.jsonl'
echo '{"rules":{"stael":"off"}}' >wrong.json
fails_with 2 'a misspelt rule in a file' 'crm-check --rules wrong.json base.jsonl'
err_has 'names the file' '^crm-check: wrong.json: '
fails_with 4 'a missing rule file' 'crm-check --rules none.json base.jsonl'

# figures, list
same 'quality' 'crm-check --quality -F jsonl -t contact base.jsonl | grep emails | tail -n 1' <<'E'
{"type":"contact","field":"emails","records":1,"complete":1,"valid":1,"unique":1,"fresh":1}
E
ok 'the list of rules' 'crm-check --list -F values -f rule | grep -qx stage.move'

# rows of imported files are named
same_after 1 '_src names the row' \
	"echo '{\"type\":\"lead\",\"name\":\"A B\",\"emails\":[\"x@\"],\"_src\":{\"file\":\"leads.csv\",\"line\":7}}' | crm-check" <<'E'
leads.csv:7: email.syntax: 'emails': nothing where the domain should be: 'x@'
E

# the store
if [ -x "$BUILD/bin/crm-add" ]; then
	crm-add -q --create base.jsonl
	ok 'a sound store' 'crm-check -a'
	echo '{"id":"lost","type":"contact","name":"L M","emails":["l@acme.gr"],"account":"nobody"}' | crm-add -q 2>/dev/null
	same_after 1 'a dangling reference in the store' 'crm-check -a' <<'E'
lost: reference.dangling: 'account': no such record: 'nobody'
E
	crm-check -a --fix 2>/dev/null >all.jsonl
	is 'all records come out' "$(wc -l <all.jsonl)" 4
fi

# -l: so many findings of all that are counted
printf '%s\n' '{"type":"contact","name":"test","emails":["x"]}' \
	'{"type":"contact","name":"test","emails":["y"]}' >many
fails_with 1 '-l of findings' 'crm-check -l 1 many'
is 'one is printed' "$(grep -c . <<<"$out")" 1
err_has 'all are counted' 'records: 2, findings: [3-9]'
# line ends, spellings of one key
printf '{ "type":"contact",  "name":"A\\u00e9 B"}\r\n{"type":"contact","name":" x "}\r\n' >crlf.jsonl
same '--fix keeps line ends and untouched lines byte for byte' \
	"crm-check --fix crlf.jsonl 2>/dev/null | od -c | head -1; crm-check --fix crlf.jsonl 2>/dev/null | tail -1 | tr '\\r' R" <<'E'
0000000   {       "   t   y   p   e   "   :   "   c   o   n   t   a   c
{"type":"contact","name":"x"}R
E
is 'and every CRLF' "$(crm-check --fix crlf.jsonl 2>/dev/null | grep -c "$(printf '\r')")" 2
printf '%s\n' '{"type":"contact","emails":["a@b.example"]}' '{"type":"contact","emails":["A@B.example","a@b.example"]}' >keys.jsonl
is 'two spellings of a key are told once' "$(crm-check --only duplicate.key keys.jsonl 2>/dev/null | wc -l)" 1

# the recipes do what they say
mkdir -p repo/crm
echo '{"type":"contact","name":"Old","emails":["foo@"]}' >repo/crm/a.jsonl
(cd repo && crm-check -F jsonl crm/*.jsonl >known.jsonl 2>/dev/null)
printf '%s\n' '{"type":"contact","id":"n1","name":"New","emails":["100%x@"]}' >>repo/crm/a.jsonl
recipe=$src/share/crm/recipes
perl -ne '$on = 1, next if /name: Check the records/; if ($on && /run: \|/) { $in = 1; next } last if $in && !/^ {10}/; s/^ {10}//, print if $in' \
	"$recipe/github-actions/check-crm.yml" | sed 's#crm/known.jsonl#known.jsonl#' >step.sh
(cd repo && bash -e ../step.sh) >annotations 2>/dev/null
is 'GitHub Actions: a new finding fails the step' "$?" 1
same 'as one annotation beside its line' 'cat annotations' <<'E'
::error file=crm/a.jsonl,line=2,title=email.syntax::'emails': nothing where the domain should be: '100%25x@'
E
entry=$(sed -n "s/.*entry: sh -c '\(.*\)' --$/\1/p" "$recipe/pre-commit/pre-commit-config.yaml")
echo '{"type":"contact","name":" A "}' >hook.jsonl
ok 'pre-commit: standardised in place' 'sh -c "$entry" -- hook.jsonl 2>/dev/null; grep -q "\"A\"" hook.jsonl'
done_testing
