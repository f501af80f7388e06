#!/bin/bash
# crm-dedupe --emit-keys, sort(1), --grouped: the search spread over machines.
. "${0%/*}/../lib.sh"

awk 'BEGIN {
	split("Anna Maria Nikos Jukka Ivan Olga Peter Paul Ines Karl", first)
	split("Virtanen Papadopoulos Schmidt Garcia Ivanova Rossi Novak", last)
	for (i = 1; i <= 400; i++) {
		f = first[i * 7 % 10 + 1]; l = last[i * 5 % 7 + 1]
		line = "\"given\":\"" f "\",\"surname\":\"" l "\",\"birth_date\":\"19" (10 + i * 37 % 89) "-0" (i % 9 + 1) "-1" (i % 10) "\""
		print "{\"id\":\"r" i "\"," line ",\"email\":\"" tolower(f) i "@x" i % 50 ".example\"}"
		if (i % 4 == 0) print "{\"id\":\"d" i "\"," line "}"
	} }' >in.jsonl
cat >rules.json <<'X'
{"fields":[{"field":"given","kind":"given_name"},{"field":"surname","kind":"family_name"},{"field":"birth_date","kind":"date"},{"field":"email","kind":"email"}]}
X
ok 'a key, a tab and the record' 'crm-dedupe --emit-keys --rules rules.json in.jsonl >keys &&
	! grep -vqE "^[0-9a-f]{16}	\{\"id\":" keys'
ok 'sorted, they are compared' 'LC_ALL=C sort keys | crm-dedupe --grouped --rules rules.json | sort >one'
ok 'what is the same is found' '[ "$(grep -c "\"_decision\":\"match\"" one)" -ge 95 ]'
ok 'a pair comes once' '[ -z "$(jq -r "[.a,.b]|sort|join(\" \")" one | sort | uniq -d)" ]'
ok 'cut anywhere, in any order, the answer is the same' '
	for part in 0 1; do awk -v p=$part "NR % 2 == p" in.jsonl |
		crm-dedupe --emit-keys --rules rules.json; done | LC_ALL=C sort >all &&
	for part in "[0-7]" "[8-f]"; do grep "^$part" all |
		crm-dedupe --grouped --rules rules.json; done | sort | cmp - one'
fails_with 3 'lines that are not sorted are refused' 'sort -r keys | crm-dedupe --grouped --rules rules.json'
err_has 'and it is said what to do' 'not sorted by key: run it through LC_ALL=C sort'
fails_with 3 'a record without id has no keys' 'echo "{\"given\":\"Anna\"}" | crm-dedupe --emit-keys --rules rules.json'
fails_with 3 'a line without a key' 'echo "{\"id\":\"a\"}" | crm-dedupe --grouped --rules rules.json'
ok 'nothing gives nothing' '[ -z "$(crm-dedupe --grouped </dev/null)" ]'
done_testing
