#!/bin/bash
# crm-dedupe --labels: pairs that a person decided, and what is learned of them.
. "${0%/*}/../lib.sh"

# 300 people, and 40 who come twice with a doubtful pair of records: the same
# name and city, nothing else to tell by.
awk 'BEGIN {
	split("Anna Maria Nikos Jukka Ivan Olga Peter Paul Ines Karl", first)
	split("Virtanen Papadopoulos Schmidt Garcia Ivanova Rossi Novak", last)
	for (i = 1; i <= 300; i++) {
		f = first[i * 7 % 10 + 1]; l = last[i * 5 % 7 + 1] sprintf("%c", 97 + i % 26) "en"
		line = "\"given\":\"" f "\",\"surname\":\"" l "\",\"city\":\"Town" i % 12 "\""
		mail = ",\"email\":\"" tolower(f) i "@x" i % 50 ".example\""
		print "{\"id\":\"r" i "\"," line mail ",\"birth_date\":\"19" (10 + i * 37 % 89) "-0" (i % 9 + 1) "-1" (i % 10) "\"}"
		if (i <= 40) print "{\"id\":\"d" i "\"," line "}"
		else if (i <= 100) print "{\"id\":\"e" i "\"," line mail "}"
	} }' >in.jsonl
cat >rules.json <<'X'
{"fields":[{"field":"given","kind":"given_name"},{"field":"surname","kind":"family_name"},{"field":"city","kind":"city"},{"field":"birth_date","kind":"date"},{"field":"email","kind":"email"}]}
X
# score [OPTION...]: the mean score of the pairs r21 d21 ... r40 d40
score() {
	crm-dedupe --pairs --review 0.001 --rules rules.json "$@" in.jsonl |
		jq -s '[.[] | select((.a + .b) | test("^[rd](2[1-9]|3[0-9]|40)[rd](2[1-9]|3[0-9]|40)$"))
			| select(.a[1:] == .b[1:]) | ._score] | add / length * 1000 | round'
}
# labels WHAT N: N labels
labels() { for ((i = 1; i <= $2; i++)); do echo "{\"a\":\"r$i\",\"b\":\"d$i\",\"match\":$1}"; done; }
labels true 20 >yes; labels false 20 >no; labels false 3 >three
before=$(score)
ok "others like them are believed more ($before, $(score --labels yes))" '[ $(score --labels yes) -gt "$before" ]'
ok "or less ($(score --labels no))" '[ $(score --labels no) -lt "$before" ]'
ok "three labels move little ($(score --labels three))" \
	'[ $(($(score --labels three) - before)) -gt -80 ] && [ $(score --labels three) -gt $(score --labels no) ]'
head -18 yes >most; labels false 20 | tail -2 >>most
ok 'two wrong ones of twenty do not turn it' '[ $(score --labels most) -ge $((before - 20)) ]'
ok 'any order of labels, any number of threads' '
	crm-dedupe --pairs --rules rules.json --labels most -j 1 in.jsonl >one
	sort -r most >other; crm-dedupe --pairs --rules rules.json --labels other -j 2 in.jsonl | cmp - one'

pair='crm-dedupe --clusters --rules rules.json --labels l in.jsonl'
echo '{"a":"r299","b":"r150","match":"yes"}' >l
ok 'two that nobody would compare' "$pair | grep -q '\"r150\",\"r299\"'"
echo '{"a":"r90","b":"e90","match":"no"}' >l
ok 'two that are alike' "! $pair | grep -q '\"e90\"'"
echo '{"a":"r90","b":"e90","match":true}' >>l
ok 'the last word counts' "$pair | grep -q '\"e90\"'"
echo '{"distinct":["r90","e90"]}' >l
ok 'a refusal' "! $pair | grep -q '\"e90\"'"
echo '{"a":"nobody","b":"e90","match":true}' >l
ok 'who was not read is left alone' "$pair | cmp - <(crm-dedupe --clusters --rules rules.json in.jsonl)"
run "crm-dedupe -v --clusters --rules rules.json --labels yes in.jsonl"
err_has 'how many were used' '20 labels of records that were read'

# bad LINE MESSAGE
bad() {
	{ head -1 yes; echo; echo "$1"; } >bad.jsonl
	fails_with 2 "refused: $1" 'crm-dedupe --pairs --rules rules.json --labels bad.jsonl in.jsonl'
	err_has 'with file and line' "bad.jsonl:3: $2"
}
bad '{"a":"r1","b":"d1"}' "'match': missing: true or false"
bad '{"a":"r1","b":"d1","match":"perhaps"}' "'match': neither true nor false"
bad '{"a":1,"b":"d1","match":true}' "'a': not the id of a record"
bad '{"a":"r1","match":true}' "'b': not the id of a record"
bad '{"distinct":["r1"]}' "'distinct': not the id of a record"
bad '{"distinct":["r1","r2","r3"]}' "'distinct': more than two ids"
bad '{"distinct":"r1"}' "'distinct': not the id of a record"
bad 'r1,d1,yes' ''
done_testing
