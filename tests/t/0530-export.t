#!/bin/bash
# Messages, letters, privacy: what crm-export sends out.
. "${0%/*}/../lib.sh"

cat >in.jsonl <<'E'
{"type":"contact","id":"c1","name":"Ann <b> & Co","given_name":"Ann","emails":["ann@x.example","ann2@x.example"],"phones":["+3021"],"address":{"city":"Athens","country":"GR"},"tags":["vip","eu"],"notes":"secret"}
{"type":"contact","id":"c2","name":"Bob","emails":["bob@x.example"]}
E
printf 'Dear {{name}},\n{{#tags}}* {{.}}\n{{/tags}}{{^tags}}no tags\n{{/tags}}{{address.city}} {{emails.0}}\n' >letter.txt
same_after 3 'a letter for each record; a missing field rejects its record' \
	'crm-export --template letter.txt in.jsonl' <<'E'
Dear Ann <b> & Co,
* vip
* eu
Athens ann@x.example
E
err_has 'naming record, field and template line' "^crm-export: in.jsonl:2: 'address.city': .*line 4"
printf '<p title="{{name}}">{{name}}</p>{{{name}}}\n' >page.html
same 'HTML is escaped' 'head -1 in.jsonl | crm-export --template page.html' <<'E'
<p title="Ann &lt;b&gt; &amp; Co">Ann &lt;b&gt; &amp; Co</p>Ann <b> & Co
E
printf 'https://x.example/?n={{name}}\n' >link.url
same 'URLs too' 'head -1 in.jsonl | crm-export --template link.url' <<'E'
https://x.example/?n=Ann%20%3Cb%3E%20%26%20Co
E
printf '{{id}},{{name}}\n' >rows.csv
same 'and CSV' "echo '{\"type\":\"contact\",\"id\":\"c\",\"name\":\"a,\\\"b\"}' | crm-export --template rows.csv" <<'E'
c,"a,""b"
E
printf 'To: {{name}} <{{emails.0}}>\nSubject: Γειά {{given_name}}\n\nDear {{given_name}},\nbye = ok\n' >mail.eml
same 'a mail is a message for sendmail -t' "head -1 in.jsonl | crm-export --no-consent-check --template mail.eml | tr -d '\\r'" <<'E'
To: "Ann <b> & Co" <ann@x.example>
Subject: =?UTF-8?B?zpPOtc65zqwgQW5u?=
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Dear Ann,
bye =3D ok
E
same 'data never adds a header' \
	"echo '{\"type\":\"contact\",\"given_name\":\"x\\\\nBcc: evil@x.example\",\"name\":\"y\",\"emails\":[\"a@b.example\"]}' | crm-export --no-consent-check --template mail.eml | grep -ci '^bcc'; true" <<'E'
0
E
mkdir letters
ok 'one file a record' "head -1 in.jsonl | crm-export --template letter.txt -o 'letters/{id}.txt' && grep -q 'Dear Ann' letters/c1.txt"
ok 'no name of the data leaves the directory' \
	"echo '{\"type\":\"contact\",\"id\":\"z\",\"name\":\"../../evil\",\"address\":{\"city\":\"x\"},\"emails\":[\"e\"]}' | crm-export --template letter.txt -o 'letters/{name}.txt' && ls letters | grep -q evil && [ ! -e ../evil.txt ]"
printf '{{#a}}x' >bad.txt
fails_with 2 'a broken template is a usage error' 'crm-export --template bad.txt in.jsonl'
err_has 'naming file and line' 'bad.txt:1: .*not closed'

same 'GA4: no address, phone or name' \
	"echo '{\"type\":\"lead\",\"id\":\"l1\",\"name\":\"Ann\",\"emails\":[\"a@b.example\"],\"phones\":[\"+1\"],\"created\":\"2026-11-20T00:00:00Z\",\"source\":\"web\"}' | crm-export -p ga4" <<'E'
{"client_id":"l1","timestamp_micros":1795132800000000,"events":[{"name":"generate_lead","params":{"lead_source":"web"}}]}
E
ok 'Slack: a payload of blocks' \
	"echo '{\"type\":\"deal\",\"name\":\"A <b>\",\"stage\":\"won\",\"amount\":\"1.50\"}' | crm-export -p slack | jq -e '.text==\"A &lt;b&gt;\" and .blocks[0].type==\"header\" and (.blocks[1].fields|length)==2'"
fails_with 3 'Slack: what does not fit is rejected' \
	"jq -nc '{type:\"ticket\",subject:(\"x\"*200)}' | crm-export -p slack"
ok 'Teams: an adaptive card' \
	"echo '{\"type\":\"deal\",\"name\":\"A\",\"stage\":\"won\"}' | crm-export -p teams | jq -e '.attachments[0].content.body[1].facts[0].value==\"won\"'"
