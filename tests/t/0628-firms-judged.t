#!/bin/bash
# Two companies as a clerk would judge them: one firm, two of a group, a branch,
# another line of business, another tax number. In a store, too.
. "${0%/*}/../lib.sh"

grep -v '^#' "$src/tests/tables/firms-judged.tsv" >table
awk -F'\t' '
function add(k, x, y) { a = a ",\"" k "\":\"" x "\""; b = b ",\"" k "\":\"" y "\"" }
function quoted(s) { gsub(/"/, "\\\"", s); return s }
{ a = "\"type\":\"account\",\"name\":\"" quoted($2) "\""
  b = "\"type\":\"account\",\"name\":\"" quoted($3) "\""
  if ($4 ~ /d/) add("domain", "kl.example", "kl.example")
  if ($4 ~ /v/) add("tax_id", "DE318472065", "DE 318 472 065")
  if ($4 ~ /w/) add("tax_id", "DE318472065", "DE290715348")
  if ($4 ~ /W/) add("tax_id", "DE318472065", "DE318472605")
  if ($4 ~ /o/) add("tax_id", "DE318472065", "FR40303265045")
  if ($4 ~ /p/) { a = a ",\"phones\":[\"+49 30 4471290\"]"; b = b ",\"phones\":[\"030 4471290\"]" }
  p = q = ""
  if ($4 ~ /s/) { p = p ",\"street\":\"Hafenstrasse 12\""; q = q ",\"street\":\"Hafenstr. 12\"" }
  if ($4 ~ /[cm]/) { p = p ",\"city\":\"Aldorf\""
	q = q ",\"city\":\"" ($4 ~ /m/ ? "Brennau" : "Aldorf") "\"" }
  if (p != "") { a = a ",\"address\":{" substr(p, 2) "}"; b = b ",\"address\":{" substr(q, 2) "}" }
  print "{\"a\":{" a "},\"b\":{" b "}}" }' table >pairs
crm-dedupe --compare pairs >compared
jq -r '[._decision, ._score] | @tsv' compared | paste table - >judged
is 'many pairs were judged' "$([ "$(wc -l <judged)" -ge 50 ] && echo yes)" yes
is 'all as expected' "$(awk -F'\t' '$1 != $5' judged)" ''
ok 'what speaks against a pair is said of the field that says it' '
	sed -n "/w\$/=" table | while read -r n; do sed -n "${n}p" compared; done |
	jq -e -s "all(._why[] | select(.field == \"tax_id\").weight < -10)"'

# A subsidiary at the very address of its parent, with its parent's telephone and
# domain: not in the default plan, where each has a tax number or another line of
# business; nor by way of a record that has no number.
crm init -q
awk 'BEGIN {
	split("Velmora Tarsonic Kandelux Brivanta Ostrelin Quendaro Halvetia Nordamir", b)
	split("Energy Capital Software Logistics Holding", k)
	for (i = 1; i <= 40; i++) {
		n = b[i % 8 + 1] b[int(i / 8) + 1]; l = i % 2 ? " GmbH" : " AG"; d = tolower(n) ".example"
		at = ",\"domain\":\"" d "\",\"phones\":[\"+49 30 " 4471290 + i * 37 "\"],\"address\":{\"street\":\"Kai " i "\",\"city\":\"Aldorf\"}}"
		vat = 210000000 + i * 7919313 % 700000000; other = 210000000 + i * 5506901 % 700000000
		print "{\"type\":\"account\",\"id\":\"p" i "\",\"name\":\"" n l "\",\"tax_id\":\"XT" vat "\"" at
		print "{\"type\":\"account\",\"id\":\"s" i "\",\"name\":\"" n (i % 3 ? " " k[i % 5 + 1] : "") l "\",\"tax_id\":\"XT" other "\"" at
		if (i % 4 == 0) print "{\"type\":\"account\",\"id\":\"c" i "\",\"name\":\"" toupper(n) "\"" at
	} }' | sed 's/"domain":"[^"]*",//' | crm-add -q
is 'all are there' "$(crm-find account --count)" 90
crm-dedupe -a -t account --plan >plan
jq -r 'select(._review | not) | [.keep, .merge[]] | join(" ")' plan >merged
is 'no firm with its own tax number in another' "$(grep -E "p[0-9]+.* s[0-9]+|s[0-9]+.* p[0-9]+" merged)" ''
ok 'though one that says the same is found' 'grep -q "c[0-9]" merged'
jq -c 'select(._review | not)' plan | crm-merge -q
is 'parents and subsidiaries stay' "$(crm-find account --count)" 80
done_testing
