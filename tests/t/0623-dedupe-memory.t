#!/bin/bash
# crm-dedupe --memory: keys that do not fit wait in a temporary file.
. "${0%/*}/../lib.sh"

awk 'BEGIN {
	split("Anna Maria Nikos Jukka Ivan Olga Peter Paul Ines Karl", first)
	split("Virtanen Papadopoulos Schmidt Garcia Ivanova Rossi Novak", last)
	for (i = 1; i <= 3000; i++) {
		f = first[i * 7 % 10 + 1]; l = last[i * 5 % 7 + 1] substr("aeiou", i % 5 + 1, 1) i % 90
		line = "\"given\":\"" f "\",\"surname\":\"" l "\",\"birth_date\":\"19" (10 + i * 37 % 89) "-0" (i % 9 + 1) "-1" (i % 10) "\""
		print "{\"id\":\"r" i "\"," line ",\"email\":\"" tolower(f) i "@x" i % 50 ".example\"}"
		if (i % 4 == 0) print "{\"id\":\"d" i "\"," line "}"
	} }' >in.jsonl
cat >rules.json <<'X'
{"fields":[{"field":"given","kind":"given_name"},{"field":"surname","kind":"family_name"},{"field":"birth_date","kind":"date"},{"field":"email","kind":"email"}]}
X
mkdir tmp
ok 'in memory' 'crm-dedupe --pairs --rules rules.json -j 1 in.jsonl >one'
ok 'what is the same is found' '[ "$(grep -c "\"_decision\":\"match\"" one)" -ge 700 ]'
ok 'with a file: the same bytes' \
	'TMPDIR=$PWD/tmp crm-dedupe --pairs --rules rules.json --memory 64K -j 2 in.jsonl | cmp - one'
is 'nothing is left of it' "$(ls -A tmp)" ''
export TMPDIR=$PWD/tmp/none
ok 'nothing is written where memory is enough' \
	'crm-dedupe --pairs --rules rules.json in.jsonl | cmp - one'
fails_with 4 'where the file cannot be made' \
	'crm-dedupe --pairs --rules rules.json --memory 64K in.jsonl'
err_has 'it is said' 'temporary file: No such file or directory'
done_testing
