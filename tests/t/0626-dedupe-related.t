#!/bin/bash
# crm-dedupe: those who are related, not the same, are not merged unasked:
# father and son of one name at one address, a name that is all there is, a
# subsidiary in another street with a tax number of its own.
. "${0%/*}/../lib.sh"

awk 'function date(k) { return sprintf("%d-%02d-%02d", 1930 + k % 70, k * 7 % 12 + 1, k * 11 % 28 + 1) }
BEGIN {
	nf = split("Anna Maria Nikos Jukka Ivan Olga Peter Paul Ines Karl Greta Luis Amira Tomasz Yusuf Keiko Sven", first)
	split("lin rou ber sta mon ver dra kes", one); split("dahl quist mann ford ovic akis inen otti ez", two)
	for (i = 1; i <= 600; i++) {
		f = first[i * 7 % nf + 1]; l = one[i * 5 % 8 + 1] two[int(i / 8) % 9 + 1] (i % 3 ? "" : "en")
		at = "\"given\":\"" f "\",\"surname\":\"" l "\",\"street\":\"" i % 97 + 1 " " two[i % 9 + 1] " street\",\"city\":\"" one[i % 8 + 1] "ton\""
		me = ",\"birth_date\":\"" date(i) "\",\"email\":\"" f "." l i "@mail" i % 7 ".example\""
		print "{\"id\":\"r" i "\"," at me "}"
		if (i <= 150) print "{\"id\":\"d" i "\"," at ",\"birth_date\":\"" date(i) "\"}"
		else if (i <= 210) print "{\"id\":\"s" i "\"," at ",\"birth_date\":\"" date(i * 31 + 17) "\",\"email\":\"" f i * 3 "@post.example\"}"
	} }' >people.jsonl
cat >people.json <<'X'
{"fields":[{"field":"given","kind":"given_name"},{"field":"surname","kind":"family_name"},{"field":"street","kind":"street"},{"field":"city","kind":"city"},{"field":"birth_date","kind":"date"},{"field":"email","kind":"email"}]}
X
crm-dedupe --pairs --rules people.json people.jsonl | grep '"match"' >sure
plan() { crm-dedupe --plan --rules "$@" | jq -r 'select(._review | not) | [.keep, .merge[]] | join(" ")'; }
ok "who was entered twice is found ($(grep -c '"a":"d' sure))" '[ "$(grep -c "\"a\":\"d" sure)" -ge 140 ]'
ok "no son is his father ($(grep -c '"s[0-9]*"' sure))" '! grep -q "\"s[0-9]*\"" sure'
ok 'nor in a plan' '! plan people.json people.jsonl | grep -qw "s[0-9]*"'

# A name alone, in any number of records.
jq -c '{id, given, surname}' people.jsonl >names.jsonl
is 'nobody is merged on a name alone' "$(plan people.json names.jsonl)" ''
jq -c '{id, given, surname, city}' people.jsonl >towns.jsonl
is 'nor on a name and a town' "$(plan people.json towns.jsonl)" ''
is 'nor where there are few' "$(head -8 towns.jsonl | plan people.json)" ''

awk 'BEGIN {
	split("Velmora Tarsonic Kandelux Brivanta Ostrelin Quendaro Halvetia Nordamir Pelusia Vantrock Zimbrano Luxterra", b)
	split("GmbH|Oy|Sp. z o.o.|Ltd|S.r.l.|AB", l, "|"); split("Media Foods Energy Software", k)
	for (i = 1; i <= 240; i++) {
		n = b[i % 12 + 1] b[int(i / 12) % 12 + 1]; form = l[i % 6 + 1]
		at = ",\"street\":\"" i % 89 + 1 " " b[i % 11 + 1] " road\",\"city\":\"" b[i % 5 + 1] " City\",\"domain\":\"" tolower(n) ".example\""
		print "{\"id\":\"r" i "\",\"name\":\"" n " " k[i % 4 + 1] " " form "\"" at ",\"vat\":\"" i * 7919 % 899999 + 100000 i % 90 + 10 "\"}"
		if (i <= 60) print "{\"id\":\"d" i "\",\"name\":\"" toupper(n " " k[i % 4 + 1]) "\"" at "}"
		else if (i <= 100) print "{\"id\":\"s" i "\",\"name\":\"" n " Capital " form "\",\"street\":\"" i % 71 + 90 " " b[i % 7 + 1] " lane\",\"city\":\"" b[i % 5 + 1] " City\",\"domain\":\"" tolower(n) ".example\"" ",\"vat\":\"" (i + 300) * 6007 % 899999 + 100000 i % 80 + 19 "\"}"
	} }' >firms.jsonl
cat >firms.json <<'X'
{"fields":[{"field":"name","kind":"organisation"},{"field":"domain","kind":"email"},{"field":"street","kind":"street"},{"field":"city","kind":"city"},{"field":"vat","kind":"code"}]}
X
plan firms.json firms.jsonl >merged
ok "the same firm without its legal form ($(grep -cw 'd[0-9]*' merged))" '[ "$(grep -cw "d[0-9]*" merged)" -ge 55 ]'
ok 'no subsidiary with a tax number of its own' '! grep -qw "s[0-9]*" merged'
done_testing