same 'Buffer' \
	"echo '{\"type\":\"activity\",\"kind\":\"social\",\"body\":\"Hi, all\",\"at\":\"2026-12-01T09:30:00Z\",\"tags\":[\"a\"]}' | crm-export -p buffer" <<'E'
Text,Image URL,Tags,Posting Time
"Hi, all",,a,2026-12-01 09:30
E
same 'Hootsuite' \
	"echo '{\"type\":\"activity\",\"kind\":\"social\",\"body\":\"Hi, all\",\"at\":\"2026-12-01T09:30:00Z\",\"link\":\"https://x.example\"}' | crm-export -p hootsuite --tz Europe/Athens" <<'E'
"12/01/2026 11:30","Hi, all","https://x.example"
E
for n in $(seq 101); do echo '{"type":"activity","kind":"social","body":"x","at":"2026-12-01T09:30:00Z"}'; done >many.jsonl
fails_with 3 'Buffer takes a hundred posts' 'crm-export -p buffer many.jsonl'
is 'and gets a hundred' "$(printf '%s' "$out" | grep -c ^x,)" 100

same 'masked' 'head -1 in.jsonl | crm-export --redact -F jsonl' <<'E'
{"id":"c1","type":"contact","name":"[redacted]","given_name":"[redacted]","address":{"city":"Athens","country":"GR"},"tags":["vip","eu"],"notes":"[redacted]"}
E
same 'pseudonyms are the same for the same value' \
	"cat in.jsonl in.jsonl | crm-export --pseudonymize -F jsonl | sort | uniq -c | awk '{print \$1}'" <<'E'
2
2
E
printf '{"type":"contact","name":"Ann Lee","emails":["A@X.example"]}\n{"type":"lead","name":"ANN  LEE","emails":["A@x.EXAMPLE"]}\n' >two.jsonl
is 'however they are written' "$(crm-export --pseudonymize -F jsonl two.jsonl 2>err2 | sed 's/"type":"[a-z]*",//' | sort -u | wc -l)" 1
is 'without a secret one is told' "$(cat err2)" 'crm-export: warning: no pseudonym_key is set: who guesses a value can tell its pseudonym'
mkdir -p "$XDG_CONFIG_HOME/crm" && echo 'pseudonym_key = mine' >"$XDG_CONFIG_HOME/crm/config"
ok 'a secret makes others' "crm-export --pseudonymize -F jsonl two.jsonl >mine 2>err2 && [ ! -s err2 ] && ! grep -qF \"\$(CRM_CONFIG=/dev/null XDG_CONFIG_HOME=/nowhere crm-export --pseudonymize -F jsonl two.jsonl 2>/dev/null | head -n 1)\" mine"
rm "$XDG_CONFIG_HOME/crm/config"
for how in --redact --pseudonymize; do
	fails_with 3 "$how: nothing is known of a record without a type" "echo '{\"name\":\"Ann\"}' | crm-export $how -F jsonl"
	is 'nothing of it is written' "$out" ''
	fails_with 2 "$how: not with --subject" "crm-export --subject x $how"
done
ok 'and say nothing of the person' "! crm-export --pseudonymize -F jsonl in.jsonl | grep -qiE 'ann|bob|3021|secret'"
fails_with 4 'parquet without duckdb says so' 'PATH=$BUILD/bin:/bin crm-export -F parquet -o x.parquet in.jsonl'
err_has 'naming the program' 'needs the program duckdb'
mkdir fake
cat >fake/duckdb <<'E'
#!/bin/sh
f=${2#*TO \'} f=${f%%\'*}
echo counted; cat >"$f"
E
chmod +x fake/duckdb
ok 'parquet: duckdb gets the lines and the file, stdout stays clean' \
	'[ -z "$(PATH="$PWD/fake:$PATH" crm-export -F parquet -o y.parquet in.jsonl 2>/dev/null)" ] && crm-export -q -F jsonl in.jsonl | cmp - y.parquet'
same 'plain CSV' 'crm-export -F csv -f id,name,emails,address.city in.jsonl' <<'E'
id,name,emails,address.city
c1,Ann <b> & Co,ann@x.example;ann2@x.example,Athens
c2,Bob,bob@x.example,
E

# what a letter wants and no record holds
printf '%s\n' '{{_address}}' '{{_title}} {{_family}}, {{_given}} {{_phone}} ({{_phone_national}}), {{_country}}' >envelope.txt
same 'an envelope by its country' \
	"echo '{\"type\":\"contact\",\"name\":\"Dr. Anna van den Berg\",\"phones\":[\"0201234567\"],\"address\":{\"street\":\"Dam 1\",\"city\":\"Amsterdam\",\"postal_code\":\"1012ab\",\"country\":\"Holland\"}}' | crm-export --no-consent-check --template envelope.txt" <<'E'
Dr. Anna van den Berg
Dam 1
1012 AB Amsterdam
NETHERLANDS
Dr. van den Berg, Anna +31 20 123 4567 (020 123 4567), Netherlands
E
done_testing
