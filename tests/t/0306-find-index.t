#!/bin/bash
# Several indexes for one query, counts that fetch no record, and lines that are
# looked at as they stand: the same answers as a look at each record gives.
. "${0%/*}/../lib.sh"
crm init -q
cat >contact.json <<'J'
{"$id": "contact", "title": "contact", "type": "object", "properties": {
  "country": {"type": "string", "x-crm-kind": "country", "x-crm-index": true},
  "stage": {"type": "string", "x-crm-kind": "code", "x-crm-index": true},
  "colours": {"type": "array", "items": {"type": "string", "x-crm-kind": "code", "x-crm-index": true}},
  "amount": {"type": "number", "x-crm-index": true},
  "seen": {"type": "string", "format": "date-time", "x-crm-index": true}}}
J
ok 'fields with indexes' 'crm schema add contact.json'
awk 'BEGIN { srand(7); split("GR DE gr FI US", c); split("new won lost Won", s); split("red green Red blue", k)
for (i = 0; i < 20000; i++) {
	printf "{\"name\":\"Name %d\",\"stage\":\"%s\",\"id\":\"c%d\",\"type\":\"contact\"", i, s[1 + int(rand() * 4)], i
	if (i % 3) printf ",\"country\":\"%s\"", c[1 + int(rand() * 5 * rand())]
	if (i % 4) printf ",\"colours\":[\"%s\",\"%s\"]", k[1 + int(rand() * 4)], k[1 + int(rand() * 4)]
	printf ",\"amount\":%d,\"seen\":\"2026-%02d-%02dT10:00:00Z\"}\n", rand() * 1000, 1 + rand() * 12, 1 + rand() * 28
	if (i % 9 == 0) printf "{\"type\":\"account\",\"id\":\"a%d\",\"name\":\"Name %d\",\"stage\":\"won\"}\n", i, i
} }' >lines
crm-add -q lines
seq 5 7 19000 | sed 's/^/c/' | crm-edit -q stage=won country=FI >/dev/null
seq 1 11 19000 | sed 's/^/c/' | crm-rm -q -
echo '{"keep":"c2","merge":["c3","c4"]}' | crm-merge -q
crm-find any >all
sed 's/,/ , /' all >loose
awk '{ print; print "{\"id\":\"x" NR "\",\"country\":\"GR\",\"type\":\"lead\"}" }' all >mixed
for q in contact 'contact country:GR' 'contact stage:won' 'contact colours:red' \
	'contact colours:red,blue country:de' 'contact country:GR stage:won' \
	'contact country:FI,US stage:new,lost colour:green' \
	'contact country:GR amount:100..199' 'contact amount:100..109' \
	'contact country:GR seen:2026-03-01..2026-03-20 stage:won' \
	'contact stage=won country=GR' 'contact country:none' \
	'contact not country:GR' 'any stage:won' 'contact country:GR or stage:new' \
	'contact rev:2..' 'contact id:c8,c9,c10'; do
	read -ra words <<<"$q"
	crm-find - "${words[@]}" -F ids <all >want
	ok "$q: some" '[ -s want ]'
	same "$q: the store" "crm-find ${words[*]@Q} -F ids" <want
	is "$q: counted" "$(crm-find "${words[@]}" --count)" "$(wc -l <want)"
	is "$q: counted so far" "$(crm-find "${words[@]}" --count -l 7)" "$(head -7 want | wc -l)"
	same "$q: by one thread" "crm-find -j 1 - ${words[*]@Q} <all" < <(grep -Fwf <(sed 's/.*/"id":"&"/' want) all)
	is "$q: other lines" "$(crm-find - "${words[@]}" -F ids <loose | md5sum)" "$(md5sum <want)"
	is "$q: mixed lines" "$(crm-find - "${words[@]}" -F ids <mixed | grep -v ^x | md5sum)" "$(md5sum <want)"
done
is 'before the edits' "$(crm-find --count contact country:GR --as-of 2026-11-20T00:00:00Z)" 0
is 'nothing of that' "$(crm-find --count contact country:FI colours:grey)" 0
ok 'explained' 'crm-find --explain contact country:US seen:2026-03-01..2026-03-31'
out_has 'by both' 'index country .* and seen '
ok 'counted' 'crm-find --explain --count contact country:GR stage:won'
out_has 'without a look' 'rows read 0'
fails_with 1 'none' 'crm-find -q contact country:FI colours:grey'
ok 'one' 'crm-find -q contact country:GR stage:won'
(head -2000 all; echo '{"id":"bad"'; sed 2000q lines) >broken
fails_with 3 'a bad line' 'crm-find - contact stage:new -F ids <broken'
printf '{"id":"a1","type":"account","name":"a\0b"}\n' >nul
fails_with 3 'a NUL' 'crm-find - account <nul'
err_has 'is named' NUL

# many keys at once: as one after another
awk 'BEGIN { for (i = 0; i < 300; i++) printf "{\"id\":\"k%d\",\"type\":\"%s\",\"name\":\"K\",\"emails\":[\"k%d@x.gr\",\"all@x.gr\"],\"phones\":[\"+3021012300%02d\"]}\n", i, i % 2 ? "contact" : "lead", i % 250, i % 90 }' | crm-add -q
seq 299 -1 0 | sed 's/.*/K&@X.gr/' >keys
echo all@x.gr >>keys
while read -r k; do echo "$k" | crm-find --get=email -F ids; done <keys >want
same 'many addresses' 'crm-find --get=email -F ids <keys' <want
is 'of one type' "$(crm-find -t lead --get=email -F ids <keys | grep -c .)" "$(crm-find lead emails:any --get=email -F ids <keys | grep -c .)"
seq 10 70 | sed 's/.*/+30 210 12300 &/' >keys
while read -r k; do echo "$k" | crm-find --get=phone -F ids; done <keys >want
same 'many numbers' 'crm-find --get=phone -F ids <keys' <want
is 'found' "$(grep -c k want)" 61
done_testing
